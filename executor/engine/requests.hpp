// What is asked of the engine about containers and itself: HTTP methods and targets.
//
// Source: Docker Engine API 1.24 to 1.47, sections Containers and System. The other sections have
// files of their own: exec_messages, image_messages.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/container_spec.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/stream_types.hpp"

namespace gantry::engine {

enum class target_kind { versioned, unversioned };

struct api_request {
  std::string name;    // for people: "stop web"
  std::string method;  // GET, POST
  std::string target;  // without the version: "/containers/web/stop?t=5"
  target_kind kind = target_kind::versioned;
  std::string body = {};           // JSON; empty: none, since a body makes `start` fail (400)
  std::string registry_auth = {};  // X-Registry-Auth, a secret
  bool stays_open = false;         // the connection, for a further request
  bool hijack = false;             // asks for the bare connection behind the answer's head
  // Words in a refusal that say that all is as wanted: HTTP 304 is not used for everything.
  std::vector<std::string_view> already = {};
};

// Does this refusal mean that nothing had to be done?
[[nodiscard]] bool means_already(const api_request& request, int status, std::string_view words);

// Id for people: names as they are, ids as short as Docker prints them.
[[nodiscard]] std::string short_id(std::string_view id);

[[nodiscard]] api_request ping_request();
[[nodiscard]] api_request version_request();
[[nodiscard]] api_request list_request();
[[nodiscard]] api_request inspect_request(std::string_view id);
[[nodiscard]] api_request start_request(std::string_view id);
[[nodiscard]] api_request stop_request(std::string_view id,
                                       std::optional<std::chrono::seconds> grace);
[[nodiscard]] api_request restart_request(std::string_view id,
                                          std::optional<std::chrono::seconds> grace);
[[nodiscard]] api_request kill_request(std::string_view id, std::string_view signal);
[[nodiscard]] api_request pause_request(std::string_view id);
[[nodiscard]] api_request unpause_request(std::string_view id);
[[nodiscard]] api_request remove_request(std::string_view id, removal how);
[[nodiscard]] api_request create_request(const container_spec& spec);
[[nodiscard]] api_request wait_request(std::string_view id, wait_condition condition);
[[nodiscard]] api_request attach_input_request(std::string_view id);
// One sample: from API 1.41 on without the second that makes the engine wait.
[[nodiscard]] api_request stats_request(std::string_view id, std::string_view version);
[[nodiscard]] api_request info_request();
[[nodiscard]] api_request events_request(std::optional<timestamp> since);
[[nodiscard]] api_request logs_request(const log_request& wanted);

// The request as it goes over the wire. Without a version, before one is agreed on, the engine
// answers in its newest.
[[nodiscard]] std::string to_http(const api_request& request, std::string_view version,
                                  std::string_view host);

}  // namespace gantry::engine
