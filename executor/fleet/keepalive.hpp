// Is the engine there, though it says nothing? It is asked for a sign of life when no byte of it
// was read for a while, on whatever connection, and is away when none comes. Pure.
//
// Time counts only as far as we ran ourselves: a machine that slept, or had no time for us, says
// nothing about its engine.
#pragma once

#include <chrono>
#include <optional>

namespace gantry::fleet {

struct keepalive_limits {
  std::chrono::milliseconds ping_after{2'000};  // without a byte
  std::chrono::milliseconds away_after{5'000};
  // Between two looks while it is asked; and so much later than planned a look counts in full.
  std::chrono::milliseconds look_every{500};
};

class keepalive {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class verdict { nothing, ping, away };

  explicit keepalive(keepalive_limits limits) : limits_(limits) {}

  // It has just answered; no ping is under way.
  void start(time_point now);
  // `last_byte` is when one was read. After `ping`: one is to be sent, until pinged().
  [[nodiscard]] verdict look(time_point now, std::optional<time_point> last_byte);
  // The ping has ended, however; `sent` unless that could not even be tried, for a fault of ours.
  void pinged(bool sent);
  // Until the next look.
  [[nodiscard]] std::chrono::milliseconds pause() const { return planned_; }

 private:
  using duration = std::chrono::steady_clock::duration;

  keepalive_limits limits_;
  time_point looked_;
  std::optional<time_point> last_byte_;
  duration silence_{};             // since the last byte
  std::optional<duration> asked_;  // since when it could have answered to a ping
  bool is_pinging_ = false;
  std::chrono::milliseconds planned_{};
};

}  // namespace gantry::fleet
