// Time that passes only when the test says so, for all that asks the standard clocks: timers, too.
//
// It takes the place of the standard library's own now() in the program that it is linked into;
// where no virtual_clock lives the time is the real one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace gantry::test {

// One at a time. Lifetime: outlived by whoever looks at the clock.
class virtual_clock {
 public:
  virtual_clock();
  ~virtual_clock();
  virtual_clock(const virtual_clock&) = delete;
  virtual_clock& operator=(const virtual_clock&) = delete;

  // Timers of `io` that are due then fire when it runs.
  void pass(std::chrono::milliseconds time, boost::asio::io_context& io);
};

}  // namespace gantry::test
