// When which of a host's addresses is tried: Happy Eyeballs, RFC 8305.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "myko/net/lookup.hpp"

namespace gantry::net {

struct connect_limits {
  std::chrono::milliseconds next_after{250};  // the next address is tried beside the ones before
  std::chrono::milliseconds each{5'000};      // for one address
  std::chrono::milliseconds all{5'000};       // for all of them
};

// IPv6 and IPv4 in turns, beginning with the first one's family; else in the order given.
[[nodiscard]] addresses alternate_families(addresses all);

// Of `count` addresses, numbered from 0.
class connect_plan {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  connect_plan(std::size_t count, const connect_limits& limits, time_point now);

  // The address whose turn it is, which counts as being tried from now on. Call it until there is
  // none.
  [[nodiscard]] std::optional<std::size_t> begin(time_point now);

  // The next one's turn has come.
  void failed(std::size_t which, time_point now);

  // Being tried for too long, or while the time for all ran out; told once.
  [[nodiscard]] std::optional<std::size_t> give_up(time_point now);

  // Nothing is being tried, and nothing will be.
  [[nodiscard]] bool over(time_point now) const;

  // Until then nothing changes by itself.
  [[nodiscard]] time_point wake_at() const;

  [[nodiscard]] std::size_t begun() const { return begun_; }

 private:
  std::size_t count_;
  connect_limits limits_;
  time_point end_;
  time_point next_at_;
  std::size_t begun_ = 0;
  std::vector<std::optional<time_point>> late_at_;  // of those that are being tried
};

}  // namespace gantry::net
