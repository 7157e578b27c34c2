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
  log_request wanted{"web", std::nullopt, true, false};
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=1");
  wanted.from_end = true;
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&follow=1&tail=0");
  wanted = {"web", 12'000'000'034, false, false};
  EXPECT_EQ(logs_request(wanted).target,
            "/containers/web/logs?stdout=1&stderr=1&timestamps=1&since=12.000000034");
}

TEST(requests, let_no_name_change_the_target) {
  EXPECT_EQ(inspect_request("../a b?\r\n").target, "/containers/..%2Fa%20b%3F%0D%0A/json");
}

TEST(requests, name_long_ids_shortly) {
  const std::string id(64, 'a');
  EXPECT_EQ(stop_request(id, 5s).name, "stop aaaaaaaaaaaa");
  EXPECT_EQ(stop_request("web", 5s).name, "stop web");
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
