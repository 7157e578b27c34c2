#include "executor/setting_checks.hpp"

#include "executor/units.hpp"

namespace gantry::setting_checks {

using std::chrono::milliseconds;

std::string outside(const std::string& least, const std::string& most, const std::string& given) {
  return "must be from " + least + " to " + most + (given.empty() ? "" : ", not " + given);
}

problem check_size(std::uint64_t size, std::uint64_t least, std::uint64_t most) {
  if (size >= least && size <= most) return std::nullopt;
  return outside(units::format_size(least), units::format_size(most),
                 size == units::size_most ? "" : units::format_size(size));
}

problem check_duration(milliseconds duration, milliseconds least, milliseconds most) {
  if (duration >= least && duration <= most) return std::nullopt;
  return outside(units::format_duration(least), units::format_duration(most),
                 duration == units::duration_most ? "" : units::format_duration(duration));
}

problem check_limit(const time_limit& limit, milliseconds least) {
  return limit ? check_duration(*limit, least, duration_max) : std::nullopt;
}

problem check_rate(double rate) {
  if (rate >= 0.1 && rate <= 10'000) return std::nullopt;
  return "must be from 0.1 to 10000";
}

}  // namespace gantry::setting_checks
