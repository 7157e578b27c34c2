// What follows from the room that a disk has.
#include "executor/outbox/store_room.hpp"

#include <gtest/gtest.h>

namespace gantry::outbox {
namespace {

constexpr std::uint64_t kib = 1U << 10U;
constexpr std::uint64_t mib = 1U << 20U;

TEST(room, leaves_half_of_what_is_kept_free_beside_what_is_written) {
  EXPECT_TRUE((room{.free = 712 * kib}).fits(100 * kib)) << "whose pages may take twice that";
  EXPECT_FALSE((room{.free = 711 * kib}).fits(100 * kib));
  EXPECT_FALSE((room{.free = 712 * kib, .owed = 4 * kib}).fits(100 * kib));
  EXPECT_TRUE((room{.free = 512 * kib, .reusable = 200 * kib}).fits(100 * kib));
}

TEST(room, lets_what_adds_nothing_be_tried_where_nothing_is_owed) {
  EXPECT_TRUE((room{.free = 0}).may_try());
  EXPECT_FALSE((room{.free = 0, .owed = 4 * kib}).may_try());
  EXPECT_TRUE((room{.free = mib, .owed = 4 * kib}).may_try());
}

TEST(room, holds_as_many_pulses_as_fit_beside_those_that_wait) {
  EXPECT_EQ((room{.free = 5 * mib}).bytes_max(256 * mib, 3 * mib), 5 * mib);
  EXPECT_EQ((room{.free = 5 * mib}).bytes_max(4 * mib, 3 * mib), 4 * mib);
  EXPECT_EQ((room{.free = mib / 2}).bytes_max(256 * mib, 3 * mib), 3 * mib);
}

TEST(room, changes_little_at_once_where_there_is_little) {
  EXPECT_EQ((room{.free = mib}).steps_max(4'096), 16U);
  EXPECT_EQ((room{.free = mib, .owed = mib}).steps_max(4'096), 0U);
  EXPECT_EQ(room{}.steps_max(4'096), 4'096U) << "a disk without limits";
}

TEST(room, cuts_a_log_that_is_large_for_what_is_left) {
  EXPECT_EQ(room{}.log_bytes_max(), 8 * mib);
  EXPECT_EQ((room{.free = 2 * mib}).log_bytes_max(), mib / 2);
  EXPECT_EQ((room{.free = 0}).log_bytes_max(), 64 * kib);
  EXPECT_FALSE((room{.free = 2 * mib, .log = mib}).log_is_large());
  EXPECT_TRUE((room{.free = mib / 2, .log = mib}).log_is_large());
}

}  // namespace
}  // namespace gantry::outbox
