#include "executor/units.hpp"

#include <array>
#include <charconv>
#include <span>
#include <system_error>

namespace gantry::units {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

// From small to large. A unit without a name is that of a number alone.
constexpr std::array<unit, 4> size_units{
    {{"", 1}, {"KiB", 1U << 10U}, {"MiB", 1U << 20U}, {"GiB", 1U << 30U}}};
constexpr std::array<unit, 5> duration_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const unit> units,
                                   std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const unit& each : units) {
    if (each.name != name) continue;
    const bool fits = error == std::errc() && number <= most / each.factor;
    return fits ? number * each.factor : most;
  }
  return std::nullopt;
}

std::string format(std::uint64_t amount, std::span<const unit> units) {
  const unit* best = &units.front();
  for (const unit& each : units) {
    if (amount != 0 && amount % each.factor == 0) best = &each;
  }
  return std::to_string(amount / best->factor) + std::string(best->name);
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, size_units, size_most);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto most = static_cast<std::uint64_t>(duration_most.count());
  const auto amount = parse(text, duration_units, most);
  if (!amount) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(*amount));
}

std::string format_size(std::uint64_t bytes) { return format(bytes, size_units); }

std::string format_duration(std::chrono::milliseconds duration) {
  return format(static_cast<std::uint64_t>(duration.count()), duration_units);
}

}  // namespace gantry::units
