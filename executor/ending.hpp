// The end of the program: within five seconds of SIGTERM or SIGINT, whatever hangs.
//
// Decides, no I/O: time is passed in. stop_signal does it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gantry {

// How far it has come: what is held up if it comes no further.
enum class ending_step : std::uint8_t {
  starting,      // the state folder and its database are opened
  working,       // the program's thread has not taken notice yet
  telling_core,  // last words, and the end of that connection
  ending_work,   // what is under way with the engine
  writing,       // the last write to the database
  closing,       // all is done but for closing the database
};

class ending {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // All of it together. The rest of the five seconds is for saying so, and for the kernel.
  static constexpr std::chrono::milliseconds all_within{4'400};
  // What the core gets of it.
  static constexpr std::chrono::milliseconds last_words_within{3'400};

  // A signal came. True: the first, so leave in good order; false: end at once.
  [[nodiscard]] bool asked(time_point now) {
    if (by_) return false;
    by_ = now + all_within;
    return true;
  }
  // By when it has to be over; nothing: nobody has asked.
  [[nodiscard]] std::optional<time_point> by() const { return by_; }

 private:
  std::optional<time_point> by_;
};

// What the operator hears when it is not over in time: what holds it, and what that means.
[[nodiscard]] std::string why_cut_short(ending_step held);

}  // namespace gantry
