#include "model/json_object.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "model/ids.hpp"

namespace gantry::json {
namespace {

TEST(quoted, escapes_what_json_must_not_hold) {
  EXPECT_EQ(quoted("plain"), R"("plain")");
  EXPECT_EQ(quoted("\"\\\n\t"), R"("\"\\\n\t")");
  EXPECT_EQ(quoted(std::string_view("\0\x1f", 2)), R"("\u0000\u001F")");
  EXPECT_EQ(quoted("grüße"), "\"grüße\"");
  EXPECT_EQ(quoted(""), R"("")");
}

TEST(object, without_members_is_empty) { EXPECT_EQ(object().to_text().bytes, "{}"); }

TEST(object, writes_its_members_sorted_by_key) {
  EXPECT_EQ(object().set("b", 1).set("a", 2).to_text().bytes, R"({"a":2,"b":1})");
}

TEST(object, writes_each_type_as_itself) {
  EXPECT_EQ(object().set("v", "true").to_text().bytes, R"({"v":"true"})");
  EXPECT_EQ(object().set("v", true).to_text().bytes, R"({"v":true})");
  EXPECT_EQ(object().set("v", false).to_text().bytes, R"({"v":false})");
  EXPECT_EQ(object().set_null("v").to_text().bytes, R"({"v":null})");
  EXPECT_EQ(object().set("v", text{"[1]"}).to_text().bytes, R"({"v":[1]})");
  EXPECT_EQ(object().set("v", object().set("w", 1)).to_text().bytes, R"({"v":{"w":1}})");
}

TEST(object, writes_the_extremes_of_integers) {
  EXPECT_EQ(object().set("v", std::numeric_limits<std::int64_t>::min()).to_text().bytes,
            R"({"v":-9223372036854775808})");
  EXPECT_EQ(object().set("v", std::numeric_limits<std::uint64_t>::max()).to_text().bytes,
            R"({"v":18446744073709551615})");
}

TEST(object, writes_lists_of_strings_and_of_ids) {
  const std::vector<std::string> strings{"a", "\""};
  const std::vector<model::target_id> ids{model::target_id("s:t")};
  EXPECT_EQ(object().set_list("v", strings).to_text().bytes, R"({"v":["a","\""]})");
  EXPECT_EQ(object().set_list("v", ids).to_text().bytes, R"({"v":["s:t"]})");
  EXPECT_EQ(object().set_list("v", std::vector<std::string>{}).to_text().bytes, R"({"v":[]})");
}

TEST(object, keeps_the_last_of_two_values_and_forgets_what_is_erased) {
  object both;
  both.set("a", 1).set("a", 2).set("b", 3);
  both.erase("b");
  EXPECT_EQ(both.to_text().bytes, R"({"a":2})");
}

}  // namespace
}  // namespace gantry::json
