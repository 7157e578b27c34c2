#include "executor/engine/log_decoder.hpp"

#include <algorithm>

namespace gantry::engine {
namespace {

constexpr timestamp since_margin = 1'000'000'000;

using any_parser = std::variant<log_frame_parser, log_tty_parser>;

any_parser make_parser(bool tty) {
  if (tty) return log_tty_parser();
  return log_frame_parser();
}

result<std::optional<log_frame>> next_frame(any_parser& parser) {
  return std::visit([](auto& each) -> result<std::optional<log_frame>> { return each.next(); },
                    parser);
}

}  // namespace

log_decoder::log_decoder(bool tty, std::size_t line_bytes_max, std::optional<log_cursor> cursor)
    : parser_(make_parser(tty)), resume_(cursor), joiner_(line_bytes_max), cursor_(cursor) {}

result<void> log_decoder::feed(std::string_view bytes, std::vector<log_line>& out) {
  std::visit([&](auto& parser) { parser.feed(bytes); }, parser_);
  while (true) {
    const auto frame = next_frame(parser_);
    if (!frame) return frame.error();
    if (!*frame) return {};
    accept(**frame, out);
  }
}

void log_decoder::ended(std::vector<log_line>& out) {
  if (resume_.holds_fresh()) give_held(out);
}

void log_decoder::reopened() {
  std::visit([](auto& parser) { parser.reset(); }, parser_);
  resume_.reopened();
}

void log_decoder::finish(std::vector<log_line>& out) {
  give_held(out);
  const std::size_t before = out.size();
  if (auto* tty = std::get_if<log_tty_parser>(&parser_)) {
    // Not counted as a frame: if it was only cut, the whole of it must not be taken for seen.
    if (const auto frame = tty->rest()) joiner_.add(*frame, out);
  }
  joiner_.flush(out);
  lines_ += out.size() - before;
  cursor_ = resume_.cursor();
}

std::optional<timestamp> log_decoder::since() const {
  if (!resume_.cursor()) return std::nullopt;
  const timestamp last = resume_.cursor()->time;
  return std::min(last, joiner_.oldest_open().value_or(last)) - since_margin;
}

log_decoder::counters log_decoder::count() const {
  return {lines_, joiner_.truncated(), resume_.skipped(), resume_.released(),
          std::visit([](const auto& parser) { return parser.unstamped(); }, parser_)};
}

void log_decoder::accept(const log_frame& frame, std::vector<log_line>& out) {
  switch (resume_.take(frame)) {
    case log_resume::verdict::deliver:
      return give(frame, out);
    case log_resume::verdict::withhold:
      return;
    case log_resume::verdict::give_up:
      return give_held(out);
  }
}

void log_decoder::give(const log_frame& frame, std::vector<log_line>& out) {
  const std::size_t before = out.size();
  joiner_.add(frame, out);
  lines_ += out.size() - before;
  if (!joiner_.pending()) cursor_ = resume_.cursor();
}

void log_decoder::give_held(std::vector<log_line>& out) {
  const std::vector<held_frame> held = resume_.release();
  if (held.empty()) return;
  // What follows is not what followed the pending parts.
  const std::size_t before = out.size();
  joiner_.flush(out);
  lines_ += out.size() - before;
  for (const held_frame& frame : held) give({frame.stream, frame.time, frame.text}, out);
}

}  // namespace gantry::engine
