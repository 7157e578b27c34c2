#include "executor/fleet/line_pulses.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "executor/engine/rfc3339.hpp"
#include "executor/engine/utf8.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

// What a waiting pulse costs beside its text.
constexpr std::size_t overhead = sizeof(output_data);

// Servers drop a whole message that is nested deeper than they read; many read 128 levels.
constexpr int json_depth_max = 64;

bool is_deeper_than(const json::value& value, int most) {
  if (!value.IsArray() && !value.IsObject()) return false;
  if (most == 0) return true;
  if (value.IsArray()) {
    const auto elements = value.GetArray();
    return std::any_of(elements.begin(), elements.end(),
                       [most](const auto& each) { return is_deeper_than(each, most - 1); });
  }
  const auto members = value.GetObject();
  return std::any_of(members.begin(), members.end(),
                     [most](const auto& each) { return is_deeper_than(each.value, most - 1); });
}

// As written, but that a half of a surrogate pair is no valid JSON, and json::parse() repairs it.
json::text valid_text(const std::string& line, const json::value& value) {
  if (line.find("\\u") == std::string::npos) return {line};
  return {json::write(value)};
}

std::optional<json::text> as_json(const std::string& line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string::npos) return std::nullopt;
  // Nearly all lines are ruled out by their first character, without a parser.
  constexpr std::string_view starts = "{[\"-0123456789tfn";
  if (starts.find(line[first]) == std::string_view::npos) return std::nullopt;
  const auto parsed = json::parse(line);
  if (!parsed || is_deeper_than(*parsed, json_depth_max)) return std::nullopt;
  return valid_text(line, *parsed);
}

}  // namespace

json::text to_json(const output_data& data) {
  json::object out;
  out.set("seq", data.seq).set("count", data.count).set("text", data.text);
  out.set("stream", engine::to_string(data.stream));
  out.set("time", engine::format_rfc3339(data.time));
  if (data.json) out.set("json", *data.json);
  if (data.truncated) out.set("truncated", true);
  return out.to_text();
}

std::vector<output_data> line_pulses::add(const engine::log_line& line, time_point now) {
  output_data next{.seq = ++lines_,
                   .count = 1,
                   .text = engine::visible_utf8(line.text),
                   .stream = line.stream,
                   .time = line.time,
                   .truncated = line.truncated,
                   .json = std::nullopt};
  if (!line.truncated) next.json = as_json(next.text);
  if (next.json) last_json_ = next.json;
  if (joins_last(next)) {
    output_data& last = waiting_.back();
    waiting_bytes_ += next.text.size() + 1;
    last.text.append("\n").append(next.text);
    ++last.count;
    last.json.reset();
  } else {
    waiting_bytes_ += next.text.size() + overhead;
    waiting_.push_back(std::move(next));
  }
  return tick(now);
}

// A truncated line goes alone, so that its mark is about it.
bool line_pulses::joins_last(const output_data& line) const {
  if (waiting_.empty() || line.truncated) return false;
  const output_data& last = waiting_.back();
  return last.stream == line.stream && !last.truncated &&
         last.text.size() + 1 + line.text.size() <= config_.pulse_bytes_max;
}

std::vector<output_data> line_pulses::tick(time_point now) {
  refill(now);
  std::vector<output_data> out;
  while (!waiting_.empty() && *tokens_ >= 1) {
    *tokens_ -= 1;
    waiting_bytes_ -= waiting_.front().text.size() + overhead;
    out.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return out;
}

std::optional<line_pulses::time_point> line_pulses::next_due() const {
  if (waiting_.empty() || !tokens_) return std::nullopt;
  const double seconds = std::max(0.0, (1 - *tokens_) / config_.pulses_per_second);
  return refilled_ + std::chrono::ceil<std::chrono::steady_clock::duration>(
                         std::chrono::duration<double>(seconds));
}

void line_pulses::refill(time_point now) {
  const double most = std::max(1.0, config_.pulses_per_second);
  if (!tokens_) {
    tokens_ = most;
  } else {
    const std::chrono::duration<double> passed = now - refilled_;
    // A hair more than was earned, so that rounding cannot leave 0.999… when it is time.
    tokens_ = std::min(most, *tokens_ + passed.count() * config_.pulses_per_second + 1e-9);
  }
  refilled_ = now;
}

}  // namespace gantry::fleet
