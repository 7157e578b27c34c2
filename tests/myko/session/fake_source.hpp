// A source of pulses in memory, that notes what it was told of them.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "myko/session/pulse_source.hpp"

namespace gantry::myko::test {

class fake_source : public pulse_source {
 public:
  // Numbers the pulses from 1; an own sequence stays.
  void append(model::pulse pulse) {
    ++appended_;
    if (pulse.sequence == 0) pulse.sequence = appended_;
    pulses_.push_back(std::move(pulse));
  }
  // From now on it never ends: this makes the pulses.
  void never_end(std::function<model::pulse()> make) { make_ = std::move(make); }
  // Called with each pulse that is acknowledged.
  void on_acknowledged(std::function<void(const model::pulse&)> handler) {
    on_acknowledged_ = std::move(handler);
  }

  [[nodiscard]] std::optional<model::pulse> next(moment) override {
    if (in_flight_ == pulses_.size() && make_) append(make_());
    if (in_flight_ == pulses_.size()) return std::nullopt;
    return pulses_[in_flight_++];
  }
  [[nodiscard]] model::pulse replace_last() override {
    model::pulse& last = pulses_.at(in_flight_ - 1);
    last.data = {R"({"text":"[replaced]"})"};
    return last;
  }
  void limit_frames(std::size_t bytes_max) override { frame_bytes_max_ = bytes_max; }
  void acknowledged(std::size_t count) override {
    EXPECT_GT(count, 0U);
    ASSERT_LE(count, in_flight_) << "acknowledged more than was given";
    for (; count > 0; --count) {
      if (on_acknowledged_) on_acknowledged_(pulses_.front());
      pulses_.pop_front();
      --in_flight_;
      ++acknowledged_;
    }
  }
  void rewind() override {
    EXPECT_GT(in_flight_, 0U) << "nothing was in flight";
    in_flight_ = 0;
    ++rewinds_;
  }

  // Not acknowledged.
  [[nodiscard]] std::size_t size() const { return pulses_.size(); }
  // What it was told last; 0: nothing.
  [[nodiscard]] std::size_t frame_bytes_max() const { return frame_bytes_max_; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::size_t appended_count() const { return appended_; }
  [[nodiscard]] std::size_t acknowledged_count() const { return acknowledged_; }
  [[nodiscard]] int rewinds() const { return rewinds_; }

 private:
  std::deque<model::pulse> pulses_;  // the first `in_flight_` of them are in flight
  std::function<model::pulse()> make_;
  std::function<void(const model::pulse&)> on_acknowledged_;
  std::size_t frame_bytes_max_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t appended_ = 0;
  std::size_t acknowledged_ = 0;
  int rewinds_ = 0;
};

}  // namespace gantry::myko::test
