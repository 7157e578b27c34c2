// The verdict of gantry check on what a core holds.
#include "executor/stored_items.hpp"

#include <gmock/gmock.h>

#include "model/item_json.hpp"

namespace gantry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

model::catalogue two_buttons() {
  model::catalogue out;
  out.instance = {.id = model::instance_id("m:s"), .service = model::service_id("s")};
  out.put(model::target{.id = model::target_id("s:t"), .name = "t"});
  for (const char* name : {"run", "stop"}) {
    out.put(model::action{.id = model::action_id(std::string("s:t:") + name),
                          .name = name,
                          .target = model::target_id("s:t"),
                          .schema = json::text{R"({"type":"object","minimum":1})"}});
  }
  return out;
}

myko::query_response row(const std::string& item) {
  return {.tx = "q", .sequence = 0, .upserts = {{"Action", {item}}}, .deletes = {}};
}

TEST(stored_items, are_as_they_should_be) {
  const auto all = two_buttons();
  stored_items stored(all);
  stored.note(row(model::to_item(all.actions.begin()->second).bytes));
  stored.note(myko::read_back_result{});
  EXPECT_THAT(stored.differences(), IsEmpty());
  EXPECT_EQ(stored.count(), 4U);
}

// The core of 2026 gives a schema back with its members in another order, and numbers as it likes.
TEST(stored_items, are_compared_by_value) {
  stored_items stored(two_buttons());
  stored.note(row(R"({"schema":{"minimum":1.0,"type":"object"},"name":"run","targetId":"s:t",)"
                  R"("id":"s:t:run","serviceId":"","color":"red"})"));
  EXPECT_THAT(stored.differences(), IsEmpty());
}

TEST(stored_items, name_what_a_core_has_dropped) {
  stored_items stored(two_buttons());
  stored.note(myko::read_back_result{.missing = {{"Action", "s:t:run"}}, .strays = {}});
  EXPECT_THAT(stored.differences(),
              ElementsAre(HasSubstr("does not hold 1 of 2 Actions: s:t:run:")));
}

TEST(stored_items, name_a_target_and_an_instance_that_are_others) {
  stored_items stored(two_buttons());
  stored.note({.tx = "q",
               .sequence = 0,
               .upserts = {{"Target", {R"({"id":"s:t","name":"u","category":"x"})"}},
                           {"Instance", {R"({"id":"m:s","name":"","color":"#ffffff"})"}}},
               .deletes = {}});
  EXPECT_THAT(stored.differences(),
              ElementsAre(HasSubstr("holds otherwise 1 of 1 Instance, 1 of 1 Target: m:s, s:t:")));
}

TEST(stored_items, name_what_is_another_or_too_much) {
  stored_items stored(two_buttons());
  stored.note(row(R"({"id":"s:t:stop","name":"Halt","targetId":"s:t","serviceId":""})"));
  stored.note(myko::read_back_result{
      .missing = {}, .strays = {{"Action", "s:t:exec", {"{}"}}, {"Target", "s:gone", {"{}"}}}});
  EXPECT_THAT(stored.differences(),
              ElementsAre(HasSubstr("holds otherwise 1 of 2 Actions: s:t:stop:"),
                          HasSubstr("holds beside them 1 Action: s:t:exec:")))
      << "a target that only the core knows may be one whose container is gone";
  EXPECT_EQ(stored.unknown_targets(), 1U);
}

}  // namespace
}  // namespace gantry
