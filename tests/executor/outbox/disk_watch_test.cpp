#include "executor/outbox/disk_watch.hpp"

#include <gtest/gtest.h>

namespace gantry::outbox {
namespace {

using namespace std::chrono_literals;

constexpr disk_watch::time_point zero{1h};

TEST(DiskWatch, TakesACallThatLastsForHanging) {
  disk_watch watch(2s);
  EXPECT_EQ(watch.deadline(), std::nullopt);
  watch.begin(zero);
  EXPECT_EQ(watch.deadline(), zero + 2s);
  EXPECT_FALSE(watch.tick(zero + 1'999ms));
  EXPECT_FALSE(watch.hangs());
  EXPECT_TRUE(watch.tick(zero + 2s));
  EXPECT_TRUE(watch.hangs());
  EXPECT_FALSE(watch.tick(zero + 3s)) << "it was said";
  EXPECT_EQ(watch.deadline(), std::nullopt);
  EXPECT_EQ(watch.end(zero + 5s), 5s);
  EXPECT_FALSE(watch.hangs());
}

TEST(DiskWatch, SaysNothingOfOneThatComesBackInTime) {
  disk_watch watch(2s);
  watch.begin(zero);
  EXPECT_EQ(watch.end(zero + 1s), std::nullopt);
  EXPECT_FALSE(watch.tick(zero + 10s));
  watch.begin(zero + 10s);
  EXPECT_EQ(watch.deadline(), zero + 12s) << "each by itself";
}

TEST(DiskWatch, WhatTookLongAndWasNotLookedAtDidNotHang) {
  disk_watch watch(2s);
  watch.begin(zero);
  EXPECT_EQ(watch.end(zero + 10s), std::nullopt);
}

}  // namespace
}  // namespace gantry::outbox
