#include "executor/engine/container_types.hpp"

namespace gantry::engine {

std::string_view to_string(container_state state) {
  switch (state) {
    case container_state::created:
      return "created";
    case container_state::running:
      return "running";
    case container_state::paused:
      return "paused";
    case container_state::restarting:
      return "restarting";
    case container_state::removing:
      return "removing";
    case container_state::exited:
      return "exited";
    case container_state::dead:
      return "dead";
  }
  return "unknown";
}

std::string_view to_string(health_status status) {
  switch (status) {
    case health_status::starting:
      return "starting";
    case health_status::healthy:
      return "healthy";
    case health_status::unhealthy:
      return "unhealthy";
  }
  return "unknown";
}

}  // namespace gantry::engine
