// What a SET of our Machine would take away.
#include "myko/session/machine_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const json::text ours{R"({"id":"m","name":"stage","addresses":["10.0.0.1"],"clientId":""})"};

std::vector<std::string> lost(const std::string& row,
                              const std::optional<json::text>& last_sent = std::nullopt) {
  return values_of_others({row}, last_sent, ours);
}

TEST(values_of_others, are_none_in_a_row_that_is_ours) {
  EXPECT_THAT(lost(R"({"name":"stage","id":"m","addresses":["10.0.0.1"],"clientId":"c-9"})"),
              IsEmpty());
}

TEST(values_of_others, are_none_in_a_row_as_we_sent_it_last) {
  const json::text before{R"({"id":"m","name":"old","addresses":["10.0.0.7"]})"};
  const std::string row = R"({"id":"m","name":"old","addresses":["10.0.0.7"],"hash":"1"})";
  EXPECT_THAT(lost(row, before), IsEmpty());
  EXPECT_THAT(lost(row), ElementsAre("name", "addresses")) << "of whom nothing is remembered";
}

TEST(values_of_others, are_what_link_and_people_wrote) {
  EXPECT_THAT(lost(R"({"id":"m","name":"Left of the stage","productType":"media server"})"),
              ElementsAre("name", "productType"));
}

TEST(values_of_others, have_a_value) {
  EXPECT_THAT(lost(R"({"id":"m","name":"","productType":null,"capabilities":[],"more":{}})"),
              IsEmpty());
  EXPECT_THAT(lost(R"({"id":"m","online":false})"), ElementsAre("online"));
}

TEST(values_of_others, are_none_in_what_is_no_row) {
  EXPECT_THAT(lost("null"), IsEmpty());
  EXPECT_THAT(lost("[1]"), IsEmpty());
}

}  // namespace
}  // namespace gantry::myko::test
