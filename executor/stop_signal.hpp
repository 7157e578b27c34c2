// SIGTERM and SIGINT: asks for the orderly end, and ends the program when that does not come.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "executor/ending.hpp"
#include "myko/log.hpp"

namespace gantry {

// Takes both signals from its making on, on a thread of its own: nothing that holds any other
// thread holds it. Whoever is asked twice, or is not done in time (ending::all_within), is ended by
// exit_codes::cut_short, with a word in the log if that takes one.
//
// Made before any other thread is started, since each inherits that the signals are blocked; they
// stay so. Lifetime: until all that may hang is over.
class stop_signal {
 public:
  explicit stop_signal(log_sink log);  // called on the thread, too
  ~stop_signal();
  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  // Called on another thread with the number of the first signal, at once if it has come. An empty
  // one takes the last one back: it is called no more.
  void on_asked(std::function<void(int)> call);

  // From any thread.
  void reached(ending_step step) { step_ = step; }

 private:
  void wait();
  void ask(int number);
  [[noreturn]] void cut_short(const std::string& words);

  log_sink log_;
  ending ending_;  // the thread's
  std::atomic<ending_step> step_{ending_step::starting};
  std::atomic<bool> over_{false};
  std::mutex mutex_;  // of what follows
  std::function<void(int)> call_;
  int asked_ = 0;
  std::thread thread_;
};

}  // namespace gantry
