#include "myko/session/backoff.hpp"

#include <algorithm>
#include <utility>

namespace gantry::myko {

backoff::backoff(backoff_config config, random_source random)
    : config_(config), random_(std::move(random)), step_(config.first) {}

std::chrono::milliseconds backoff::next() {
  const std::chrono::milliseconds step = step_;
  step_ = std::min(2 * step_, config_.max);
  const auto half = static_cast<std::uint64_t>(step.count() / 2);
  return step - std::chrono::milliseconds(random_() % (half + 1));
}

void backoff::worked_for(std::chrono::steady_clock::duration lasted) {
  if (lasted >= config_.stable_after) step_ = config_.first;
}

}  // namespace gantry::myko
