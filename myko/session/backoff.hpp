// How long to wait before the next try: exponential, jittered, capped, reset after a stable spell.
#pragma once

#include <chrono>

#include "myko/session/moment.hpp"

namespace gantry::myko {

struct backoff_config {
  std::chrono::milliseconds first{100};
  // The longest wait. Low, since a core that comes back shall be served within two seconds; the
  // jitter keeps many executors from coming at once.
  std::chrono::milliseconds max{1'000};
  // A success that lasted this long forgets the failures before it.
  std::chrono::milliseconds stable_after{10'000};
};

class backoff {
 public:
  backoff(backoff_config config, random_source random);

  // The wait before the next try: a random time from half the present step to the whole of it;
  // the step doubles.
  [[nodiscard]] std::chrono::milliseconds next();

  // What was tried worked for `lasted` and then ended.
  void worked_for(std::chrono::steady_clock::duration lasted);

 private:
  backoff_config config_;
  random_source random_;
  std::chrono::milliseconds step_;
};

}  // namespace gantry::myko
