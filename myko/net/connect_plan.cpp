#include "myko/net/connect_plan.hpp"

#include <algorithm>
#include <utility>

namespace gantry::net {
namespace {

bool is_v6_address(const std::string& address) { return address.find(':') != std::string::npos; }

}  // namespace

addresses alternate_families(addresses all) {
  addresses out;
  out.reserve(all.size());
  while (!all.empty()) {
    const bool wanted = out.empty() ? is_v6_address(all.front()) : !is_v6_address(out.back());
    const auto found = std::ranges::find(all, wanted, is_v6_address);
    const auto next = found == all.end() ? all.begin() : found;
    out.push_back(std::move(*next));
    all.erase(next);
  }
  return out;
}

connect_plan::connect_plan(std::size_t count, const connect_limits& limits, time_point now)
    : count_(count), limits_(limits), end_(now + limits.all), next_at_(now), late_at_(count) {}

std::optional<std::size_t> connect_plan::begin(time_point now) {
  if (begun_ == count_ || now < next_at_ || now >= end_) return std::nullopt;
  next_at_ = now + limits_.next_after;
  late_at_[begun_] = now + limits_.each;
  return begun_++;
}

void connect_plan::failed(std::size_t which, time_point now) {
  late_at_[which].reset();
  next_at_ = now;
}

std::optional<std::size_t> connect_plan::give_up(time_point now) {
  for (std::size_t at = 0; at < begun_; ++at) {
    if (!late_at_[at] || (now < *late_at_[at] && now < end_)) continue;
    failed(at, now);
    return at;
  }
  return std::nullopt;
}

bool connect_plan::over(time_point now) const {
  const bool trying =
      std::ranges::any_of(late_at_, [](const auto& each) { return each.has_value(); });
  return !trying && (begun_ == count_ || now >= end_);
}

connect_plan::time_point connect_plan::wake_at() const {
  time_point out = end_;
  if (begun_ < count_) out = std::min(out, next_at_);
  for (const auto& each : late_at_) out = std::min(out, each.value_or(out));
  return out;
}

}  // namespace gantry::net
