// Where a session takes the pulses from that must not be lost, and to whom it says what became of
// them: the seam between the protocol and whatever keeps them.
#pragma once

#include <cstddef>
#include <optional>

#include "model/entities.hpp"
#include "myko/session/moment.hpp"

namespace gantry::myko {

// All calls come from within calls of the session, on its thread.
class pulse_source {
 public:
  virtual ~pulse_source() = default;

  // The next pulse, which is in flight from now on; nothing when none may go now. Its sequence is
  // set, and the same each time it is given.
  [[nodiscard]] virtual std::optional<model::pulse> next(moment now) = 0;
  // The one that was given last is too large for the server. What goes in its place, in flight now:
  // a few words, with the same number; given again in its place, too, as long as the source lives.
  [[nodiscard]] virtual model::pulse replace_last() = 0;
  // The server takes frames of no more than this: what is made from now on should fit.
  virtual void limit_frames(std::size_t bytes_max) = 0;
  // The `count` oldest in flight were read by the server.
  virtual void acknowledged(std::size_t count) = 0;
  // The connection is lost: what is in flight is to be given again, in its order.
  virtual void rewind() = 0;
};

}  // namespace gantry::myko
