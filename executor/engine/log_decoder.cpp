#include "executor/engine/log_decoder.hpp"

#include <utility>

#include "executor/engine/log_tail.hpp"

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

// Of lines without a newline whose rest was not read: one of whole parts had more behind it.
void mark_cut(std::size_t before, std::vector<log_line>& out) {
  for (; before < out.size(); ++before) {
    const std::size_t bytes = out[before].text.size();
    if (bytes > 0 && bytes % log_decoder::part_bytes == 0) out[before].truncated = true;
  }
}

}  // namespace

log_decoder::log_decoder(bool tty, std::size_t line_bytes_max,
                         const std::optional<log_cursor>& cursor, line_ends ends)
    : parser_(make_parser(tty)),
      joiner_(line_bytes_max),
      ends_(ends),
      cursor_(cursor.value_or(log_cursor{})) {
  if (tty) cursor_.stream = stream_kind::tty;
  for (const stream_kind stream : all_streams) {
    const auto& line = cursor_.open[index(stream)];
    if (line && line->given) joiner_.skip_line(stream);
    if (line && !line->given) parts_missing_ = true;
  }
  reopened();
}

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
  ended_ = true;
  if (resume_.holds_fresh()) settle(out);
}

void log_decoder::reopened() {
  // What it was to stand for comes now, or is told of again.
  if (std::exchange(damaged_, false)) gap_ = false;
  std::visit([](auto& parser) { parser.reset(); }, parser_);
  resume_.search(cursor_, parts_missing_ ? log_resume::parts::missing : log_resume::parts::kept);
  ended_ = false;
}

void log_decoder::reopened_behind_damage(bool from_now, std::vector<log_line>& out) {
  if (from_now && searching()) settle(out);
  damaged_ = true;
  gap_ = gap_ || !searching();
}

void log_decoder::finish(std::vector<log_line>& out) {
  auto* tty = std::get_if<log_tty_parser>(&parser_);
  const auto rest = tty != nullptr ? tty->rest() : std::nullopt;
  const bool any = resume_.holds_any() || (searching() && rest);
  // Read to its end and the cursor is not there: the log was rotated, and this only looks old.
  if (resume_.holds_fresh() || (ended_ && any)) settle(out);
  const std::size_t before = out.size();
  if (rest && !searching()) add_rest(*rest, tty->stamped(), out);
  const std::size_t whole = out.size();
  close_lines(before, out);
  if (!ended_) mark_cut(whole, out);
}

std::optional<timestamp> log_decoder::since() const {
  const auto needed = cursor_.needed_from();
  if (!needed) return std::nullopt;
  return *needed - since_margin;
}

log_decoder::counters log_decoder::count() const {
  const auto* frames = std::get_if<log_frame_parser>(&parser_);
  return {lines_,
          joiner_.truncated(),
          resume_.skipped(),
          resume_.released(),
          std::visit([](const auto& parser) { return parser.unstamped(); }, parser_),
          frames != nullptr ? frames->skipped() : 0};
}

void log_decoder::accept(const log_frame& frame, std::vector<log_line>& out) {
  switch (resume_.take(frame)) {
    case log_resume::verdict::deliver:
      return give(frame, resume_.place(), out);
    case log_resume::verdict::withhold:
      return;
    case log_resume::verdict::settled:
      return settle(out);
  }
}

void log_decoder::give(const log_frame& frame, const log_place& place, std::vector<log_line>& out) {
  std::size_t before = out.size();
  add(frame, out);
  // No engine puts two lines into one frame. If one did: rather a duplicate than a loss.
  for (; before + 1 < out.size(); ++before) mark(out[before]);
  cursor_.stream = frame.stream;
  cursor_.seen[index(frame.stream)] = place;
  cursor_.tail.reset();
  note_open(frame.stream, place);
  if (before < out.size()) mark(out[before]);
}

void log_decoder::settle(std::vector<log_line>& out) {
  const log_resume::findings found = resume_.release();
  if (found.gone) {
    // What follows is not what followed the pending parts.
    const std::size_t whole = out.size();
    close_lines(whole, out);
    mark_cut(whole, out);
    cursor_.open.fill(std::nullopt);
  } else if (parts_missing_) {
    join_again(found.parts, out);
  }
  parts_missing_ = false;
  gap_ = gap_ || found.gap;
  damaged_ = damaged_ && gap_;
  for (const held_frame& each : found.frames) give(each.frame(), each.place, out);
}

// The cursor stays where it is. A line comes out only if the limit is lower than it was.
void log_decoder::join_again(const std::vector<held_frame>& parts, std::vector<log_line>& out) {
  for (auto& line : cursor_.open) {
    if (line && !line->given) line.reset();
  }
  for (const held_frame& each : parts) {
    const std::size_t before = out.size();
    joiner_.add(each.frame(), out);
    note_open(each.stream, each.place);
    for (std::size_t at = before; at < out.size(); ++at) mark(out[at]);
  }
}

void log_decoder::add(const log_frame& frame, std::vector<log_line>& out) {
  const auto rest = cursor_.tail ? behind_tail(*cursor_.tail, frame) : std::nullopt;
  gap_ = gap_ || (cursor_.tail && !rest);
  joiner_.add(rest ? log_frame{frame.stream, rest->time, rest->text} : frame, out);
  const bool is_last_part = !frame.text.ends_with('\n') && frame.text.size() < part_bytes;
  if (ends_ == line_ends::by_short_part && is_last_part) joiner_.flush(frame.stream, out);
}

// The rest is not counted as a frame: if it was only cut, the whole of it will be another one.
void log_decoder::add_rest(const log_frame& rest, bool stamped, std::vector<log_line>& out) {
  if (cursor_.tail) {
    if (rest.text.size() < cursor_.tail->bytes) return;
    const auto behind = behind_tail(*cursor_.tail, rest);
    if (behind && may_be_stamp(behind->text)) return;
  }
  add(rest, out);
  if (stamped) cursor_.tail = make_tail(rest);
}

// Also marks the lines that have come since `before`.
void log_decoder::close_lines(std::size_t before, std::vector<log_line>& out) {
  for (const stream_kind stream : all_streams) {
    if (joiner_.state(stream) == line_state::none) continue;
    joiner_.flush(stream, out);
    cursor_.open[index(stream)].reset();
    for (; before < out.size(); ++before) mark(out[before]);
  }
  for (; before < out.size(); ++before) mark(out[before]);
}

void log_decoder::note_open(stream_kind stream, const log_place& place) {
  auto& line = cursor_.open[index(stream)];
  const line_state now = joiner_.state(stream);
  if (now == line_state::none) return line.reset();
  if (!line) line = open_line{place, 0, false};
  ++line->parts;
  line->given = now == line_state::given;
}

void log_decoder::mark(log_line& line) {
  line.gap_before = std::exchange(gap_, false);
  line.unreadable_before = line.gap_before && std::exchange(damaged_, false);
  line.cursor = cursor_;
  ++lines_;
}

}  // namespace gantry::engine
