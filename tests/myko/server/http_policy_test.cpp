// What an HTTP request gets. The ts answers are those of fixtures/01-connect.jsonl.
#include "myko/server/http_policy.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

http_rules rules_of(generation plays) {
  http_rules out;
  out.plays = plays;
  out.host_id = "host";
  out.pages = [](std::string_view path) -> std::optional<http_page> {
    if (path != "/") return std::nullopt;
    return http_page{"text/html", "page"};
  };
  return out;
}

request_head upgrade(std::string_view target) {
  request_head out;
  out.target = target;
  out.host = "127.0.0.1:5155";
  out.upgrade = true;
  return out;
}

request_head get(std::string_view target) {
  request_head out = upgrade(target);
  out.upgrade = false;
  return out;
}

// 101 for an upgrade.
unsigned status_of(const http_decision& decision) {
  const auto* answer = std::get_if<http_answer>(&decision);
  return answer != nullptr ? answer->status : 101;
}
std::string body_of(const http_decision& decision) {
  return std::get<http_answer>(decision).page.body;
}

TEST(http_policy, upgrades_as_recorded) {
  const http_rules ts = rules_of(generation::ts);
  EXPECT_EQ(status_of(decide(ts, upgrade("/myko"))), 101U);
  EXPECT_EQ(status_of(decide(ts, upgrade("/myko?x=1"))), 101U);
  for (const char* elsewhere : {"/", "/myko/", "/mykox", ""}) {
    EXPECT_EQ(status_of(decide(ts, upgrade(elsewhere))), 500U) << elsewhere;
  }
  EXPECT_EQ(status_of(decide(ts, upgrade("/server"))), 200U);
}

TEST(http_policy, answers_gets) {
  const http_rules ts = rules_of(generation::ts);
  EXPECT_EQ(body_of(decide(ts, get("/server"))), "host");
  EXPECT_EQ(body_of(decide(ts, get("/?a=b"))), "page");
  EXPECT_EQ(body_of(decide(ts, get("/myko"))), "Upgrade Failed");
  EXPECT_EQ(status_of(decide(ts, get("/myko"))), 500U);
  EXPECT_EQ(status_of(decide(ts, get("/nowhere"))), 404U);
  EXPECT_EQ(status_of(decide(rules_of(generation::rust), get("/myko"))), 426U);
  EXPECT_EQ(status_of(decide(rules_of(generation::rust), upgrade("/"))), 404U);
}

TEST(http_policy, serves_nothing_without_pages) {
  http_rules rules = rules_of(generation::ts);
  rules.pages = nullptr;
  EXPECT_EQ(status_of(decide(rules, get("/"))), 404U);
}

TEST(http_policy, wants_no_bytes_before_its_answer) {
  request_head early = upgrade("/myko");
  early.early_bytes = true;
  EXPECT_EQ(status_of(decide(rules_of(generation::rust), early)), 400U);
  early.upgrade = false;
  early.target = "/server";  // the next request
  EXPECT_EQ(status_of(decide(rules_of(generation::rust), early)), 200U);
}

unsigned with_origin(std::string_view host, std::string_view origin,
                     reach reach = reach::loopback) {
  http_rules rules = rules_of(generation::ts);
  rules.listens_on = reach;
  request_head request = upgrade("/myko");
  request.host = host;
  request.origin = origin;
  return status_of(decide(rules, request));
}

TEST(http_policy, lets_its_own_page_in) {
  EXPECT_EQ(with_origin("127.0.0.1:5155", "http://127.0.0.1:5155"), 101U);
  EXPECT_EQ(with_origin("LocalHost:5155", "http://localhost:5155"), 101U);
  EXPECT_EQ(with_origin("[::1]:5155", "https://[::1]:5155"), 101U);
  EXPECT_EQ(with_origin("localhost", "http://localhost"), 101U);
  EXPECT_EQ(with_origin("localhost", "https://localhost:443"), 101U);
  EXPECT_EQ(with_origin("core.local:80", "http://core.local", reach::network), 101U);
}

TEST(http_policy, keeps_pages_of_others_out) {
  for (const char* origin :
       {"http://evil.test", "http://127.0.0.1:8080", "http://localhost:5155", "null", "",
        "http://127.0.0.1:5155.evil.test", "http://evil.test/127.0.0.1:5155"}) {
    EXPECT_EQ(with_origin("127.0.0.1:5155", origin), 403U) << origin;
  }
}

TEST(http_policy, keeps_names_that_were_made_to_resolve_here_out) {
  EXPECT_EQ(with_origin("evil.test:5155", "http://evil.test:5155"), 403U);
  EXPECT_EQ(with_origin("127.evil.test:5155", "http://127.evil.test:5155"), 403U);
  EXPECT_EQ(with_origin("core.local:5155", "http://core.local:5155", reach::network), 101U);
}

unsigned with_token(std::string_view authorization, std::string_view target = "/myko") {
  http_rules rules = rules_of(generation::ts);
  rules.token = "s+1";
  request_head request = upgrade(target);
  request.authorization = authorization;
  return status_of(decide(rules, request));
}

TEST(http_policy, asks_for_the_token) {
  EXPECT_EQ(with_token("Bearer s+1"), 101U);
  EXPECT_EQ(with_token("bearer s+1"), 101U);
  EXPECT_EQ(with_token("", "/myko?a=b&access_token=s%2b1"), 101U);
  EXPECT_EQ(with_token("", "/myko?access_token=s+1"), 101U);
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer s+2", "Bearer s+1 ", "Basic s+1"}) {
    EXPECT_EQ(with_token(wrong), 401U) << wrong;
  }
  for (const char* wrong : {"/myko?access_token=", "/myko?access_tokens=s+1", "/myko?x=s+1",
                            "/myko?access_token=%", "/myko?access_token=s%2"}) {
    EXPECT_EQ(with_token("", wrong), 401U) << wrong;
  }
}

TEST(http_policy, knows_no_other_methods) {
  request_head post = get("/");
  post.method = http_method::other;
  EXPECT_EQ(status_of(decide(rules_of(generation::ts), post)), 405U);
}

}  // namespace
}  // namespace gantry::myko
