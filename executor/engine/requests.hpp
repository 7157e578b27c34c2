// What is asked of the engine: HTTP methods and targets, in one place.
//
// Source: Docker Engine API 1.24 to 1.47, sections Containers and System.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "executor/engine/client.hpp"

namespace gantry::engine {

enum class target_kind { versioned, unversioned };

struct api_request {
  std::string name;    // for people: "stop web"
  std::string method;  // GET, POST
  std::string target;  // without the version: "/containers/web/stop?t=5"
  target_kind kind = target_kind::versioned;
};

[[nodiscard]] api_request ping_request();
[[nodiscard]] api_request list_request();
[[nodiscard]] api_request inspect_request(std::string_view id);
[[nodiscard]] api_request start_request(std::string_view id);
[[nodiscard]] api_request stop_request(std::string_view id,
                                       std::optional<std::chrono::seconds> grace);
[[nodiscard]] api_request restart_request(std::string_view id,
                                          std::optional<std::chrono::seconds> grace);
[[nodiscard]] api_request events_request(std::optional<timestamp> since);
[[nodiscard]] api_request logs_request(const log_request& wanted);

// The request as it goes over the wire. It never has a body: a body makes `start` fail (400).
// Without a version, before one is agreed on, the engine answers in its newest.
[[nodiscard]] std::string to_http(const api_request& request, std::string_view version,
                                  std::string_view host);

}  // namespace gantry::engine
