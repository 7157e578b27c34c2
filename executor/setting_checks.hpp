// What the tables of settings check values with.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "executor/setting_values.hpp"

namespace gantry::setting_checks {

inline constexpr std::uint64_t kib = 1U << 10U;
inline constexpr std::uint64_t mib = kib << 10U;
inline constexpr std::uint64_t gib = mib << 10U;
// Where nothing else ends a range: a point in time that far away still fits all clocks.
inline constexpr std::chrono::milliseconds duration_max = std::chrono::days(3'650);

// Why a value is not taken, in words; nothing: it is.
using problem = std::optional<std::string>;

// The types are checked before a setting is stored.
template <typename T>
[[nodiscard]] const T& as(const setting_value& value) {
  return std::get<T>(value);
}

[[nodiscard]] std::string outside(const std::string& least, const std::string& most,
                                  const std::string& given);
[[nodiscard]] problem check_size(std::uint64_t size, std::uint64_t least, std::uint64_t most);
[[nodiscard]] problem check_duration(std::chrono::milliseconds duration,
                                     std::chrono::milliseconds least,
                                     std::chrono::milliseconds most);
[[nodiscard]] problem check_limit(const time_limit& limit, std::chrono::milliseconds least);
[[nodiscard]] problem check_rate(double rate);

}  // namespace gantry::setting_checks
