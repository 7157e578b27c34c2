#include "executor/engine/log_tty_parser.hpp"

#include <algorithm>

namespace gantry::engine {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr timestamp part_delay_max = 60'000'000'000;

// Can more bytes still change where a stamp at the front of `rest` ends?
bool stamp_undecided(std::string_view rest) {
  return rest.size() <= stamp_bytes_max && rest.find_first_of(" \n") == npos;
}

}  // namespace

void log_tty_parser::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(bytes);
}

std::optional<log_frame> log_tty_parser::next() {
  std::string_view rest = std::string_view(buffer_).substr(at_);
  if (state_ == state::stamp) {
    if (stamp_undecided(rest)) return std::nullopt;
    read_stamp(rest);
    rest = std::string_view(buffer_).substr(at_);
  }
  const std::size_t newline = rest.find('\n', scanned_);
  std::size_t end = newline == npos ? npos : newline + 1;
  if (!stamp_.empty()) end = std::min(end, next_stamp(rest.substr(0, end)));
  if (end <= part_bytes_max) {
    state_ = state::stamp;
    return take(end);
  }
  // A stamp that begins within the limit must have had room to show itself.
  if (end != npos || rest.size() >= part_bytes_max + stamp_.size()) return take(part_bytes_max);
  const std::size_t undecided = stamp_.empty() ? 0 : stamp_.size() - 1;
  scanned_ = rest.size() - std::min(rest.size(), undecided);
  return std::nullopt;
}

std::optional<log_frame> log_tty_parser::rest() {
  if (state_ == state::stamp) {
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    if (may_be_stamp(rest)) return std::nullopt;
    read_stamp(rest);
  }
  state_ = state::stamp;
  if (at_ == buffer_.size()) return std::nullopt;
  return take(buffer_.size() - at_);
}

void log_tty_parser::reset() {
  buffer_.clear();
  at_ = 0;
  scanned_ = 0;
  state_ = state::stamp;
}

void log_tty_parser::read_stamp(std::string_view rest) {
  stamped_text parts;
  if (split_stamp(rest, parts)) {
    time_ = parts.time;
    stamp_ = parts.stamp;
  } else {
    stamp_.clear();
    ++unstamped_;
  }
  at_ += stamp_.size();
  state_ = state::text;
}

std::size_t log_tty_parser::next_stamp(std::string_view text) const {
  const std::string_view century = std::string_view(stamp_).substr(0, 2);
  std::size_t at = text.find(century, scanned_);
  while (at != npos && !begins_part(text.substr(at, stamp_.size()))) {
    at = text.find(century, at + 1);
  }
  return at;
}

bool log_tty_parser::begins_part(std::string_view text) const {
  if (text == stamp_) return true;
  stamped_text next;
  return text.size() == stamp_.size() && split_stamp(text, next) && next.text.empty() &&
         next.time > time_ && next.time - time_ <= part_delay_max;
}

log_frame log_tty_parser::take(std::size_t bytes) {
  const std::string_view text = std::string_view(buffer_).substr(at_, bytes);
  at_ += bytes;
  scanned_ = 0;
  return {stream_kind::tty, time_, text};
}

}  // namespace gantry::engine
