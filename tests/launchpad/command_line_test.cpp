// The command line of launchpad.
#include "launchpad/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace gantry::launchpad {
namespace {

using testing::HasSubstr;

command_line parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "launchpad");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(launchpad_command_line, has_defaults) {
  const command_line line = parse({});
  EXPECT_EQ(line.exit_code, std::nullopt);
  EXPECT_EQ(line.listen, (listen_address{"127.0.0.1", 5155}));
  EXPECT_EQ(line.plays, myko::generation::ts);
}

TEST(launchpad_command_line, takes_every_flag) {
  const command_line line =
      parse({"--listen", "[::1]:80", "--generation", "rust", "--tls-cert", "c", "--tls-key", "k",
             "--token-file", "t", "--log-level", "debug"});
  EXPECT_EQ(line.exit_code, std::nullopt) << line.text;
  EXPECT_EQ(line.listen, (listen_address{"::1", 80}));
  EXPECT_EQ(line.plays, myko::generation::rust);
  EXPECT_EQ(line.tls_certificate + line.tls_key + line.token_file, "ckt");
  EXPECT_EQ(line.log_level, "debug");
}

TEST(launchpad_command_line, reads_addresses) {
  EXPECT_EQ(parse_listen_address("0.0.0.0:0"), (listen_address{"0.0.0.0", 0}));
  EXPECT_EQ(parse_listen_address("localhost:1"), (listen_address{"127.0.0.1", 1}));
  EXPECT_EQ(parse_listen_address("[::]:65535"), (listen_address{"::", 65535}));
  for (const char* wrong :
       {"", ":", "5155", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "::1:5155", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:1 ", "[127.0.0.1]:1", "core.local:5155", "[::1]"}) {
    EXPECT_EQ(parse_listen_address(wrong), std::nullopt) << wrong;
  }
}

TEST(launchpad_command_line, says_what_it_does_not_understand) {
  EXPECT_EQ(parse({"--listen", "core.local"}).exit_code, 64);
  EXPECT_THAT(parse({"--listen", "core.local"}).text, HasSubstr("'core.local' is not IP:PORT"));
  EXPECT_EQ(parse({"--generation", "java"}).exit_code, 64);
  EXPECT_EQ(parse({"--tls-cert", "c"}).exit_code, 64);
  EXPECT_EQ(parse({"--tls-key", "k"}).exit_code, 64);
  EXPECT_EQ(parse({"more"}).exit_code, 64);
}

TEST(launchpad_command_line, helps) {
  EXPECT_EQ(parse({"--help"}).exit_code, 0);
  EXPECT_THAT(parse({"--help"}).text, HasSubstr("--generation"));
  EXPECT_EQ(parse({"--version"}).exit_code, 0);
  EXPECT_THAT(parse({"--version"}).text, testing::StartsWith("launchpad "));
}

}  // namespace
}  // namespace gantry::launchpad
