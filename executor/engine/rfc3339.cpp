#include "executor/engine/rfc3339.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace gantry::engine {
namespace {

// Reads a text from left to right; once something did not match, everything after fails too.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  // Exactly `digits` digits.
  int number(int digits) {
    int out = 0;
    for (; digits > 0; --digits) {
      const int digit = next_digit();
      if (digit < 0) failed_ = true;
      out = out * 10 + digit;
    }
    return failed_ ? 0 : out;
  }

  void literal(std::string_view expected) {
    if (!accept(expected)) failed_ = true;
  }

  bool accept(std::string_view expected) {
    if (!text_.starts_with(expected)) return false;
    text_.remove_prefix(expected.size());
    return true;
  }

  // One digit or more, as billionths.
  int fraction() {
    int out = 0;
    int scale = nanos_per_second / 10;
    bool any = false;
    for (int digit = next_digit(); digit >= 0; digit = next_digit()) {
      out += digit * scale;
      scale /= 10;
      any = true;
    }
    if (!any) failed_ = true;
    return out;
  }

  std::string_view take(std::size_t bytes) {
    const std::string_view out = text_.substr(0, bytes);
    text_.remove_prefix(out.size());
    return out;
  }

  [[nodiscard]] bool complete() const { return !failed_ && text_.empty(); }

 private:
  int next_digit() {
    if (text_.empty() || text_[0] < '0' || text_[0] > '9') return -1;
    const int digit = text_[0] - '0';
    text_.remove_prefix(1);
    return digit;
  }

  std::string_view text_;
  bool failed_ = false;
};

struct civil_time {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanos = 0;
  int offset_seconds = 0;  // east of Greenwich
};

// Seconds since 1970, and what is beyond them.
struct exact_time {
  std::int64_t seconds = 0;
  int nanos = 0;
};

std::optional<exact_time> to_exact(const civil_time& in) {
  namespace chrono = std::chrono;
  const chrono::year_month_day date{chrono::year(in.year), chrono::month(unsigned(in.month)),
                                    chrono::day(unsigned(in.day))};
  if (!date.ok()) return std::nullopt;
  // A leap second is written as :60 and counts as the second after :59.
  if (in.hour > 23 || in.minute > 59 || in.second > 60) return std::nullopt;
  const std::int64_t days = chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + in.hour) * 60 + in.minute) * 60 + in.second;
  return exact_time{seconds - in.offset_seconds, in.nanos};
}

timestamp bounded(const exact_time& in) {
  if (in.seconds < time_min / nanos_per_second) return time_min;
  if (in.seconds >= time_max / nanos_per_second) return time_max;
  return in.seconds * nanos_per_second + in.nanos;
}

std::optional<timestamp> if_in_range(const std::optional<exact_time>& in) {
  if (!in) return std::nullopt;
  const timestamp out = bounded(*in);
  return out == time_min || out == time_max ? std::nullopt : std::optional(out);
}

std::optional<exact_time> read_rfc3339(std::string_view text) {
  scanner in(text);
  civil_time out;
  out.year = in.number(4);
  in.literal("-");
  out.month = in.number(2);
  in.literal("-");
  out.day = in.number(2);
  in.literal("T");
  out.hour = in.number(2);
  in.literal(":");
  out.minute = in.number(2);
  in.literal(":");
  out.second = in.number(2);
  if (in.accept(".")) out.nanos = in.fraction();
  if (!in.accept("Z")) {
    const int sign = in.accept("-") ? -1 : 1;
    if (sign > 0) in.literal("+");
    const int hours = in.number(2);
    in.literal(":");
    out.offset_seconds = sign * (hours * 60 + in.number(2)) * 60;
  }
  if (!in.complete()) return std::nullopt;
  return to_exact(out);
}

}  // namespace

std::optional<timestamp> parse_rfc3339(std::string_view text) {
  return if_in_range(read_rfc3339(text));
}

std::optional<timestamp> parse_rfc3339_bounded(std::string_view text) {
  const auto read = read_rfc3339(text);
  return read ? std::optional(bounded(*read)) : std::nullopt;
}

std::string format_rfc3339(timestamp time) {
  namespace chrono = std::chrono;
  const chrono::sys_time<chrono::nanoseconds> point{chrono::nanoseconds(time)};
  const auto day = chrono::floor<chrono::days>(point);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(point - day);
  std::array<char, 64> out{};
  const int length = std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ",
                                   int(date.year()), unsigned(date.month()), unsigned(date.day()),
                                   int(clock.hours().count()), int(clock.minutes().count()),
                                   int(clock.seconds().count()), int(clock.subseconds().count()));
  return {out.data(), static_cast<std::size_t>(length)};
}

std::optional<timestamp> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  scanner in(text);
  civil_time out;
  in.take(3);  // the day's name says nothing that the date does not
  in.literal(", ");
  out.day = in.number(2);
  in.literal(" ");
  const std::string_view month = in.take(3);
  for (std::size_t at = 0; at < months.size(); ++at) {
    if (months[at] == month) out.month = static_cast<int>(at) + 1;
  }
  in.literal(" ");
  out.year = in.number(4);
  in.literal(" ");
  out.hour = in.number(2);
  in.literal(":");
  out.minute = in.number(2);
  in.literal(":");
  out.second = in.number(2);
  in.literal(" GMT");
  if (!in.complete()) return std::nullopt;
  return if_in_range(to_exact(out));
}

}  // namespace gantry::engine
