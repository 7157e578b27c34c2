// When is a pulse known to have been read by the server? The window, the barriers, the echoes.
//
// Myko has no acknowledgement, but a ws:m:ping is echoed behind the frames before it: a ping sent
// behind some pulses is a barrier, and its echo says that the server has read them. A server of
// the 2023 page echoes nothing; there a pulse counts as delivered when the socket took it. That is
// only concluded of a server that lives: a WebSocket ping sent behind a barrier is answered by it,
// and the barrier not. One that hangs, or is far away, must not be taken for one without echoes.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "myko/session/pulse_queue.hpp"

namespace gantry::myko {

struct delivery_config {
  std::size_t window_bytes = 1U << 20U;  // pulses in flight
  std::size_t queue_bytes = 64U << 20U;  // pulses kept; see pulse_queue
  // No echo at all for so long after a pong, or without either: none will come. The second is
  // longer than session_config::dead_after: a dead connection is dropped, not believed.
  std::chrono::milliseconds echo_patience{3'000};
  std::chrono::milliseconds pong_patience{30'000};
};

// Decides; the session sends. All frames of a connection are numbered from 1, pulses or not.
class delivery {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class echo {
    unknown,  // no ping was answered yet on this connection
    seen,
    missing,  // none will be
  };

  explicit delivery(const delivery_config& config) : config_(config), queue_(config.queue_bytes) {}

  void append(model::pulse pulse) { queue_.append(std::move(pulse)); }

  // A new connection: all that is not acknowledged is to be sent again.
  void connected();
  // The server is known not to echo.
  void expect_no_echo();

  // The next pulse to send, if the window has room; to be followed by sent().
  [[nodiscard]] const model::pulse* next();
  void sent(std::uint64_t frame) { frames_.push_back(frame); }

  // Is a barrier due? To be followed by barrier_sent().
  [[nodiscard]] bool wants_barrier() const;
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
  [[nodiscard]] const pulse_queue& queue() const { return queue_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

 private:
  struct barrier {
    std::string id;
    std::size_t pulses = 0;
    time_point sent;
  };

  void acknowledge(std::size_t pulses);
  void acknowledge_written();

  delivery_config config_;
  pulse_queue queue_;
  std::uint64_t acknowledged_ = 0;

  // Of the present connection.
  echo echo_ = echo::unknown;
  std::optional<barrier> barrier_;
  std::optional<time_point> ponged_;  // the first time
  std::deque<std::uint64_t> frames_;  // of the pulses in flight, the oldest first
  std::uint64_t written_ = 0;
};

}  // namespace gantry::myko
