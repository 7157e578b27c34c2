#include "executor/engine/client.hpp"

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

}  // namespace gantry::engine
