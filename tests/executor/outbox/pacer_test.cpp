#include "executor/outbox/pacer.hpp"

#include <gtest/gtest.h>

namespace gantry::outbox {
namespace {

using std::chrono::milliseconds;

class outbox_pacer : public testing::Test {
 protected:
  pacer pacer_{{.commit_within = milliseconds(20),
                .write_bytes = 100,
                .held_bytes_max = 300,
                .forget_within = milliseconds(250)}};
  const pacer::time_point t0_{std::chrono::hours(1)};
};

TEST_F(outbox_pacer, WritesTheFirstAtOnce) {
  EXPECT_EQ(pacer_.next_write(), std::nullopt);
  pacer_.changed(t0_);
  EXPECT_EQ(pacer_.next_write(), t0_);
  pacer_.changed(t0_ + milliseconds(5));
  EXPECT_EQ(pacer_.next_write(), t0_);
}

TEST_F(outbox_pacer, SpacesTheOthers) {
  pacer_.begin_write(t0_);
  EXPECT_EQ(pacer_.next_write(), std::nullopt);
  pacer_.changed(t0_ + milliseconds(3));
  EXPECT_EQ(pacer_.next_write(), t0_ + milliseconds(20));
  pacer_.begin_write(t0_ + milliseconds(20));
  pacer_.changed(t0_ + milliseconds(90));
  EXPECT_EQ(pacer_.next_write(), t0_ + milliseconds(90)) << "after a pause at once";
}

TEST_F(outbox_pacer, WritesMuchAtOnce) {
  pacer_.begin_write(t0_);
  pacer_.changed(t0_ + milliseconds(3));
  pacer_.hold(100);
  EXPECT_TRUE(pacer_.is_much());
  EXPECT_EQ(pacer_.next_write(), t0_ + milliseconds(3));
  pacer_.release(1);
  EXPECT_EQ(pacer_.next_write(), t0_ + milliseconds(20));
}

TEST_F(outbox_pacer, LetsDeletingWait) {
  pacer_.arrived(t0_);
  pacer_.arrived(t0_ + milliseconds(9));
  EXPECT_EQ(pacer_.next_write(), t0_ + milliseconds(250));
  pacer_.changed(t0_ + milliseconds(10));
  EXPECT_EQ(pacer_.next_write(), t0_ + milliseconds(10));
  pacer_.begin_write(t0_ + milliseconds(10));
  EXPECT_EQ(pacer_.next_write(), std::nullopt) << "both were written";
}

TEST_F(outbox_pacer, IsFullWhileMuchIsHeld) {
  pacer_.hold(299);
  EXPECT_FALSE(pacer_.is_full());
  pacer_.hold(1);
  EXPECT_TRUE(pacer_.is_full());
  pacer_.release(1'000);
  EXPECT_FALSE(pacer_.is_full());
}

}  // namespace
}  // namespace gantry::outbox
