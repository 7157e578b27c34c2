// A session that asks the core for its own rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/json.hpp"
#include "model/json_object.hpp"
#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Questions stay open until the test answers them.
class session_queries : public session_fixture {
 protected:
  session_queries() { publish(one_target()); }

  // The questions since the last call.
  std::vector<query> asked() {
    std::vector<query> out;
    for (const message& each : std::exchange(frames_, {})) {
      if (const auto* question = std::get_if<query>(&each)) out.push_back(*question);
      const auto* event = std::get_if<myko::event>(&each);
      if (event == nullptr || event->item_type != "Instance") continue;
      if (field(event->item.bytes, "status") != "Starting") continue;
      sign_ = field(event->item.bytes, "message");
    }
    return out;
  }
  static std::string tx_of(const std::vector<query>& all, const std::string& id) {
    const auto found = std::ranges::find(all, id, &query::id);
    return found == all.end() ? "(not asked)" : found->tx;
  }
  void answer(const std::string& tx, std::uint64_t sequence, const std::vector<std::string>& items,
              std::vector<std::string> deletes = {}) {
    query_response out{
        .tx = tx, .sequence = sequence, .upserts = {}, .deletes = std::move(deletes)};
    for (const std::string& each : items) out.upserts.push_back({"", {each}});
    hear(out);
  }
  static std::string instance(const std::string& client, const std::string& status = "Available") {
    return json::object()
        .set("id", "m:s")
        .set("clientId", client)
        .set("status", status)
        .to_text()
        .bytes;
  }
  // What a core answers that holds all of it, and this, but for `lost`.
  static std::vector<std::string> stored(const query& question, const std::string& other,
                                         const std::string& lost = "") {
    const auto body = json::parse(question.body.bytes);
    const json::value* ids = json::find(*body, "ids");
    const bool of_actions = question.item_type == "Action";
    if (ids == nullptr) return of_actions ? std::vector{other} : std::vector<std::string>();
    std::vector<std::string> out;
    for (const json::value& id : ids->GetArray()) {
      if (id.GetString() == lost) continue;
      out.push_back(R"({"id":")" + std::string(id.GetString()) + R"("})");
    }
    return out;
  }
  // As a rust core shows the row behind our first SET, which asked() has seen.
  [[nodiscard]] std::string ours(const std::string& client) const {
    return json::object()
        .set("id", "m:s")
        .set("clientId", client)
        .set("status", "Starting")
        .set("message", sign_)
        .to_text()
        .bytes;
  }
  // Answers all that is asked by ids with an item of each id, but for those that are `lost`; what
  // is asked by a field with `others`.
  void answer_read_back(const std::vector<std::string>& lost,
                        const std::vector<std::string>& others = {}) {
    echo_pings();
    for (int step = 0; step < 50; ++step) {
      pass(milliseconds(100));
      echo_pings();
      for (const query& each : asked()) {
        const auto body = json::parse(each.body.bytes);
        std::vector<std::string> items;
        const json::value* ids = json::find(*body, "ids");
        if (ids == nullptr) {
          for (const std::string& other : others) {
            if (fits({other},
                     {.type = each.item_type, .ids = {}, .field = "targetId", .value = "s:t"}) ==
                each.id.starts_with("GetActions")) {
              items.push_back(other);
            }
          }
        } else {
          for (const json::value& id : ids->GetArray()) {
            if (std::ranges::find(lost, id.GetString()) != lost.end()) continue;
            items.push_back(R"({"id":")" + std::string(id.GetString()) + R"("})");
          }
        }
        answer(each.tx, 0, items);
      }
    }
  }

  std::string sign_;
};

// ---- Reading back ---------------------------------------------------------------------------

TEST_F(session_queries, asks_for_what_it_published_behind_the_registration) {
  connect_to_rust();
  EXPECT_EQ(tx_of(asked(), "GetInstancesByIds").size(), 36U) << "of our own row";
  pass(seconds(1));
  EXPECT_THAT(asked(), IsEmpty()) << "the registration may not have been read";
  echo_pings();
  pass(milliseconds(199));
  EXPECT_THAT(asked(), IsEmpty());
  pass(milliseconds(1));
  const auto first = asked();
  ASSERT_EQ(first.size(), 1U) << "one part at a time";
  EXPECT_EQ(first[0].id, "GetActionsByIds");
  answer(first[0].tx, 0, {R"({"id":"s:t:run"})"});
  EXPECT_THAT(sent(), ElementsAre("CANCEL " + first[0].tx, "ASK GetEmittersByIds"));
}

TEST_F(session_queries, says_what_the_core_has_not_stored) {
  connect_to_rust();
  answer_read_back({"s:t:output", "s:t:state"});
  EXPECT_EQ(logged(log_level::warning,
                   "the core has not stored everything that it was told: missing 2 of 2 Emitters: "
                   "s:t:output, s:t:state"),
            1);
  auto all = one_target();
  all.instance.message = "All is well.";
  publish(all);
  EXPECT_THAT(fields("Instance", "message"),
              ElementsAre("All is well. The core has not stored 2 of 2 Emitters: s:t:output, "
                          "s:t:state."));
}

TEST_F(session_queries, takes_it_back_when_the_core_has_it) {
  connect_to_rust();
  answer_read_back({"s:t:output"});
  disconnect();
  (void)sent();
  connect_to_rust();
  EXPECT_THAT(fields("Instance", "message"), Contains(HasSubstr("not stored"))) << "not known yet";
  answer_read_back({});
  EXPECT_EQ(logged(log_level::info, "the core has stored everything now"), 1);
  disconnect();
  connect_to_rust();
  EXPECT_THAT(fields("Instance", "message"), Not(Contains(HasSubstr("not stored"))));
}

TEST_F(session_queries, removes_what_else_the_core_has_of_ours) {
  connect_to_rust();
  answer_read_back({}, {R"({"id":"s:t:exec","targetId":"s:t","serviceId":"s","name":"Exec"})"});
  EXPECT_EQ(logged(log_level::info, "does not publish: 1 action of its targets, now deleted"), 1);
}

// What was a stray when the core answered may be published when the last answer comes.
TEST_F(session_queries, deletes_nothing_that_was_published_meanwhile) {
  connect_to_rust();
  echo_pings();
  const std::string exec = R"({"id":"s:t:exec","targetId":"s:t","serviceId":"s"})";
  for (int step = 0; step < 20; ++step) {
    pass(milliseconds(100));
    for (const query& each : asked()) {
      const bool is_last = each.id == "GetEmittersByQuery";
      if (is_last) {
        auto all = one_target();
        all.put(
            model::action{.id = model::action_id("s:t:exec"), .target = model::target_id("s:t")});
        publish(all);
        (void)sent();
      }
      answer(each.tx, 0, stored(each, exec));
      if (is_last) {
        settle();
        settle();
        EXPECT_THAT(said(), IsEmpty());
        return;
      }
    }
  }
  ADD_FAILURE() << "not asked";
}

TEST_F(session_queries, deletes_nothing_while_another_has_its_place) {
  connect_to_rust();
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {instance("c-1")});
  answer(tx, 2, {instance("c-2")});
  answer_read_back({}, {R"({"id":"s:t:exec","targetId":"s:t","serviceId":"s","name":"Exec"})"});
  EXPECT_EQ(logged(log_level::info, "were deleted"), 0);
}

// It is set anew behind the window, and the core is right not to have it.
TEST_F(session_queries, does_not_miss_what_it_keeps_back_itself) {
  connect_to_rust();
  settle();
  settle();
  auto all = one_target();
  all.emitters.erase(emitter_named("output"));
  publish(all);
  publish(one_target());
  pings_.clear();
  for (int step = 0; step < 50; ++step) {
    pass(milliseconds(100));
    for (const query& each : asked()) answer(each.tx, 0, stored(each, "{}", "s:t:output"));
  }
  EXPECT_EQ(logged(log_level::warning, "has not stored"), 0);
}

TEST_F(session_queries, cancels_a_question_that_is_not_answered) {
  connect_to_rust();
  echo_pings();
  pass(milliseconds(200));
  const std::string tx = tx_of(asked(), "GetActionsByIds");
  while (session_->next_wakeup() && logged(log_level::info, "does not answer queries") == 0) {
    pass(seconds(1));
    hear_pong();
  }
  EXPECT_THAT(sent(), Contains("CANCEL " + tx));
}

TEST_F(session_queries, does_not_tell_a_core_what_another_has_not_stored) {
  connect_to_rust();
  answer_read_back({"s:t:output"});
  disconnect();
  (void)sent();
  connect_to_docs();
  EXPECT_THAT(fields("Instance", "message"), Not(Contains(HasSubstr("not stored"))));
}

TEST_F(session_queries, asks_again_under_the_names_of_a_server_that_is_known_late) {
  connect_to_rust();
  echo_pings();
  pass(milliseconds(200));
  const std::string tx = tx_of(asked(), "GetActionsByIds");
  hear_client_id("c-1");
  EXPECT_THAT(sent(), Contains("CANCEL " + tx));
  std::vector<std::string> names;
  for (int step = 0; step < 20; ++step) {
    pass(milliseconds(100));
    for (const query& each : asked()) {
      names.push_back(each.id);
      answer(each.tx, 0, {});
    }
  }
  EXPECT_THAT(names, Contains("GetTargetStatusesByIds"));
  EXPECT_THAT(names, Not(Contains("GetTargetStatussByIds")));
}

TEST_F(session_queries, asks_no_more_of_a_server_that_is_known_late_to_have_no_queries) {
  connect_to_rust();
  echo_pings();
  hear_docs_client_id("c-1");
  (void)asked();
  pass(seconds(5));
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(session_queries, asks_nothing_of_a_docs_server) {
  machine_ = machine_publishing::automatic;
  make_session({});
  publish(one_target());
  connect_to_docs();
  echo_pings();
  pass(seconds(10));
  EXPECT_THAT(said(), Contains("SET Machine m"));
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(session_queries, outlives_answers_that_it_did_not_ask_for) {
  connect_to_rust();
  answer("nobody's", 0, {"{}"});
  hear(R"({"event":"ws:m:query-error","data":{"tx":"nobody's","message":"no"}})");
  EXPECT_TRUE(session_->registered());
}

// ---- Our own Instance -----------------------------------------------------------------------

TEST_F(session_queries, publishes_everything_anew_when_its_row_is_deleted) {
  connect_to_rust();
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {instance("c-1", "Starting")});
  settle();
  answer(tx, 2, {}, {"m:s"});
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(199));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(said(), ElementsAre("SET Machine m", "SET Instance m:s Starting", "SET Target s:t",
                                  "SET Action s:t:run", "SET Emitter s:t:output",
                                  "SET Emitter s:t:state", "SET Instance m:s Available"));
  settle();
  settle();
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"))
      << "behind the window in which its Instance was deleted";
  answer(tx, 3, {instance("c-1")});
  answer(tx, 0, {});  // all rows went in one step
  pass(milliseconds(9'699));
  EXPECT_THAT(said(), IsEmpty()) << "once in 10 s";
  pass(milliseconds(1));
  EXPECT_THAT(said(), Contains("SET Instance m:s Available"));
}

TEST_F(session_queries, leaves_its_row_to_another_client) {
  connect_to_rust();
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {ours("c-1")});
  answer(tx, 2, {instance("c-2")});
  EXPECT_EQ(logged(log_level::warning, "another executor has taken this gantry's place"), 1);
  (void)sent();
  auto all = one_target();
  all.instance.message = "news";
  all.put(model::target{.id = model::target_id("s:u"), .name = "u"});
  publish(all);
  EXPECT_THAT(said(), ElementsAre("SET Target s:u"));
  answer(tx, 3, {instance("c-2", "Unavailable")});
  pass(milliseconds(200));
  EXPECT_THAT(said(), Contains("SET Instance m:s Available"));
}

TEST_F(session_queries, takes_nothing_from_the_client_that_has_its_place_when_it_leaves) {
  connect_to_rust();
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {ours("c-1")});
  answer(tx, 2, {instance("c-2")});
  (void)sent();
  leave();
  EXPECT_THAT(said(), IsEmpty());
  echo_pings();
  EXPECT_TRUE(closed_);
}

TEST_F(session_queries, takes_nothing_from_it_when_it_leaves_before_it_has_registered_again) {
  connect_to_rust();
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {ours("c-1")});
  answer(tx, 2, {instance("c-2")});
  disconnect();
  connect();
  disconnect();
  connect();
  (void)sent();
  leave();
  EXPECT_THAT(said(), IsEmpty());
  echo_pings();
  EXPECT_TRUE(closed_);
}

TEST_F(session_queries, watches_on_ts_for_the_client_that_took_its_place) {
  connect_to_ts("c-1");
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {instance("c-2")});
  const auto questions = asked();
  ASSERT_EQ(questions.size(), 1U);
  EXPECT_EQ(questions[0].id, "GetClientsByIds");
  answer(questions[0].tx, 0, {R"({"id":"c-2"})"});
  pass(seconds(30));
  EXPECT_THAT(said(), IsEmpty());
  answer(questions[0].tx, 1, {}, {"c-2"});
  pass(milliseconds(200));
  EXPECT_THAT(said(), Contains("SET Instance m:s Available"));
}

TEST_F(session_queries, asks_anew_when_an_answer_is_missing) {
  connect_to_rust();
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 2, {instance("c-1")});
  EXPECT_THAT(sent(), ElementsAre("CANCEL " + tx, "ASK GetInstancesByIds"));
}

// A core that never counts as it should.
TEST_F(session_queries, does_not_ask_anew_as_fast_as_it_is_answered) {
  connect_to_rust();
  std::string tx = tx_of(asked(), "GetInstancesByIds");
  std::size_t questions = 0;
  for (int time = 0; time < 10'000; time += 10) {
    answer(tx, 7, {});
    pass(milliseconds(10));
    for (const query& each : asked()) {
      ++questions;
      tx = each.tx;
    }
  }
  EXPECT_GE(questions, 5U);
  EXPECT_LE(questions, 11U);
}

TEST_F(session_queries, asks_anew_when_the_word_on_a_client_is_missing) {
  connect_to_ts("c-1");
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {instance("c-2")});
  const std::string client = tx_of(asked(), "GetClientsByIds");
  answer(client, 0, {R"({"id":"c-2"})"});
  answer(client, 2, {}, {});
  const auto again = asked();
  answer(tx_of(again, "GetInstancesByIds"), 0, {instance("c-2")});
  answer(tx_of(again, "GetClientsByIds"), 0, {});
  pass(milliseconds(200));
  EXPECT_THAT(said(), Contains("SET Instance m:s Available"));
}

// Two that began at once: the row was the other's for a moment, and our SET came behind it.
TEST_F(session_queries, says_what_it_kept_back_while_its_row_was_anothers) {
  connect_to_ts("c-1");
  const std::string tx = tx_of(asked(), "GetInstancesByIds");
  answer(tx, 0, {});
  answer(tx, 1, {instance("c-2")});
  auto all = one_target();
  all.instance.message = "news";
  publish(all);
  EXPECT_THAT(said(), IsEmpty());
  answer(tx, 2, {instance("c-1")});
  EXPECT_THAT(fields("Instance", "message"), ElementsAre("news"));
}

// ---- The Machine ----------------------------------------------------------------------------

class session_machine : public session_queries {
 protected:
  session_machine() { begin({}); }
  void begin(session_config config) {
    machine_ = machine_publishing::automatic;
    config.machine.on_sent = [this](const json::text& item) { kept_.push_back(item); };
    make_session(config);
    publish(one_target());
  }
  std::string connect_and_ask() {
    connect_to_rust();
    EXPECT_THAT(machines(frames_), IsEmpty());
    return tx_of(asked(), "GetMachinesByIds");
  }
  static std::vector<std::string> machines(const std::vector<message>& frames) {
    std::vector<std::string> out;
    for (const message& each : frames) {
      const auto* event = std::get_if<myko::event>(&each);
      if (event != nullptr && event->item_type == "Machine") out.push_back(event->item.bytes);
    }
    return out;
  }

  std::vector<json::text> kept_;
};

TEST_F(session_machine, is_sent_where_there_is_none) {
  const std::string tx = connect_and_ask();
  answer(tx, 0, {});
  EXPECT_THAT(sent(), ElementsAre("CANCEL " + tx, "SET Machine m"));
  ASSERT_EQ(kept_.size(), 1U);
  pass(seconds(10));
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(session_machine, is_left_as_others_wrote_it) {
  const std::string row = R"({"id":"m","name":"Left","productType":"server"})";
  answer(connect_and_ask(), 0, {row});
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_EQ(logged(log_level::info, "described in the core by others (name, productType)"), 1);
  disconnect();
  answer(connect_and_ask(), 0, {row});
  EXPECT_EQ(logged(log_level::info, "described in the core by others"), 1) << "said once";
  EXPECT_THAT(kept_, IsEmpty());
}

TEST_F(session_machine, writes_no_lines_that_a_core_made_up) {
  answer(connect_and_ask(), 0, {R"({"id":"m","x\n2026 ERROR \u001b[31m":1})"});
  EXPECT_EQ(logged(log_level::info, "by others (x?2026 ERROR ?[31m)"), 1);
}

TEST_F(session_machine, is_sent_over_what_an_earlier_life_sent) {
  session_config config;
  config.machine.last_sent = json::text{R"({"id":"m","name":"old name"})"};
  begin(config);
  answer(connect_and_ask(), 0, {R"({"id":"m","name":"old name","clientId":"c-0"})"});
  EXPECT_THAT(said(), ElementsAre("SET Machine m"));
}

TEST_F(session_machine, is_not_sent_to_a_core_that_does_not_answer) {
  const std::string tx = connect_and_ask();
  pass(milliseconds(999));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(sent(), ElementsAre("CANCEL " + tx));
  EXPECT_EQ(logged(log_level::warning, "the core did not say in time"), 1);
  answer(tx, 0, {});
  EXPECT_THAT(said(), IsEmpty()) << "too late";
}

TEST_F(session_machine, is_never_sent_where_that_is_configured) {
  machine_ = machine_publishing::never;
  make_session({});
  publish(one_target());
  connect_to_ts();
  pass(seconds(2));
  EXPECT_THAT(said(), Not(Contains("SET Machine m")));
}

}  // namespace
}  // namespace gantry::myko::test
