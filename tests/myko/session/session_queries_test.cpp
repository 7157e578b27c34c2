// A session that asks the core for its own rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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
  // Answers all that is asked by ids with an item of each id, but for those that are `lost`; what
  // is asked by a field with `others`.
  void answer_read_back(const std::vector<std::string>& lost,
                        const std::vector<std::string>& others = {}) {
    echo_pings();
    for (int step = 0; step < 50; ++step) {
      pass(milliseconds(100));
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
  answer(tx, 1, {instance("c-1")});
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
  answer(tx, 1, {instance("c-1")});
  answer(tx, 2, {instance("c-2")});
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
