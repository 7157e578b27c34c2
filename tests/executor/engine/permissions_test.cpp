#include "executor/engine/permissions.hpp"

#include <gtest/gtest.h>

#include "executor/engine/exec_messages.hpp"
#include "executor/engine/image_messages.hpp"

namespace gantry::engine {
namespace {

TEST(permissions, name_the_kind_of_a_call) {
  EXPECT_EQ(call_kind(ping_request()), "GET /_ping");
  EXPECT_EQ(call_kind(info_request()), "GET /info");
  EXPECT_EQ(call_kind(list_request()), "GET /containers/json");
  EXPECT_EQ(call_kind(events_request(5)), "GET /events");
  EXPECT_EQ(call_kind(inspect_request("json")), "GET /containers/{id}/json");
  EXPECT_EQ(call_kind(logs_request({.id = "web"})), "GET /containers/{id}/logs");
  EXPECT_EQ(call_kind(stop_request("web", std::chrono::seconds(5))), "POST /containers/{id}/stop");
  EXPECT_EQ(call_kind(remove_request("web", {})), "DELETE /containers/{id}");
  EXPECT_EQ(call_kind(create_request({.name = "web"})), "POST /containers/create");
  EXPECT_EQ(call_kind(inspect_image_request("ghcr.io/a/b/c:1")), "GET /images/{id}/json");
  EXPECT_EQ(call_kind(pull_request_of({"a/b:1", ""}).value()), "POST /images/create");
  EXPECT_EQ(call_kind(exec_start_request("e")), "POST /exec/{id}/start");
}

TEST(permissions, name_the_switches_of_the_proxy) {
  EXPECT_EQ(proxy_switches(ping_request()), "PING=1");
  EXPECT_EQ(proxy_switches(list_request()), "CONTAINERS=1");
  EXPECT_EQ(proxy_switches(start_request("web")), "CONTAINERS=1 and POST=1");
  EXPECT_EQ(proxy_switches(remove_request("web", {})), "CONTAINERS=1 and POST=1");
  EXPECT_EQ(proxy_switches(exec_start_request("e")), "EXEC=1 and POST=1");
  EXPECT_EQ(proxy_switches(inspect_image_request("a")), "IMAGES=1");
}

}  // namespace
}  // namespace gantry::engine
