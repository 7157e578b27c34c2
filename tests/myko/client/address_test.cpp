#include "myko/client/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "myko/error.hpp"

namespace gantry::myko {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

server_address one(std::string_view text, std::optional<std::uint16_t> port = std::nullopt) {
  const auto out = parse_addresses(text, port);
  if (!out || out->size() != 1) {
    ADD_FAILURE() << text << ": " << (out ? "not one" : out.error().message);
    return {};
  }
  return out->front();
}

server_address plain(std::string host, std::uint16_t port, std::string path = "/myko") {
  return {transport::plain, std::move(host), port, std::move(path), std::nullopt};
}
server_address tls(std::string host, std::uint16_t port, std::string path = "/myko") {
  return {transport::tls, std::move(host), port, std::move(path), std::nullopt};
}
// Nobody named a port.
server_address usual(std::string host, std::string path = "/myko") {
  return {transport::plain, std::move(host), 80, std::move(path), 5155};
}

TEST(parse_addresses, reads_each_form) {
  EXPECT_EQ(one("core.local"), usual("core.local"));
  EXPECT_EQ(one("core.local:5155"), plain("core.local", 5155));
  EXPECT_EQ(one("10.0.0.1:1"), plain("10.0.0.1", 1));
  EXPECT_EQ(one("[::1]"), usual("::1"));
  EXPECT_EQ(one("[fe80::1%eth0]:5155"), plain("fe80::1%eth0", 5155));
  EXPECT_EQ(one("ws://core"), usual("core"));
  EXPECT_EQ(one("core:80"), plain("core", 80)) << "somebody named the port";
  EXPECT_EQ(one("ws://core:5155/"), plain("core", 5155));
  EXPECT_EQ(one("wss://core"), tls("core", 443));
  EXPECT_EQ(one("wss://[::1]:65535"), tls("::1", 65535));
  EXPECT_EQ(one("  my_core-1  "), usual("my_core-1"));
}

TEST(parse_addresses, keeps_a_path) {
  EXPECT_EQ(one("ws://core/deep/myko?x=1"), usual("core", "/deep/myko?x=1"));
  EXPECT_EQ(one("ws://core/"), usual("core", "/myko"));
}

TEST(parse_addresses, keeps_a_query) {
  EXPECT_EQ(one("ws://core/myko?token=x://y"), usual("core", "/myko?token=x://y"));
  EXPECT_EQ(one("ws://core:1/?token=x"), plain("core", 1, "/myko?token=x"));
  EXPECT_EQ(one("ws://core:1?token=x"), plain("core", 1, "/myko?token=x"));
}

// What RSHIP_URL may hold.
TEST(parse_addresses, takes_http_for_ws) {
  EXPECT_EQ(one("http://core"), usual("core"));
  EXPECT_EQ(one("http://core:5155/myko"), plain("core", 5155));
  EXPECT_EQ(one("https://core/"), tls("core", 443));
}

TEST(parse_addresses, uses_the_default_port_where_none_is_given) {
  EXPECT_EQ(one("core", 5155), plain("core", 5155));
  EXPECT_EQ(one("[::1]", 5155), plain("::1", 5155));
  EXPECT_EQ(one("wss://core", 5155), tls("core", 5155));
  EXPECT_EQ(one("core:99", 5155), plain("core", 99));
}

TEST(parse_addresses, reads_a_list_in_its_order) {
  const auto out = parse_addresses("a:1, wss://b ,[::1]:3", 7);
  ASSERT_TRUE(out);
  EXPECT_THAT(*out, ElementsAre(plain("a", 1), tls("b", 7), plain("::1", 3)));
}

TEST(parse_addresses, refuses_the_rest_and_names_it) {
  for (const std::string_view each : {"",
                                      " ",
                                      ",",
                                      "a,",
                                      "a,,b",
                                      "httpx://a",
                                      "ftp://a:1",
                                      "a:",
                                      "a:0",
                                      "a:65536",
                                      "a:-1",
                                      "a:1x",
                                      "a:1:2",
                                      "::1",
                                      "[::1",
                                      "[::1]x",
                                      "[::1]:",
                                      "[a]",
                                      "[]",
                                      "a b",
                                      "ws://",
                                      "wss://:1",
                                      "/myko",
                                      "user:password@host",
                                      "ws://a/with space",
                                      "ws://a/x\r\ny: z",
                                      "[::1%]",
                                      "ws://[::1]:/x"}) {
    const auto out = parse_addresses(each, std::nullopt);
    ASSERT_FALSE(out) << each;
    EXPECT_EQ(out.error().code, errc::bad_address) << each;
    EXPECT_THAT(out.error().message, HasSubstr("server address")) << each;
  }
  EXPECT_THAT(parse_addresses("good,bad one", std::nullopt).error().message, HasSubstr("bad one"));
}

TEST(server_address, a_password_in_a_bad_address_is_not_repeated) {
  const auto out = parse_addresses("ws://user:s3cret@core", std::nullopt);
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().message, testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(out.error().message, HasSubstr("@core"));
  EXPECT_THAT(out.error().message, HasSubstr("core.token_file"));
}

TEST(server_address, no_secret_in_a_bad_address_is_repeated) {
  for (const std::string_view each :
       {"core:x?token=s3cret", "ws://core:0/myko?token=s3cret", "ws://core:0/?token=a@s3cret",
        "ws://user:s3?s3cret@core", "ws://user:s3/s3cret@core", "ftp://core/?s3cret",
        "user:s3cret@core?s3cret"}) {
    const auto out = parse_addresses(each, std::nullopt);
    ASSERT_FALSE(out) << each;
    EXPECT_THAT(out.error().message, testing::Not(HasSubstr("s3cret"))) << each;
  }
  EXPECT_THAT(parse_addresses("ws://a b\x1b[31m", std::nullopt).error().message,
              HasSubstr("ws://a b?[31m"));
}

TEST(server_address, no_secret_with_a_comma_is_repeated_or_taken_for_an_address) {
  for (const std::string_view each :
       {"ws://user:s3cret,s3cret@core", "ws://core,user:s3cret,x@core", "core/?token=a,s3cret",
        "core/?token=a,x://s3cret", "a/?token=x,ws://b,s3cret", "ws://user:s3cret,x?s3cret@core",
        "wss://core/?token=a,s3cret:5,ws://other"}) {
    const auto out = parse_addresses(each, std::nullopt);
    ASSERT_FALSE(out) << each;
    EXPECT_THAT(out.error().message, testing::Not(HasSubstr("s3cret"))) << each;
    EXPECT_THAT(out.error().message, HasSubstr(" of the list: ")) << each;
  }
  const auto two = parse_addresses("wss://a/?token=x,wss://b/?token=y@z", std::nullopt);
  ASSERT_TRUE(two) << two.error().message;
  EXPECT_EQ(two->at(1).path, "/myko?token=y@z");
}

TEST(server_address, reads_as_a_url) {
  EXPECT_EQ(to_string(plain("core", 5155)), "ws://core:5155/myko");
  EXPECT_EQ(to_string(tls("::1", 443)), "wss://[::1]:443/myko");
  EXPECT_EQ(to_string(plain("core", 5155, "/myko?token=s3cret")), "ws://core:5155/myko?...");
}

TEST(server_address, is_asked_at_each_of_its_ports) {
  EXPECT_THAT(each_port(usual("core")), ElementsAre(plain("core", 80), plain("core", 5155)));
  EXPECT_THAT(each_port(tls("core", 443)), ElementsAre(tls("core", 443)));
}

TEST(server_address, is_the_host_itself_where_none_is_named) {
  EXPECT_EQ(core_alongside(std::nullopt), plain("localhost", 5155));
  EXPECT_EQ(core_alongside(1), plain("localhost", 1));
}

}  // namespace
}  // namespace gantry::myko
