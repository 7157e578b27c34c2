#include "executor/fleet/watch_resume.hpp"

#include <optional>
#include <utility>

namespace gantry::fleet {

std::shared_ptr<container_watch> resume_watch(const watch_services& services,
                                              const engine::container_summary& container,
                                              const outbox::saved_container& saved,
                                              const std::shared_ptr<target_output>& output) {
  auto state = parse_watch_state(saved.runs);
  if (!state) {
    services.log(log_level::error,
                 "container " + container.name +
                     " is met as if for the first time: " + state.error().message);
    return nullptr;
  }
  std::optional<engine::log_cursor> cursor;
  if (!saved.cursor.empty()) {
    auto parsed = engine::parse_log_cursor(saved.cursor);
    if (parsed) {
      cursor = *std::move(parsed);
    } else {
      services.log(log_level::error, "container " + container.name +
                                         ": lines may come twice: " + parsed.error().message);
    }
  }
  output->resume(saved);
  return std::make_shared<container_watch>(services, container, *state, cursor, output);
}

}  // namespace gantry::fleet
