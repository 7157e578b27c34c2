#include "model/ids.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>
#include <unordered_set>

namespace gantry::model {
namespace {

TEST(ids, are_readable_and_say_where_they_belong) {
  const service_id service("gantry");
  const target_id target = make_target_id(service, "container/clock");
  EXPECT_EQ(target.value, "gantry:container/clock");
  EXPECT_EQ(make_action_id(target, "run").value, "gantry:container/clock:run");
  EXPECT_EQ(make_emitter_id(target, "output").value, "gantry:container/clock:output");
  const instance_id instance = make_instance_id(machine_id("host-1"), service);
  EXPECT_EQ(instance.value, "host-1:gantry");
  EXPECT_EQ(make_status_id(instance, target).value, "host-1:gantry:gantry:container/clock");
}

TEST(ids, are_stable) {
  EXPECT_EQ(make_target_id(service_id("s"), "a/b"), make_target_id(service_id("s"), "a/b"));
}

TEST(ids, of_different_kinds_cannot_be_mistaken_for_each_other) {
  static_assert(!std::is_convertible_v<target_id, action_id>);
  static_assert(!std::is_constructible_v<target_id, action_id>);
  static_assert(!std::is_convertible_v<std::string, target_id>);
  static_assert(!std::is_convertible_v<target_id, std::string>);
}

TEST(ids, compare_print_and_hash_by_their_text) {
  EXPECT_LT(target_id("a"), target_id("b"));
  EXPECT_TRUE(target_id().empty());
  std::ostringstream out;
  out << target_id("s:t");
  EXPECT_EQ(out.str(), "s:t");
  EXPECT_EQ((std::unordered_set{target_id("a"), target_id("a"), target_id("b")}).size(), 2U);
}

TEST(id_segment, keeps_what_is_plain) {
  EXPECT_EQ(id_segment("Web-1_a.B9"), "Web-1_a.B9");
  EXPECT_EQ(id_segment(""), "");
}

TEST(id_segment, escapes_separators_and_everything_unusual) {
  EXPECT_EQ(id_segment("a:b/c%d"), "a%3Ab%2Fc%25d");
  EXPECT_EQ(id_segment("ü "), "%C3%BC%20");
  EXPECT_EQ(id_segment(std::string("\0\xff", 2)), "%00%FF");
}

TEST(id_segment, never_gives_two_texts_one_segment) {
  std::unordered_set<std::string> seen;
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_TRUE(seen.insert(id_segment(std::string(1, static_cast<char>(byte)))).second) << byte;
  }
  EXPECT_NE(id_segment("%3A"), id_segment(":"));
}

}  // namespace
}  // namespace gantry::model
