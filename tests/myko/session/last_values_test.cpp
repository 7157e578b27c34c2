#include "myko/session/last_values.hpp"

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace gantry::myko {
namespace {

model::emitter_id emitter(std::size_t number) {
  return model::emitter_id("e" + std::to_string(number));
}

model::pulse pulse_of(std::size_t from, const std::string& data) {
  return {.emitter = emitter(from), .data = {"\"" + data + "\""}};
}

std::size_t cost_of(const model::pulse& pulse) {
  last_values one(1'000'000);
  one.set(pulse);
  return one.bytes();
}

TEST(last_values, keep_the_last_of_each_emitter) {
  last_values values(1'000'000);
  values.set(pulse_of(1, "old"));
  values.set(pulse_of(2, "other"));
  values.set(pulse_of(1, "new"));
  ASSERT_NE(values.find(emitter(1)), nullptr);
  EXPECT_EQ(*values.find(emitter(1)), pulse_of(1, "new"));
  EXPECT_EQ(*values.find(emitter(2)), pulse_of(2, "other"));
  EXPECT_EQ(values.find(emitter(3)), nullptr);
  EXPECT_FALSE(values.let_go(emitter(3)));
  EXPECT_EQ(values.size(), 2U);
}

TEST(last_values, let_the_least_recently_set_go_above_the_limit) {
  last_values values(2 * cost_of(pulse_of(1, "x")));
  values.set(pulse_of(1, "x"));
  values.set(pulse_of(2, "x"));
  values.set(pulse_of(1, "y"));
  values.set(pulse_of(3, "x"));
  EXPECT_EQ(values.find(emitter(2)), nullptr);
  EXPECT_TRUE(values.let_go(emitter(2)));
  EXPECT_NE(values.find(emitter(1)), nullptr);
  EXPECT_NE(values.find(emitter(3)), nullptr);
  values.set(pulse_of(2, "z"));
  EXPECT_FALSE(values.let_go(emitter(2)));
  EXPECT_TRUE(values.let_go(emitter(1)));
}

TEST(last_values, keep_none_that_is_larger_than_the_limit) {
  last_values values(cost_of(pulse_of(1, "x")));
  values.set(pulse_of(1, "x"));
  values.set(pulse_of(1, std::string(1'000, 'x')));
  EXPECT_EQ(values.find(emitter(1)), nullptr);
  EXPECT_TRUE(values.let_go(emitter(1)));
  EXPECT_EQ(values.bytes(), 0U);
}

TEST(last_values, forget_on_demand_also_that_one_was_let_go) {
  last_values values(cost_of(pulse_of(1, "x")));
  values.set(pulse_of(1, "x"));
  values.set(pulse_of(2, "x"));
  values.forget_if([](const model::emitter_id&) { return true; });
  EXPECT_EQ(values.size(), 0U);
  EXPECT_EQ(values.bytes(), 0U);
  EXPECT_FALSE(values.let_go(emitter(1)));
  EXPECT_EQ(values.find(emitter(2)), nullptr);
}

TEST(last_values, never_exceed_the_limit_and_count_their_bytes) {
  for (const std::uint64_t seed : gantry::test::seeds(20)) {
    SCOPED_TRACE(gantry::test::seed_text(seed));
    gantry::test::dice dice(seed);
    last_values values(3'000);
    std::map<model::emitter_id, model::pulse> all;
    for (int step = 0; step < 500; ++step) {
      if (dice.one_in(20)) {
        const model::emitter_id gone = emitter(dice.upto(30));
        values.forget_if([&](const model::emitter_id& id) { return id == gone; });
        all.erase(gone);
      } else {
        const model::pulse pulse = pulse_of(dice.upto(30), std::string(dice.upto(300), 'x'));
        values.set(pulse);
        all.insert_or_assign(pulse.emitter, pulse);
      }
      std::size_t bytes = 0;
      for (const auto& [id, pulse] : all) {
        const model::pulse* kept = values.find(id);
        ASSERT_EQ(kept == nullptr, values.let_go(id));
        if (kept == nullptr) continue;
        ASSERT_EQ(*kept, pulse);
        bytes += cost_of(pulse);
      }
      ASSERT_EQ(values.bytes(), bytes);
      ASSERT_LE(bytes, 3'000U);
    }
  }
}

}  // namespace
}  // namespace gantry::myko
