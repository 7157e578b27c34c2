#include "executor/fleet/keepalive.hpp"

#include <algorithm>
#include <utility>

namespace gantry::fleet {

using std::chrono::milliseconds;

void keepalive::start(time_point now) {
  looked_ = now;
  last_byte_.reset();
  silence_ = {};
  asked_.reset();
  is_pinging_ = false;
  planned_ = limits_.ping_after;
}

keepalive::verdict keepalive::look(time_point now, std::optional<time_point> last_byte) {
  const duration lived =
      std::min<duration>(now - std::exchange(looked_, now), planned_ + limits_.look_every);
  if (last_byte != last_byte_) {
    last_byte_ = last_byte;
    silence_ = std::clamp<duration>(now - *last_byte, duration(0), lived);
    asked_.reset();
  } else {
    silence_ += lived;
    if (asked_) *asked_ += lived;
  }
  const bool is_silent = silence_ >= limits_.ping_after;
  planned_ = is_silent ? limits_.look_every
                       : std::chrono::ceil<milliseconds>(limits_.ping_after - silence_);
  if (!is_silent) return verdict::nothing;
  const bool had_time = asked_ && *asked_ >= limits_.away_after - limits_.ping_after;
  if (had_time && silence_ >= limits_.away_after) return verdict::away;
  if (std::exchange(is_pinging_, true)) return verdict::nothing;
  if (!asked_) asked_ = duration(0);
  return verdict::ping;
}

void keepalive::pinged(bool sent) {
  is_pinging_ = false;
  if (!sent) asked_.reset();
}

}  // namespace gantry::fleet
