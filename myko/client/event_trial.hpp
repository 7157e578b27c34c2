// Whether a connection takes events: a gateway that may only be read closes at the first one.
// Decides only; myko/client performs.
//
// Source: "GatewayAccess::ReadOnly" on the page of the core of 2026.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "model/result.hpp"

namespace gantry::myko {

// Of one connection.
class event_trial {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // What is open so long behind our first event takes events.
  static constexpr std::chrono::milliseconds stands_after{1'000};

  // A frame of ours was taken by the socket.
  void wrote(std::string_view frame, time_point now);
  // A text frame came.
  void read(std::string_view frame);

  // When it will have stood; nothing before our first event.
  [[nodiscard]] std::optional<time_point> stands_at() const;
  // The connection ended like this. Was that the server's only answer to our first event?
  [[nodiscard]] bool refused_events(const failure& end, time_point now) const;

 private:
  std::optional<time_point> first_event_;
  bool was_answered_ = false;
};

}  // namespace gantry::myko
