#include "myko/session/pulse_queue.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

model::pulse pulse_of(std::uint64_t sequence, std::size_t bytes = 10) {
  return {.emitter = model::emitter_id("e"),
          .data = {"\"" + std::string(bytes, 'x') + "\""},
          .timestamp = 0,
          .sequence = sequence};
}

// What one such pulse costs.
std::size_t cost_of(std::size_t bytes) {
  pulse_queue queue(1);
  queue.append(pulse_of(1, bytes));
  return queue.bytes();
}

std::uint64_t take(pulse_queue& queue) {
  const model::pulse* next = queue.take();
  return next != nullptr ? next->sequence : 0;
}

TEST(pulse_queue, gives_the_oldest_first) {
  pulse_queue queue(1'000'000);
  queue.append(pulse_of(1));
  queue.append(pulse_of(2));
  EXPECT_EQ(take(queue), 1U);
  EXPECT_EQ(take(queue), 2U);
  EXPECT_EQ(queue.take(), nullptr);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(pulse_queue, forgets_what_is_acknowledged) {
  pulse_queue queue(1'000'000);
  for (std::uint64_t at = 1; at <= 3; ++at) queue.append(pulse_of(at));
  (void)take(queue);
  (void)take(queue);
  queue.acknowledge(1);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.in_flight_bytes(), cost_of(10));
  queue.acknowledge(1);
  EXPECT_EQ(queue.in_flight_bytes(), 0U);
  EXPECT_EQ(queue.bytes(), cost_of(10));
  EXPECT_EQ(take(queue), 3U);
}

TEST(pulse_queue, acknowledges_no_more_than_is_in_flight) {
  pulse_queue queue(1'000'000);
  queue.append(pulse_of(1));
  queue.append(pulse_of(2));
  (void)take(queue);
  queue.acknowledge(99);
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(take(queue), 2U);
}

TEST(pulse_queue, sends_again_in_order_after_a_rewind) {
  pulse_queue queue(1'000'000);
  for (std::uint64_t at = 1; at <= 4; ++at) queue.append(pulse_of(at));
  for (int times = 0; times < 3; ++times) (void)take(queue);
  queue.acknowledge(1);
  queue.rewind();
  EXPECT_EQ(queue.in_flight_bytes(), 0U);
  EXPECT_EQ(queue.waiting(), 3U);
  EXPECT_EQ(take(queue), 2U);
  EXPECT_EQ(take(queue), 3U);
  EXPECT_EQ(take(queue), 4U);
}

TEST(pulse_queue, says_when_it_is_full) {
  pulse_queue queue(2 * cost_of(10));
  queue.append(pulse_of(1));
  EXPECT_FALSE(queue.full());
  queue.append(pulse_of(2));
  EXPECT_TRUE(queue.full());
  (void)take(queue);
  EXPECT_TRUE(queue.full());  // in flight is not gone
  queue.acknowledge(1);
  EXPECT_FALSE(queue.full());
}

TEST(pulse_queue, drops_the_oldest_waiting_above_twice_its_limit_and_counts) {
  pulse_queue queue(2 * cost_of(10));
  for (std::uint64_t at = 1; at <= 4; ++at) queue.append(pulse_of(at));
  EXPECT_EQ(queue.dropped(), 0U);
  (void)take(queue);  // 1 is in flight, and must stay for its acknowledgement
  queue.append(pulse_of(5));
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(queue.bytes(), 4 * cost_of(10));
  EXPECT_EQ(take(queue), 3U);
}

TEST(pulse_queue, keeps_the_newest_whatever_its_size) {
  pulse_queue queue(10);
  queue.append(pulse_of(1, 1'000));
  queue.append(pulse_of(2, 5'000));
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(take(queue), 2U);
}

TEST(pulse_queue, counts_bytes_down_to_zero) {
  pulse_queue queue(1'000'000);
  for (std::uint64_t at = 1; at <= 50; ++at) queue.append(pulse_of(at, at));
  while (take(queue) != 0) queue.acknowledge(1);
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_EQ(queue.in_flight_bytes(), 0U);
  EXPECT_EQ(queue.size(), 0U);
}

}  // namespace
}  // namespace gantry::myko
