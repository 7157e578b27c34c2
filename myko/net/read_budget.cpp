#include "myko/net/read_budget.hpp"

#include <algorithm>

namespace gantry::net {

bool read_budget::spend(time_point now) {
  if (before_ != time_point{} && now > before_) {
    const std::chrono::duration<double> passed = now - before_;
    left_ = std::min(reads_max, left_ + passed.count() * reads_each_second);
  }
  before_ = now;
  if (left_ < 1) spent_ = true;
  if (spent_) return false;
  left_ -= 1;
  ++unpaid_;
  return true;
}

void read_budget::pay_back() {
  left_ = std::min(reads_max, left_ + std::min(unpaid_, reads_for_something));
  unpaid_ = 0;
}

}  // namespace gantry::net
