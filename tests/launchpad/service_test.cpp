// What launchpad makes of its command line, and of a failure to listen.
#include "launchpad/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "launchpad/exit_codes.hpp"

namespace gantry::launchpad {
namespace {

using testing::HasSubstr;

std::string token_file(const std::string& content) {
  std::string path = testing::TempDir() + "launchpad-token";
  std::ofstream(path, std::ios::trunc) << content;
  return path;
}

failure because(boost::system::errc::errc_t code) {
  return {make_error_code(code), "cannot listen on x: y"};
}

TEST(launchpad_service, reads_the_token) {
  command_line line;
  line.token_file = token_file("secret\r\nsecond line\n");
  EXPECT_EQ(make_config(line).value().token, "secret");
  for (const std::string& content : {std::string(), std::string("\n"), std::string(20'000, 'x')}) {
    line.token_file = token_file(content);
    EXPECT_FALSE(make_config(line));
  }
  line.token_file = "/nowhere/token";
  EXPECT_THAT(make_config(line).error().message, HasSubstr("/nowhere/token"));
}

TEST(launchpad_service, tells_where_the_page_is) {
  command_line line;
  EXPECT_EQ(url_of(line, 7), "http://127.0.0.1:7/");
  line.listen.host = "::1";
  line.tls_certificate = "c";
  EXPECT_EQ(url_of(line, 7), "https://[::1]:7/");
}

TEST(launchpad_service, warns_of_an_open_door) {
  command_line line;
  EXPECT_EQ(warning_about(line), "");
  line.listen.host = "0.0.0.0";
  EXPECT_THAT(warning_about(line), HasSubstr("--token-file"));
  line.token_file = "t";
  EXPECT_EQ(warning_about(line), "");
}

TEST(launchpad_service, explains_why_it_cannot_listen) {
  namespace errc = boost::system::errc;
  const command_line line;
  const excuse taken = explain(line, because(errc::address_in_use));
  EXPECT_EQ(taken.exit_code, exit_codes::unavailable);
  EXPECT_THAT(taken.text, HasSubstr("127.0.0.1:5155 is taken"));
  EXPECT_THAT(taken.text, HasSubstr("--listen 127.0.0.1:0"));
  EXPECT_EQ(explain(line, because(errc::address_not_available)).exit_code, exit_codes::unavailable);
  EXPECT_EQ(explain(line, because(errc::permission_denied)).exit_code, exit_codes::unavailable);
  const excuse file = explain(line, {make_error_code(errc::permission_denied), "the key k"});
  EXPECT_EQ(file.exit_code, exit_codes::configuration);
  EXPECT_EQ(file.text, "the key k");
}

}  // namespace
}  // namespace gantry::launchpad
