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

TEST(alert_level, has_the_words_of_the_wire) {
  EXPECT_EQ(to_string(alert_level::info), "info");
  EXPECT_EQ(to_string(alert_level::warn), "warn");
  EXPECT_EQ(to_string(alert_level::error), "error");
}

TEST(alert_subject, has_the_words_of_the_wire) {
  EXPECT_EQ(to_string(alert_subject::target), "Target");
  EXPECT_EQ(to_string(alert_subject::action), "Action");
  EXPECT_EQ(to_string(alert_subject::payload), "Payload");
  EXPECT_EQ(to_string(alert_subject::instance), "Instance");
}

// One for each entity and instance, whatever is wrong.
TEST(alert, has_an_id_of_entity_and_instance_and_not_of_its_code) {
  alert one = sample::an_alert();
  EXPECT_EQ(id_of(one).value, "gantry:container/clockhost-1:gantry");
  one.code = "unhealthy";
  EXPECT_EQ(id_of(one), id_of(sample::an_alert()));
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
