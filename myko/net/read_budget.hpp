// Gives up a peer that sends what brings nothing: empty messages, pings, TLS's own records, for
// ever. Each read of the network, each control frame and each empty message costs one; what comes
// of them pays them back; and time does, slowly.
#pragma once

#include <chrono>

namespace gantry::net {

class read_budget {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // At once; a ping or so each second, for months, never uses them up.
  static constexpr double reads_max = 1'000;
  static constexpr double reads_each_second = 20;
  // What brings something may take so many: a TLS record in small packets does.
  static constexpr int reads_for_something = 64;

  // For a read, before it, a control frame or an empty message. False, from then on: too many have
  // brought nothing.
  [[nodiscard]] bool spend(time_point now);

  // Part of a message, or the end of one, has come of the reads since the last time.
  void pay_back();

  [[nodiscard]] bool is_spent() const { return spent_; }

 private:
  double left_ = reads_max;
  int unpaid_ = 0;  // since something came
  time_point before_{};
  bool spent_ = false;
};

}  // namespace gantry::net
