// Sizes and durations as people write them: "256MiB", "30s".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gantry::units {

// What is larger than these is read as these: the range of a setting ends far below.
inline constexpr std::uint64_t size_most = UINT64_MAX;
inline constexpr std::chrono::milliseconds duration_most = std::chrono::milliseconds::max();

// A whole number with KiB, MiB or GiB right behind it; alone it counts bytes. Nothing for all else:
// signs, blanks, fractions, other letters or other cases.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

// A whole number with ms, s, m, h or d right behind it. Nothing for all else, a number alone too.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// In the largest unit that needs no fraction; parsed, it is the same again. `duration` is at
// least 0.
[[nodiscard]] std::string format_size(std::uint64_t bytes);
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

}  // namespace gantry::units
