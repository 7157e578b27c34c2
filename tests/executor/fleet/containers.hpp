// Containers as an engine lists them, for tests.
#pragma once

#include <string>

#include "executor/fleet/identity.hpp"

namespace gantry::fleet {

using labels = std::map<std::string, std::string>;

inline engine::container_summary container(std::string id, std::string name, labels labels = {},
                                           std::int64_t created = 0) {
  return {.id = std::move(id),
          .name = std::move(name),
          .image = "busybox",
          .labels = std::move(labels),
          .state = engine::container_state::running,
          .created = created};
}

inline labels compose(std::string project, std::string service, std::string number = "1") {
  return {{"com.docker.compose.project", std::move(project)},
          {"com.docker.compose.service", std::move(service)},
          {"com.docker.compose.container-number", std::move(number)}};
}

inline labels with(labels to, const std::string& key, const std::string& value) {
  to[key] = value;
  return to;
}

}  // namespace gantry::fleet
