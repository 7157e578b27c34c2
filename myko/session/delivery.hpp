// When is a pulse known to have been read by the server? The window, the barriers, the echoes.
//
// Myko has no acknowledgement, but a ws:m:ping is echoed behind the frames before it: a ping sent
// behind some pulses is a barrier, and its echo says that the server has read them. A server of
// the 2023 page echoes nothing; there a pulse counts as delivered when the socket took it. That is
// only concluded of a server that lives: a WebSocket ping sent behind a barrier is answered by it,
// and the barrier not. One that hangs, or is far away, must not be taken for one without echoes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace gantry::myko {

struct delivery_config {
  std::size_t window_bytes = 1U << 20U;  // of the frames of pulses in flight
  // No echo at all for so long after a pong, or without either: none will come. The second is
  // longer than heartbeat_config::mute_after: a dead connection is dropped, not believed.
  std::chrono::milliseconds echo_patience{3'000};
  std::chrono::milliseconds pong_patience{90'000};
};

// Decides; the session sends, and holds no pulse. All frames of a connection are numbered from 1,
// pulses or not.
class delivery {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class echo {
    unknown,  // no ping was answered yet on this connection
    seen,
    missing,  // none will be
  };
  // So many of the oldest in flight have arrived, at least one. Must not call back.
  using acknowledge_handler = std::function<void(std::size_t)>;

  delivery(const delivery_config& config, acknowledge_handler on_acknowledged);

  // A connection began, or was lost: nothing is in flight any more, and nothing known of echoes.
  void reset();
  // The server is known not to echo.
  void expect_no_echo();

  // May another pulse be sent? The last one may exceed the window; one alone always may.
  [[nodiscard]] bool has_room() const {
    return in_flight_.empty() || in_flight_bytes_ < config_.window_bytes;
  }
  // A pulse went out in this frame, of so many bytes.
  void sent(std::uint64_t frame, std::size_t bytes);

  // Is a barrier due: are pulses in flight, and no barrier on its way behind any of them? To be
  // followed by barrier_sent().
  [[nodiscard]] bool wants_barrier() const;
  // A ping of ours went out behind all that is in flight, due or not.
  void barrier_sent(std::string id, time_point now);

  // The echo of any ping of ours.
  void echoed(const std::string& id);
  // The pong of a WebSocket ping that was sent behind one of ours.
  void ponged(time_point now);
  // All frames up to this one were taken by the socket.
  void written(std::uint64_t frame);
  // True if this call found out that echoes are missing.
  [[nodiscard]] bool tick(time_point now);
  [[nodiscard]] std::optional<time_point> next_deadline() const;

  [[nodiscard]] echo echoes() const { return echo_; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::size_t in_flight_bytes() const { return in_flight_bytes_; }
  // Since the start, over all connections.
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  struct pulse {
    std::uint64_t frame = 0;
    std::size_t bytes = 0;
  };
  struct barrier {
    std::string id;
    std::uint64_t pulses = 0;  // of this connection's, those before it
    time_point sent;
  };

  void acknowledge_to(std::uint64_t pulses);
  void acknowledge_written();

  delivery_config config_;
  acknowledge_handler on_acknowledged_;
  std::uint64_t acknowledged_ = 0;

  // Of the present connection.
  echo echo_ = echo::unknown;
  std::deque<barrier> barriers_;  // the oldest first
  std::deque<pulse> in_flight_;   // the oldest first
  std::size_t in_flight_bytes_ = 0;
  std::uint64_t arrived_ = 0;         // pulses
  std::optional<time_point> ponged_;  // the first time
  std::uint64_t written_ = 0;         // frames
};

}  // namespace gantry::myko
