// What was published, asked for again: in parts, twice where something is missing.
#include "myko/session/read_back.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// Plays a core that holds these rows.
class read_back_test : public testing::Test {
 protected:
  read_back_test() { store(one_target()); }
  void store(const model::catalogue& all) {
    for (const model::change& each : publication(all)) {
      if (std::holds_alternative<model::machine>(each.item)) continue;
      std::visit(
          [&](const auto& item) {
            core_[{std::string(model::item_type(each.item)), model::id_of(each.item)}] =
                model::to_item(item);
          },
          each.item);
    }
  }
  void store_raw(const std::string& type, const std::string& id, const std::string& item) {
    core_[{type, id}] = {item};
  }

  // Until nothing is asked any more. What was asked, by its name.
  std::vector<std::string> run() {
    std::vector<std::string> asked;
    for (int step = 0; step < 1'000; ++step) {
      const auto due = reading_.next_deadline();
      if (!due) return asked;
      now_ = std::max(now_, *due);
      const auto question = reading_.tick("q" + std::to_string(step), now_);
      if (!question) continue;
      asked.push_back(question->id);
      EXPECT_TRUE(reading_.receive(answer_to(*question), published_, now_));
    }
    ADD_FAILURE() << "it asks for ever";
    return asked;
  }
  query_response answer_to(const query& question) const {
    query_response out{.tx = question.tx, .sequence = 0, .upserts = {}, .deletes = {}};
    const auto body = json::parse(question.body.bytes);
    for (const auto& [key, item] : core_) {
      if (key.first != question.item_type || !asks_for(*body, key.second, item)) continue;
      out.upserts.push_back({key.first, item});
    }
    return out;
  }
  bool asks_for(const json::value& body, const std::string& id, const json::text& item) const {
    if (const json::value* ids = json::find(body, "ids")) {
      for (const json::value& each : ids->GetArray()) {
        if (each.GetString() == id) return true;
      }
      return false;
    }
    if (ignores_fields_) return true;
    const auto row = json::parse(item.bytes);
    for (const char* field : {"serviceId", "targetId"}) {
      const auto wanted = json::find_string(body, field);
      if (wanted) return json::find_string(*row, field) == *wanted;
    }
    return false;
  }

  read_back_result found() {
    reading_.begin(published_, generation::rust, now_);
    run();
    const auto out = reading_.take_result();
    EXPECT_TRUE(out.has_value());
    return out.value_or(read_back_result{});
  }

  std::map<item_key, json::text> core_;
  bool ignores_fields_ = false;
  model::catalogue published_ = one_target();
  read_back reading_{{}};
  read_back::time_point now_{std::chrono::hours(1)};
};

TEST_F(read_back_test, finds_that_all_is_there) {
  reading_.begin(published_, generation::rust, now_);
  EXPECT_EQ(reading_.next_deadline(), now_ + milliseconds(200));
  EXPECT_THAT(run(), ElementsAre("GetActionsByIds", "GetEmittersByIds", "GetInstancesByIds",
                                 "GetTargetsByIds", "GetTargetStatussByIds", "GetTargetsByQuery",
                                 "GetActionsByQuery", "GetEmittersByQuery"));
  const auto result = reading_.take_result();
  ASSERT_TRUE(result);
  EXPECT_THAT(result->missing, IsEmpty());
  EXPECT_THAT(result->strays, IsEmpty());
  EXPECT_FALSE(reading_.take_result()) << "once";
}

TEST_F(read_back_test, finds_what_the_core_has_dropped) {
  core_.erase({"Emitter", "s:t:output"});
  core_.erase({"TargetStatus", "m:s:s:t"});
  const auto result = found();
  EXPECT_THAT(result.missing,
              ElementsAre(Pair("Emitter", "s:t:output"), Pair("TargetStatus", "m:s:s:t")));
  EXPECT_EQ(in_words(result.missing, keys_of(published_)),
            "1 of 2 Emitters, 1 of 1 TargetStatus: s:t:output, m:s:s:t");
}

TEST_F(read_back_test, asks_a_second_time_for_what_was_on_its_way) {
  core_.erase({"Emitter", "s:t:output"});
  reading_.begin(published_, generation::rust, now_);
  std::vector<std::string> asked;
  now_ += milliseconds(200);
  while (const auto question = reading_.tick("q" + std::to_string(asked.size()), now_)) {
    asked.push_back(question->id);
    ASSERT_TRUE(reading_.receive(answer_to(*question), published_, now_));
  }
  EXPECT_FALSE(reading_.take_result());
  EXPECT_EQ(reading_.next_deadline(), now_ + milliseconds(500));
  store(one_target());
  EXPECT_THAT(run(), ElementsAre("GetEmittersByIds"));
  EXPECT_THAT(reading_.take_result()->missing, IsEmpty());
}

TEST_F(read_back_test, does_not_miss_what_was_taken_back_meanwhile) {
  reading_.begin(published_, generation::rust, now_);
  core_.erase({"Emitter", "s:t:output"});
  published_.emitters.erase(model::emitter_id("s:t:output"));
  run();
  EXPECT_THAT(reading_.take_result()->missing, IsEmpty());
}

TEST_F(read_back_test, asks_for_a_large_fleet_in_parts) {
  for (int each = 0; each < 300; ++each) {
    published_.put(model::action{.id = model::action_id("s:t:" + std::to_string(each)),
                                 .target = model::target_id("s:t")});
  }
  store(published_);
  reading_.begin(published_, generation::rust, now_);
  EXPECT_EQ(std::ranges::count(run(), "GetActionsByIds"), 2);
  EXPECT_THAT(reading_.take_result()->missing, IsEmpty());
}

TEST_F(read_back_test, finds_what_else_stands_under_our_service) {
  store_raw("Action", "s:t:exec", R"({"id":"s:t:exec","targetId":"s:t","serviceId":"s"})");
  store_raw("Emitter", "s:t:old", R"({"id":"s:t:old","targetId":"s:t","serviceId":"s"})");
  store_raw("Target", "s:lost", R"({"id":"s:lost","serviceId":"s"})");
  store_raw("Target", "other:t", R"({"id":"other:t","serviceId":"other"})");
  store_raw("Action", "s:lost:run", R"({"id":"s:lost:run","targetId":"s:lost"})");
  std::vector<std::string> ids;
  for (const stray_row& each : found().strays) ids.push_back(each.type + " " + each.id);
  EXPECT_THAT(ids,
              testing::UnorderedElementsAre("Target s:lost", "Action s:t:exec", "Emitter s:t:old"))
      << "what hangs on a target that somebody may have bound to stays";
}

// The core of 2026 gives all rows of a type where it does not know the query.
TEST_F(read_back_test, takes_nothing_for_ours_that_a_core_gives_unasked) {
  ignores_fields_ = true;
  store_raw("Action", "x:u:go", R"({"id":"x:u:go","targetId":"x:u","serviceId":"x"})");
  store_raw("Target", "x:u", R"({"id":"x:u","serviceId":"x"})");
  EXPECT_THAT(found().strays, IsEmpty());
}

// Else a fleet of a thousand targets has the core send all its rows two thousand times.
TEST_F(read_back_test, asks_once_where_a_core_gives_all_rows_of_a_type) {
  for (int each = 0; each < 50; ++each) {
    const std::string target = "s:" + std::to_string(each);
    published_.put(model::target{.id = model::target_id(target), .name = target});
    published_.put(
        model::action{.id = model::action_id(target + ":run"), .target = model::target_id(target)});
  }
  store(published_);
  ignores_fields_ = true;
  reading_.begin(published_, generation::rust, now_);
  const auto asked = run();
  EXPECT_EQ(std::ranges::count(asked, "GetActionsByQuery"), 1);
  EXPECT_TRUE(reading_.take_result());
}

TEST_F(read_back_test, goes_on_where_the_core_refuses_a_query) {
  reading_.begin(published_, generation::ts, now_);
  now_ += milliseconds(200);
  const auto first = reading_.tick("q", now_);
  ASSERT_TRUE(first);
  reading_.refused(now_);
  run();
  EXPECT_TRUE(reading_.take_result());
}

TEST_F(read_back_test, gives_up_on_a_core_that_does_not_answer) {
  reading_.begin(published_, generation::rust, now_);
  now_ += milliseconds(200);
  ASSERT_TRUE(reading_.tick("q", now_));
  EXPECT_FALSE(reading_.take_silence());
  now_ += seconds(10);
  EXPECT_FALSE(reading_.tick("r", now_));
  EXPECT_TRUE(reading_.take_silence());
  EXPECT_FALSE(reading_.take_silence()) << "once";
  EXPECT_FALSE(reading_.next_deadline());
  EXPECT_FALSE(
      reading_.receive({.tx = "q", .sequence = 0, .upserts = {}, .deletes = {}}, published_, now_));
}

// The core would answer it for ever.
TEST_F(read_back_test, has_what_it_gave_up_cancelled) {
  reading_.begin(published_, generation::rust, now_);
  now_ += milliseconds(200);
  ASSERT_TRUE(reading_.tick("q", now_));
  EXPECT_FALSE(reading_.take_abandoned());
  now_ += seconds(10);
  (void)reading_.tick("r", now_);
  EXPECT_EQ(reading_.take_abandoned(), "q");
  EXPECT_FALSE(reading_.take_abandoned()) << "once";
}

TEST_F(read_back_test, leaves_strays_that_are_too_many_bytes) {
  reading_ = read_back({.stray_bytes_max = 200});
  for (const char* id : {"s:t:a", "s:t:b", "s:t:c"}) {
    store_raw("Action", id,
              R"({"id":")" + std::string(id) + R"(","targetId":"s:t","name":")" +
                  std::string(60, 'x') + "\"}");
  }
  EXPECT_EQ(found().strays.size(), 1U);
}

// Ids of strays are a core's, and gantry check writes them to a terminal.
TEST(in_words, shows_no_odd_characters) {
  const std::set<item_key> others{{"Action", "s:\x1b[31m\n" + std::string(1'000, 'x')}};
  const std::string words = in_words(others, others);
  EXPECT_THAT(words, testing::HasSubstr("s:?[31m?xxx"));
  EXPECT_LT(words.size(), 300U);
}

TEST(in_words, names_ten) {
  model::catalogue all = one_target();
  std::set<item_key> missing;
  for (int each = 10; each < 30; ++each) {
    missing.emplace("Action", "a" + std::to_string(each));
    all.put(model::action{.id = model::action_id("a" + std::to_string(each))});
  }
  EXPECT_EQ(in_words(missing, keys_of(all)),
            "20 of 21 Actions: a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, ...");
  EXPECT_EQ(in_words({{"Action", "a"}, {"Emitter", "b"}, {"Emitter", "c"}}, {}),
            "1 Action, 2 Emitters: a, b, c");
}

}  // namespace
}  // namespace gantry::myko::test
