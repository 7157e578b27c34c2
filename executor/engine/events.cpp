#include "executor/engine/events.hpp"

#include <charconv>

namespace gantry::engine {

bool is_exec_event(const event& told) { return told.action.starts_with("exec_"); }

std::optional<health_status> health_told(const event& told) {
  constexpr std::string_view prefix = "health_status: ";
  if (!told.action.starts_with(prefix)) return std::nullopt;
  const std::string_view status = std::string_view(told.action).substr(prefix.size());
  for (const health_status each :
       {health_status::starting, health_status::healthy, health_status::unhealthy}) {
    if (status == to_string(each)) return each;
  }
  return std::nullopt;
}

std::optional<int> exit_code_told(const event& told) {
  const auto found = told.attributes.find("exitCode");
  if (told.action != "die" || found == told.attributes.end()) return std::nullopt;
  const std::string& text = found->second;
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return code;
}

}  // namespace gantry::engine
