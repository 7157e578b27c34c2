#include "executor/slots/text_format.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace gantry::slots {
namespace {

bool is_ascii_digit(char each) { return each >= '0' && each <= '9'; }

// Takes so many digits off the front.
std::optional<int> take_digits(std::string_view& rest, std::size_t count) {
  if (rest.size() < count || !std::ranges::all_of(rest.substr(0, count), is_ascii_digit)) {
    return std::nullopt;
  }
  int out = 0;
  for (const char each : rest.substr(0, count)) out = out * 10 + (each - '0');
  rest.remove_prefix(count);
  return out;
}

bool take_one_of(std::string_view& rest, std::string_view characters) {
  if (rest.empty() || characters.find(rest.front()) == characters.npos) return false;
  rest.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& rest) {
  const auto year = take_digits(rest, 4);
  if (!year || !take_one_of(rest, "-")) return false;
  const auto month = take_digits(rest, 2);
  if (!month || !take_one_of(rest, "-")) return false;
  const auto day = take_digits(rest, 2);
  if (!day) return false;
  namespace chrono = std::chrono;
  return chrono::year_month_day(chrono::year(*year), chrono::month(static_cast<unsigned>(*month)),
                                chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

// Minutes since midnight.
std::optional<int> take_minutes(std::string_view& rest) {
  const auto hour = take_digits(rest, 2);
  if (!hour || *hour > 23 || !take_one_of(rest, ":")) return std::nullopt;
  const auto minute = take_digits(rest, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return *hour * 60 + *minute;
}

// The difference of the local time to UTC, in minutes.
std::optional<int> take_offset(std::string_view& rest) {
  if (take_one_of(rest, "Zz")) return 0;
  const bool is_behind = rest.starts_with('-');
  if (!take_one_of(rest, "+-")) return std::nullopt;
  const auto minutes = take_minutes(rest);
  if (!minutes) return std::nullopt;
  return is_behind ? -*minutes : *minutes;
}

}  // namespace

bool is_date(std::string_view text) { return take_date(text) && text.empty(); }

bool is_time(std::string_view text) {
  constexpr int day = 24 * 60;
  const auto minutes = take_minutes(text);
  if (!minutes || !take_one_of(text, ":")) return false;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return false;
  if (take_one_of(text, ".")) {
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_ascii_digit) - text.begin());
    if (end == 0) return false;
    text.remove_prefix(end);
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return false;
  return *second < 60 || (*minutes - *offset + 2 * day) % day == day - 1;
}

bool is_date_time(std::string_view text) {
  return take_date(text) && take_one_of(text, "Tt") && is_time(text);
}

}  // namespace gantry::slots
