// Lines into pulses, no faster than a core can take them and without losing one.
//
// A line is a pulse of its own until the emitter's rate is reached; what comes faster is combined:
// consecutive lines of one stream share a pulse. Pure: time is passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/log_frame.hpp"
#include "model/json.hpp"

namespace gantry::fleet {

struct line_pulses_config {
  double pulses_per_second = 60;                // also how many may go at once after a quiet second
  std::size_t pulse_bytes_max = 64U << 10U;     // of combined text; a longer line goes alone
  std::size_t waiting_bytes_max = 256U << 10U;  // then full(): the reader pauses
};

// The data of one pulse of an `output` emitter.
struct output_data {
  std::uint64_t seq = 0;  // of the first line; the next pulse's is seq + count
  std::uint64_t count = 0;
  std::string text;
  engine::stream_kind stream = engine::stream_kind::stdout_stream;
  engine::timestamp time = 0;  // of the first line
  bool truncated = false;
  std::optional<json::text> json;  // of a single line that is one JSON value

  bool operator==(const output_data&) const = default;
};

[[nodiscard]] json::text to_json(const output_data& data);

class line_pulses {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit line_pulses(line_pulses_config config) : config_(config) {}

  // Takes the next line; gives the pulses that may go now.
  [[nodiscard]] std::vector<output_data> add(const engine::log_line& line, time_point now);
  // Gives what may go by now. To be called at next_due().
  [[nodiscard]] std::vector<output_data> tick(time_point now);
  [[nodiscard]] std::optional<time_point> next_due() const;

  [[nodiscard]] bool full() const { return waiting_bytes_ >= config_.waiting_bytes_max; }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  // The last line of this run that was a JSON value, for `finish`; forgotten by begin_run().
  [[nodiscard]] const std::optional<json::text>& last_json() const { return last_json_; }
  void begin_run() { last_json_.reset(); }
  // The run goes on here; so far it was told by another.
  void continue_run(const line_pulses& other) { last_json_ = other.last_json_; }

 private:
  void refill(time_point now);
  bool joins_last(const output_data& line) const;

  line_pulses_config config_;
  std::deque<output_data> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t lines_ = 0;
  std::optional<double> tokens_;  // pulses that may go; nothing until the first line
  time_point refilled_;
  std::optional<json::text> last_json_;
};

}  // namespace gantry::fleet
