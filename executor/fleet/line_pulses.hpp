// Lines into pulses, no faster than a core can take them and without losing one.
//
// Pulses are taken when the outbox is about to write. A line is a pulse of its own while the
// emitter's rate allows for it; what comes faster is combined: consecutive lines of one stream
// share a pulse. Pure: time is passed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "executor/engine/log_frame.hpp"
#include "executor/fleet/pulse_rate.hpp"
#include "executor/outbox/record.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

struct line_pulses_config {
  double pulses_per_second = 60;              // also how many may go at once after a quiet second
  bool combine = true;                        // false: every line is a pulse of its own
  std::size_t pulse_bytes_max = 64U << 10U;   // of combined text; a longer line goes alone
  std::size_t waiting_bytes_max = 2U << 20U;  // then full(): the reader pauses
};

// One or more lines that go as one pulse, and where the reading of their log stands behind them.
struct told_lines {
  outbox::record what;    // without id, number, target and emitter
  std::string container;  // whose log it is
  std::optional<engine::log_cursor> cursor;
};

class line_pulses {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // `rate` is shared with others that tell of the same emitter; null: it has its own.
  explicit line_pulses(line_pulses_config config, std::shared_ptr<pulse_rate> rate = nullptr)
      : config_(config),
        rate_(rate ? std::move(rate) : std::make_shared<pulse_rate>(config.pulses_per_second)) {}

  ~line_pulses() { rate_->leave(this); }
  line_pulses(const line_pulses&) = delete;
  line_pulses& operator=(const line_pulses&) = delete;

  // Lines of two runs never share a pulse.
  void add(const engine::log_line& line, const std::string& container, time_point now,
           const std::string& run = {});
  // What may go now.
  [[nodiscard]] std::vector<told_lines> take(time_point now);
  // When take() gives something; nothing when nothing waits.
  [[nodiscard]] std::optional<time_point> next_due() const;

  [[nodiscard]] bool full() const { return waiting_bytes_ >= config_.waiting_bytes_max; }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return waiting_bytes_; }

  // The last line of this run that was a JSON value, for `finish`; forgotten by begin_run().
  [[nodiscard]] const std::optional<json::text>& last_json() const { return last_json_; }
  void begin_run(std::optional<json::text> last = std::nullopt) { last_json_ = std::move(last); }
  // The run goes on here; so far it was told by another. What waits of it there goes here, too; not
  // what another container has left.
  void continue_run(line_pulses& other, const std::string& container);

 private:
  void wait(told_lines next);
  [[nodiscard]] bool joins_last(const engine::log_line& line, std::size_t bytes,
                                const std::string& container, const std::string& run) const;

  line_pulses_config config_;
  std::deque<told_lines> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::shared_ptr<pulse_rate> rate_;
  std::optional<json::text> last_json_;
};

}  // namespace gantry::fleet
