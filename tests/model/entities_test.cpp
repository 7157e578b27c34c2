#include "model/entities.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace gantry::model {
namespace {

TEST(instance_status, has_the_words_of_the_wire) {
  EXPECT_EQ(to_string(instance_status::starting), "Starting");
  EXPECT_EQ(to_string(instance_status::available), "Available");
  EXPECT_EQ(to_string(instance_status::stopping), "Stopping");
  EXPECT_EQ(to_string(instance_status::unavailable), "Unavailable");
  EXPECT_EQ(to_string(instance_status::error), "Error");
}

TEST(liveness, has_the_words_of_the_wire) {
  EXPECT_EQ(to_string(liveness::online), "online");
  EXPECT_EQ(to_string(liveness::offline), "offline");
}

TEST(target_status, has_an_id_of_instance_and_target) {
  EXPECT_EQ(id_of(sample::a_status()).value, "host-1:gantry:gantry:container/clock");
}

// "Targets default to offline": the seed document.
TEST(target_status, is_offline_unless_said_otherwise) {
  EXPECT_EQ(target_status{}.status, liveness::offline);
}

}  // namespace
}  // namespace gantry::model
