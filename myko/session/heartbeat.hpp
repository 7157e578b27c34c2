// Is the server alive? When to ask it, and when to give its connection up.
#pragma once

#include <chrono>
#include <optional>

namespace gantry::myko {

struct heartbeat_config {
  std::chrono::milliseconds ping_after{5'000};   // nothing was read for so long: ask
  std::chrono::milliseconds dead_after{15'000};  // nothing was read for so long: give up
  // The same for a server that spoke, but has answered no ping yet. It may never answer any, and
  // have nothing to say; so the time doubles, up to the second, with each connection in succession
  // that ended this way.
  std::chrono::milliseconds mute_after{60'000};
  std::chrono::milliseconds mute_after_max{3'600'000};
};

// Decides; the session pings and drops. Two kinds of silence are told apart: of a server that
// answers pings, or never said a word, and of one that is only known to speak. A server of any
// generation should answer a WebSocket ping, and those from ts on a ws:m:ping as well.
class heartbeat {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class advice { none, ask, give_up };

  explicit heartbeat(const heartbeat_config& config)
      : config_(config), mute_after_(config.mute_after) {}

  void connected(time_point now);
  // Anything was read.
  void heard(time_point now);
  // It was the answer to a ping, of either kind.
  void answered();
  // A ping was sent for another reason: asking can wait.
  void pinged(time_point now) { last_ping_ = now; }

  // When told to ask, send a WebSocket ping.
  [[nodiscard]] advice tick(time_point now);
  [[nodiscard]] time_point next_deadline() const;
  [[nodiscard]] std::chrono::seconds silent_for(time_point now) const {
    return std::chrono::duration_cast<std::chrono::seconds>(now - last_read_);
  }

 private:
  [[nodiscard]] bool mute() const { return spoke_ && !answers_; }
  [[nodiscard]] std::optional<time_point> dead_at() const;

  heartbeat_config config_;

  // Outlives connections.
  std::chrono::milliseconds mute_after_;

  // Of the present connection.
  time_point last_read_;
  time_point last_ping_;
  bool spoke_ = false;    // anything was read
  bool answers_ = false;  // a ping was answered
  bool asked_ = false;    // since anything was read
  bool given_up_mute_ = false;
};

}  // namespace gantry::myko
