// The server's HTTP over real sockets: raw requests, raw answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/myko/server/server_harness.hpp"

namespace gantry::myko {
namespace {

using test::awaitable;
using test::server_harness;
using test::with_header;
using test::with_target;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

server_config with_page() {
  server_config config;
  config.pages = [](std::string_view path) -> std::optional<http_page> {
    if (path != "/") return std::nullopt;
    return http_page{"text/html", "<p>page</p>"};
  };
  return config;
}

std::string request(const std::string& line, const std::string& headers = "") {
  return line + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}
constexpr const char* last = "Connection: close\r\n";

TEST(http, serves_a_page_with_the_headers_that_guard_it) {
  server_harness harness(with_page());
  harness.play([&]() -> awaitable<void> {
    const auto answer = co_await harness.exchange(request("GET /?x=1", last));
    EXPECT_THAT(answer.value(),
                AllOf(StartsWith("HTTP/1.1 200"), EndsWith("<p>page</p>"),
                      HasSubstr("Content-Type: text/html"), HasSubstr("Cache-Control: no-store"),
                      HasSubstr("X-Content-Type-Options: nosniff"),
                      HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'; "
                                "connect-src 'self'; img-src 'self' data:")));
  });
}

TEST(http, answers_head_without_a_body) {
  server_harness harness(with_page());
  harness.play([&]() -> awaitable<void> {
    const auto answer = co_await harness.exchange(request("HEAD /", last));
    EXPECT_THAT(answer.value(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\r\n\r\n"),
                                      HasSubstr("Content-Length: 11")));
  });
}

TEST(http, keeps_the_connection_between_requests) {
  server_harness harness(with_page());
  harness.play([&]() -> awaitable<void> {
    const auto answer =
        co_await harness.exchange(request("GET /nowhere") + request("GET /server", last));
    EXPECT_THAT(answer.value(), AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("HTTP/1.1 200"),
                                      EndsWith(harness.state().host_id())));
  });
}

TEST(http, refuses_other_methods_and_long_heads) {
  server_harness harness(with_page());
  harness.play([&]() -> awaitable<void> {
    const auto post = co_await harness.exchange(request("POST /", last));
    EXPECT_THAT(post.value(), AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, HEAD")));
    const auto longer =
        co_await harness.exchange(request("GET /", "X: " + std::string(20'000, 'x') + "\r\n"));
    EXPECT_THAT(longer.value(), StartsWith("HTTP/1.1 431"));
  });
}

TEST(http, does_not_take_a_body_for_the_next_request) {
  server_harness harness(with_page());
  harness.play([&]() -> awaitable<void> {
    const std::string smuggled = request("GET /server");
    const auto answer = co_await harness.exchange(
        request("GET /", "Content-Length: " + std::to_string(smuggled.size()) + "\r\n") + smuggled);
    EXPECT_THAT(answer.value(),
                AllOf(EndsWith("<p>page</p>"), Not(HasSubstr(harness.state().host_id()))));
  });
}

TEST(http, drops_a_client_that_sends_its_request_too_slowly) {
  server_config config;
  config.connection.handshake_max = std::chrono::milliseconds(50);
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    const auto answer = co_await harness.exchange("GET / HT");
    EXPECT_EQ(answer.value(), "");
  });
}

TEST(http, drops_an_idle_connection) {
  server_config config = with_page();
  config.connection.keep_alive_max = std::chrono::milliseconds(50);
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    const auto answer = co_await harness.exchange(request("GET /"));
    EXPECT_THAT(answer.value(), EndsWith("<p>page</p>"));
  });
}

TEST(http, asks_upgrades_for_the_token) {
  server_config config;
  config.token = "a secret/1";
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    const auto none = co_await harness.attempt();
    EXPECT_EQ(none.error().message, "HTTP 401");
    const auto wrong = co_await harness.attempt(with_header("Authorization", "Bearer b"));
    EXPECT_EQ(wrong.error().message, "HTTP 401");
    const auto right = co_await harness.attempt(with_header("Authorization", "Bearer a secret/1"));
    EXPECT_TRUE(right);
    const auto in_target =
        co_await harness.attempt(with_target("/myko?access_token=a%20secret%2F1"));
    EXPECT_TRUE(in_target);
  });
}

TEST(http, refuses_pages_of_other_sites) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    const auto foreign = co_await harness.attempt(with_header("Origin", "http://evil.test"));
    EXPECT_EQ(foreign.error().message, "HTTP 403");
    const std::string own = "http://127.0.0.1:" + std::to_string(harness.port());
    const auto same = co_await harness.attempt(with_header("Origin", own));
    EXPECT_TRUE(same);
  });
}

}  // namespace
}  // namespace gantry::myko
