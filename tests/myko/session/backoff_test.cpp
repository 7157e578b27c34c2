#include "myko/session/backoff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr backoff_config config{milliseconds(100), milliseconds(1'000), milliseconds(10'000)};

random_source always(std::uint64_t value) {
  return [value] { return value; };
}

std::vector<std::int64_t> first_waits(backoff& waits, int count) {
  std::vector<std::int64_t> out;
  for (; count > 0; --count) out.push_back(waits.next().count());
  return out;
}

TEST(backoff, doubles_up_to_its_cap) {
  backoff waits(config, always(0));
  EXPECT_THAT(first_waits(waits, 6), ElementsAre(100, 200, 400, 800, 1'000, 1'000));
}

TEST(backoff, is_jittered_down_to_half_by_the_given_randomness) {
  backoff shortest(config, always(50));  // half of the first step
  EXPECT_EQ(shortest.next(), milliseconds(50));
  std::uint64_t chance = 0;
  backoff waits(config, [&chance] { return chance += 0x9E3779B97F4A7C15ULL; });
  (void)first_waits(waits, 4);
  for (int times = 0; times < 1'000; ++times) {
    const auto wait = waits.next();
    EXPECT_GE(wait, milliseconds(500));
    EXPECT_LE(wait, milliseconds(1'000));
  }
}

TEST(backoff, starts_again_after_a_stable_spell) {
  backoff waits(config, always(0));
  (void)first_waits(waits, 5);
  waits.worked_for(milliseconds(9'999));
  EXPECT_EQ(waits.next(), milliseconds(1'000));
  waits.worked_for(milliseconds(10'000));
  EXPECT_EQ(waits.next(), milliseconds(100));
}

TEST(backoff, takes_any_random_number) {
  backoff waits(config, always(std::numeric_limits<std::uint64_t>::max()));
  for (const auto wait : first_waits(waits, 10)) EXPECT_GE(wait, 50);
}

// A core that comes back is to be served within two seconds.
TEST(backoff, waits_a_second_at_most_by_default) {
  backoff waits({}, always(0));
  for (const auto wait : first_waits(waits, 20)) EXPECT_LE(wait, 1'000);
}

}  // namespace
}  // namespace gantry::myko
