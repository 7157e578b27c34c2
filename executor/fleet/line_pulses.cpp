#include "executor/fleet/line_pulses.hpp"

#include <utility>

#include "executor/engine/utf8.hpp"
#include "executor/outbox/json_line.hpp"

namespace gantry::fleet {
namespace {

// What a waiting pulse costs.
std::size_t cost(const told_lines& each) { return each.what.body.size() + sizeof(told_lines); }

// Nobody can tell how many lines it stands for. It has no place in the log: its line might not go
// with it.
told_lines notice_of_gap(const engine::log_line& behind, const std::string& container) {
  told_lines out{.what = {}, .container = container, .cursor = std::nullopt};
  out.what.form = outbox::form::notice;
  out.what.count = 0;
  out.what.body = behind.unreadable_before ? outbox::reasons::unreadable : outbox::reasons::rotated;
  return out;
}

told_lines one_line(const engine::log_line& line, std::string text, const std::string& container) {
  told_lines out{.what = {}, .container = container, .cursor = line.cursor};
  out.what.form = outbox::form::lines;
  out.what.body = std::move(text);
  out.what.stream = line.stream;
  out.what.time = line.time;
  out.what.truncated = line.truncated;
  return out;
}

}  // namespace

void line_pulses::add(const engine::log_line& line, const std::string& container, time_point now,
                      const std::string& run) {
  rate_->refill(now);
  if (line.gap_before) wait(notice_of_gap(line, container));
  std::string text = engine::visible_utf8(line.text);
  if (!line.truncated) {
    if (auto json = outbox::as_json(text)) last_json_ = std::move(json);
  }
  if (joins_last(line, text.size(), container, run)) {
    told_lines& last = waiting_.back();
    waiting_bytes_ += text.size() + 1;
    last.what.body.append("\n").append(text);
    ++last.what.count;
    last.cursor = line.cursor;
  } else {
    told_lines next = one_line(line, std::move(text), container);
    next.what.run = run;
    next.what.joins = config_.combine && !line.truncated;
    wait(std::move(next));
  }
}

void line_pulses::wait(told_lines next) {
  waiting_bytes_ += cost(next);
  waiting_.push_back(std::move(next));
}

// As long as each that waits can go as it is, a line is left alone. A truncated one always is, so
// that its mark is about it.
bool line_pulses::joins_last(const engine::log_line& line, std::size_t bytes,
                             const std::string& container, const std::string& run) const {
  if (!config_.combine || line.truncated || waiting_.empty()) return false;
  if (static_cast<double>(waiting_.size() + 1) <= rate_->left()) return false;
  const told_lines& last = waiting_.back();
  return last.what.joins && last.what.stream == line.stream && last.container == container &&
         last.what.run == run && last.what.body.size() + 1 + bytes <= config_.pulse_bytes_max;
}

std::vector<told_lines> line_pulses::take(time_point now) {
  std::vector<told_lines> out;
  if (waiting_.empty()) return out;
  rate_->refill(now);
  while (!waiting_.empty() && rate_->take(this)) {
    waiting_bytes_ -= cost(waiting_.front());
    out.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (waiting_.empty()) rate_->leave(this);
  return out;
}

std::optional<line_pulses::time_point> line_pulses::next_due() const {
  return waiting_.empty() ? std::nullopt : rate_->next_due();
}

void line_pulses::continue_run(line_pulses& other, const std::string& container) {
  last_json_ = other.last_json_;
  if (!other.waiting_.empty() && !rate_->next_due()) {
    *rate_ = *other.rate_;
    rate_->leave(&other);
  }
  other.waiting_bytes_ = 0;
  for (told_lines& each : std::exchange(other.waiting_, {})) {
    line_pulses& its = each.container == container ? *this : other;
    its.wait(std::move(each));
  }
}

}  // namespace gantry::fleet
