#include "executor/engine/requests.hpp"

#include <gtest/gtest.h>

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;

TEST(requests, ask_for_what_the_api_promises) {
  EXPECT_EQ(list_request().target, "/containers/json?all=1");
  EXPECT_EQ(inspect_request("web").target, "/containers/web/json");
  EXPECT_EQ(start_request("web").target, "/containers/web/start");
  EXPECT_EQ(start_request("web").method, "POST");
}

TEST(requests, say_how_long_a_container_has) {
  EXPECT_EQ(stop_request("web", std::nullopt).target, "/containers/web/stop");
  EXPECT_EQ(stop_request("web", 5s).target, "/containers/web/stop?t=5");
  EXPECT_EQ(stop_request("web", 0s).target, "/containers/web/stop?t=0");
  EXPECT_EQ(restart_request("web", 7s).target, "/containers/web/restart?t=7");
  // -1 would mean for ever.
  EXPECT_EQ(stop_request("web", -1s).target, "/containers/web/stop?t=0");
}

TEST(requests, keep_every_nanosecond) {
  EXPECT_EQ(events_request(1'714'564'800'000'000'001).target,
            "/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D&since=1714564800.000000001");
  EXPECT_EQ(events_request(std::nullopt).target,
            "/events?filters=%7B%22type%22%3A%5B%22container%22%5D%7D");
}

TEST(requests, ask_for_logs_in_all_ways) {
  log_request wanted{"web", std::nullopt, true};
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=1");
  wanted.tail = 0;
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=1&tail=0");
  wanted = {"web", 12'000'000'034, false};
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&since=12.000000034");
  wanted = {"web", std::nullopt, true, 64};
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=1&tail=64");
}

TEST(requests, do_what_an_operator_does) {
  EXPECT_EQ(kill_request("web", "SIGHUP").target, "/containers/web/kill?signal=SIGHUP");
  EXPECT_EQ(kill_request("web", "a&b").target, "/containers/web/kill?signal=a%26b");
  EXPECT_EQ(pause_request("web").target, "/containers/web/pause");
  EXPECT_EQ(unpause_request("web").target, "/containers/web/unpause");
  EXPECT_EQ(remove_request("web", {}).method, "DELETE");
  EXPECT_EQ(remove_request("web", {}).target, "/containers/web?v=0");
  EXPECT_EQ(remove_request("web", {true, true}).target, "/containers/web?force=1&v=1");
  EXPECT_EQ(wait_request("web", wait_condition::next_exit).target,
            "/containers/web/wait?condition=next-exit");
  EXPECT_EQ(wait_request("web", wait_condition::not_running).target,
            "/containers/web/wait?condition=not-running");
  EXPECT_EQ(wait_request("web", wait_condition::removed).target,
            "/containers/web/wait?condition=removed");
  EXPECT_EQ(info_request().target, "/info");
}

TEST(requests, name_what_they_create) {
  container_spec spec;
  EXPECT_EQ(create_request(spec).target, "/containers/create");
  spec.name = "a b";
  EXPECT_EQ(create_request(spec).target, "/containers/create?name=a%20b");
  EXPECT_EQ(create_request(spec).name, "create a b");
}

TEST(requests, take_the_cheap_sample_where_there_is_one) {
  EXPECT_EQ(stats_request("web", "1.41").target, "/containers/web/stats?stream=false&one-shot=1");
  EXPECT_EQ(stats_request("web", "1.40").target, "/containers/web/stats?stream=false");
  EXPECT_EQ(stats_request("web", "").target, "/containers/web/stats?stream=false");
}

TEST(requests, know_a_refusal_that_means_that_it_is_so) {
  EXPECT_TRUE(means_already(pause_request("a"), 409, "Container a is already paused"));
  EXPECT_FALSE(means_already(pause_request("a"), 409, "Container a is not running"));
  EXPECT_TRUE(means_already(unpause_request("a"), 500, "Container a is not paused"));
  EXPECT_FALSE(means_already(unpause_request("a"), 404, "a is not paused, or not there"));
  EXPECT_TRUE(
      means_already(remove_request("a", {}), 409, "removal of container a is already in progress"));
  const std::string stopped = "Cannot kill container: a: Container a is not running";
  EXPECT_TRUE(means_already(kill_request("a", "SIGKILL"), 409, stopped));
  EXPECT_TRUE(means_already(kill_request("a", "TERM"), 409, stopped));
  EXPECT_FALSE(means_already(kill_request("a", "HUP"), 409, stopped));
  EXPECT_FALSE(means_already(start_request("a"), 409, stopped));
}

TEST(requests, let_no_name_change_the_target) {
  EXPECT_EQ(inspect_request("../a b?\r\n").target, "/containers/..%2Fa%20b%3F%0D%0A/json");
}

TEST(requests, name_long_ids_shortly) {
  const std::string id(64, 'a');
  EXPECT_EQ(stop_request(id, 5s).name, "stop aaaaaaaaaaaa");
  EXPECT_EQ(stop_request("web", 5s).name, "stop web");
}

TEST(requests, go_over_the_wire_with_a_body_if_they_have_one) {
  api_request request{"create", "POST", "/x"};
  request.body = "{\"a\":1}";
  EXPECT_EQ(to_http(request, "1.41", "localhost"),
            "POST /v1.41/x HTTP/1.1\r\nHost: localhost\r\nUser-Agent: gantry\r\n"
            "Content-Type: application/json\r\nContent-Length: 7\r\n"
            "Connection: close\r\n\r\n{\"a\":1}");
}

TEST(requests, ask_for_the_bare_connection) {
  EXPECT_EQ(to_http(attach_input_request("web"), "1.41", "localhost"),
            "POST /v1.41/containers/web/attach?stream=1&stdin=1 HTTP/1.1\r\nHost: localhost\r\n"
            "User-Agent: gantry\r\nContent-Length: 0\r\nConnection: Upgrade\r\n"
            "Upgrade: tcp\r\n\r\n");
}

TEST(requests, go_over_the_wire_without_a_body) {
  EXPECT_EQ(to_http(start_request("web"), "1.41", "localhost"),
            "POST /v1.41/containers/web/start HTTP/1.1\r\nHost: localhost\r\n"
            "User-Agent: gantry\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(to_http(ping_request(), "1.41", "box:2375"),
            "GET /_ping HTTP/1.1\r\nHost: box:2375\r\nUser-Agent: gantry\r\n"
            "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace gantry::engine
