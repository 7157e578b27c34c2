// Fetches an image, within limits, with the login that Docker's config.json has for its registry.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "executor/engine/basics.hpp"
#include "model/result.hpp"
#include "myko/log.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

// A pull beyond a limit is given up; the engine keeps the layers that are complete.
struct pull_limits {
  std::chrono::milliseconds whole = std::chrono::minutes(5);
  std::chrono::milliseconds without_progress = std::chrono::minutes(2);
};

inline constexpr std::chrono::seconds pull_notes_every{1};

struct pull_services {
  engine::client& engine;
  // The text of Docker's config.json as it is now; nothing where there is none. May be empty.
  std::function<std::optional<std::string>()> docker_config;
  log_sink log;  // never told of a login's content
  pull_limits limits;
};

// `progress` gets "pulling image busybox: 3 of 7 layers, 40 %", at once and then at most every
// pull_notes_every. A failure says why, in the engine's own words, and what to do. One of a limit
// is an engine_error: the engine is there.
[[nodiscard]] net::awaitable<result<void>> pull_image(
    pull_services services, std::string image,
    std::function<void(const std::string& note)> progress);

}  // namespace gantry::fleet
