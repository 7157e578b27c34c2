#include "myko/session/command_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "myko/parse.hpp"
#include "myko/write.hpp"
#include "tests/support/seed.hpp"

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// A desk that knows the actions "t1:run", "t1:stop" and "t2:run" of the instance "me".
class command_desk_fixture : public testing::Test {
 protected:
  command_desk_fixture() {
    known_.instance.id = model::instance_id("me");
    for (const auto& [target, name] : {std::pair("t1", "run"), {"t1", "stop"}, {"t2", "run"}}) {
      known_.put(model::action{.id = model::action_id(std::string(target) + ":" + name),
                               .target = model::target_id(target)});
    }
  }

  void send(const std::string& id, const std::string& body) {
    const auto parsed = parse(R"({"event":"ws:m:command","data":{"commandId":")" + id +
                              R"(","command":)" + body + "}}");
    ASSERT_TRUE(parsed) << parsed.error().message;
    take(desk_.received(std::get<command>(*parsed), known_, now_));
  }
  // An action as it stands in commands, with what is wanted beside it.
  static std::string action(const std::string& id, const std::string& more = "") {
    return R"({"action":{"id":")" + id + "\"}" + more + "}";
  }
  void exec(const std::string& tx, const std::string& id) {
    send("ExecTargetAction", R"({"tx":")" + tx + R"(","action":{"id":")" + id + "\"}}");
  }
  void batch(const std::string& tx, const std::vector<std::string>& actions) {
    std::string list;
    for (const std::string& each : actions) list += (list.empty() ? "" : ",") + each;
    send("BatchTargetAction", R"({"tx":")" + tx + R"(","actions":[)" + list + "]}");
  }

  void done(std::size_t request, const std::string& response = "null") {
    take(desk_.finished(requests_.at(request).ticket, action_done{{response}}));
  }
  void failed(std::size_t request, const std::string& why) {
    take(desk_.finished(requests_.at(request).ticket, action_failed{why}));
  }
  void wait(milliseconds time) {
    now_ += time;
    take(desk_.tick(now_));
  }

  // "t1: response {...}" or "t1: error (Command) text", since the last call.
  std::vector<std::string> answers() {
    std::vector<std::string> out;
    for (const message& each : answers_) {
      if (const auto* error = std::get_if<command_error>(&each)) {
        out.push_back(error->tx + ": error (" + error->command + ") " + error->message);
      } else {
        const auto& response = std::get<command_response>(each);
        out.push_back(response.tx + ": response " + response.response.bytes);
      }
    }
    answers_.clear();
    return out;
  }
  std::vector<std::string> requested() const {
    std::vector<std::string> out;
    for (const action_request& each : requests_) out.push_back(each.action.value);
    return out;
  }

  void take(const command_desk::orders& orders) {
    answers_.insert(answers_.end(), orders.answers.begin(), orders.answers.end());
    requests_.insert(requests_.end(), orders.requests.begin(), orders.requests.end());
  }

  model::catalogue known_;
  command_desk desk_{command_desk_config{}};
  command_desk::time_point now_{std::chrono::hours(1)};
  std::vector<message> answers_;
  std::vector<action_request> requests_;
};

// ---- One action -------------------------------------------------------------------------------

TEST_F(command_desk_fixture, answers_when_the_action_is_done) {
  exec("x", "t1:run");
  EXPECT_THAT(answers(), IsEmpty());
  ASSERT_THAT(requested(), ElementsAre("t1:run"));
  EXPECT_EQ(requests_[0].target.value, "t1");
  EXPECT_EQ(requests_[0].data, std::nullopt);
  done(0, R"({"run":7})");
  EXPECT_THAT(answers(), ElementsAre(R"(x: response {"run":7})"));
  EXPECT_EQ(desk_.open_orders(), 0U);
}

TEST_F(command_desk_fixture, answers_with_the_reason_when_the_action_fails) {
  exec("x", "t1:run");
  failed(0, "no such image");
  EXPECT_THAT(answers(), ElementsAre("x: error (ExecTargetAction) no such image"));
}

TEST_F(command_desk_fixture, answers_once_whatever_is_told_twice) {
  exec("x", "t1:run");
  done(0);
  done(0);
  failed(0, "late");
  EXPECT_THAT(answers(), ElementsAre("x: response null"));
  take(desk_.finished(4711, action_done{}));
  EXPECT_THAT(answers(), IsEmpty());
}

TEST_F(command_desk_fixture, answers_in_the_order_in_which_actions_end) {
  exec("x", "t1:run");
  exec("y", "t2:run");
  done(1);
  done(0);
  EXPECT_THAT(answers(), ElementsAre("y: response null", "x: response null"));
}

TEST_F(command_desk_fixture, passes_data_on_as_it_came) {
  send("ExecTargetAction", R"({"tx":"x","action":{"id":"t1:run"},"data":[1,null]})");
  send("target:action:exec", R"({"tx":"y","action":{"id":"t1:run"},"data":null})");
  EXPECT_EQ(requests_.at(0).data, json::text{"[1,null]"});
  EXPECT_EQ(requests_.at(1).data, json::text{"null"});
}

TEST_F(command_desk_fixture, refuses_an_action_that_is_not_here) {
  exec("x", "t7:fly");
  EXPECT_THAT(answers(), ElementsAre("x: error (ExecTargetAction) there is no action t7:fly here"));
  exec("y", "fly");
  EXPECT_THAT(answers(), ElementsAre("y: error (ExecTargetAction) there is no action fly here"));
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(command_desk_fixture, asks_who_publishes_a_target_why_it_does_not_have_an_action) {
  model::target target;
  target.id = model::target_id("t1");
  known_.put(target);
  exec("x", "t1:fly");
  ASSERT_THAT(requested(), ElementsAre("t1:fly"));
  EXPECT_EQ(requests_[0].target.value, "t1");
  failed(0, "t1:fly is off by default");
  EXPECT_THAT(answers(), ElementsAre("x: error (ExecTargetAction) t1:fly is off by default"));
}

TEST_F(command_desk_fixture, refuses_a_command_for_another_instance_or_target) {
  send("ExecTargetAction", R"({"tx":"x","instanceId":"you","action":{"id":"t1:run"}})");
  send("ExecTargetAction", R"({"tx":"y","action":{"id":"t1:run","targetId":"t2"}})");
  EXPECT_THAT(answers(), ElementsAre(AllOf(HasSubstr("x: error"), HasSubstr("instance you")),
                                     AllOf(HasSubstr("y: error"), HasSubstr("target t2"))));
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(command_desk_fixture, takes_a_command_that_names_its_own_instance_and_target) {
  send("ExecTargetAction",
       R"({"tx":"x","instanceId":"me","action":{"id":"t1:run","targetId":"t1"}})");
  EXPECT_THAT(requested(), ElementsAre("t1:run"));
}

TEST_F(command_desk_fixture, refuses_what_is_malformed_or_unknown_by_name) {
  send("ExecTargetAction", R"({"tx":"x"})");
  send("Dance", R"({"tx":"y"})");
  EXPECT_THAT(answers(),
              ElementsAre(AllOf(HasSubstr("x: error (ExecTargetAction)"), HasSubstr("action.id")),
                          "y: error (Dance) unknown command Dance"));
}

TEST_F(command_desk_fixture, does_without_an_answer_what_comes_without_a_tx) {
  exec("", "t1:run");
  EXPECT_THAT(requested(), ElementsAre("t1:run"));
  done(0);
  exec("", "t1:run");
  EXPECT_THAT(requested(), SizeIs(2));
  send("Dance", "{}");
  wait(milliseconds(10'000));
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_EQ(desk_.open_orders(), 0U);
}

// ---- The same tx again ------------------------------------------------------------------------

TEST_F(command_desk_fixture, answers_a_tx_that_comes_again_from_memory) {
  exec("x", "t1:run");
  done(0, "1");
  (void)answers();
  exec("x", "t1:run");
  EXPECT_THAT(answers(), ElementsAre("x: response 1"));
  EXPECT_THAT(requested(), SizeIs(1));
}

TEST_F(command_desk_fixture, remembers_errors_too) {
  exec("x", "t1:fly");
  exec("x", "t1:fly");
  EXPECT_THAT(answers(), SizeIs(2));
}

TEST_F(command_desk_fixture, does_not_begin_again_what_is_under_way) {
  exec("x", "t1:run");
  exec("x", "t1:run");
  EXPECT_THAT(requested(), SizeIs(1));
  done(0);
  EXPECT_THAT(answers(), ElementsAre("x: response null"));
}

TEST_F(command_desk_fixture, remembers_a_bounded_number_of_answers) {
  desk_ = command_desk({.remembered_max = 2});
  for (const char* tx : {"a", "b", "c"}) exec(tx, "t1:fly");
  (void)answers();
  exec("a", "t1:run");  // forgotten, and so done
  EXPECT_THAT(requested(), SizeIs(1));
  exec("c", "t1:run");
  EXPECT_THAT(requested(), SizeIs(1));
}

TEST_F(command_desk_fixture, remembers_a_bounded_number_of_bytes) {
  desk_ = command_desk({.remembered_bytes_max = 2'000});
  exec("a", "t1:run");
  done(0, "\"" + std::string(1'500, 'x') + "\"");
  exec("b", "t1:run");
  done(1, "\"" + std::string(1'500, 'x') + "\"");
  exec("b", "t1:run");
  EXPECT_THAT(requested(), SizeIs(2));
  exec("a", "t1:run");
  EXPECT_THAT(requested(), SizeIs(3));
}

// ---- Time -------------------------------------------------------------------------------------

TEST_F(command_desk_fixture, answers_as_accepted_what_takes_too_long) {
  exec("x", "t1:run");
  EXPECT_EQ(desk_.next_deadline(), now_ + milliseconds(4'500));
  wait(milliseconds(4'499));
  EXPECT_THAT(answers(), IsEmpty());
  wait(milliseconds(1));
  EXPECT_THAT(answers(), ElementsAre(AllOf(HasSubstr(R"(x: response {"accepted":true)"),
                                           HasSubstr(R"("runs":["t1:run"])"))));
  EXPECT_EQ(desk_.next_deadline(), std::nullopt);
}

TEST_F(command_desk_fixture, says_nothing_more_when_the_accepted_ends) {
  exec("x", "t1:run");
  wait(milliseconds(5'000));
  (void)answers();
  failed(0, "late");
  EXPECT_THAT(answers(), IsEmpty());
  exec("x", "t1:run");
  EXPECT_THAT(answers(), ElementsAre(HasSubstr("accepted")));
  EXPECT_THAT(requested(), SizeIs(1));
}

TEST_F(command_desk_fixture, answers_within_five_seconds_by_default) {
  EXPECT_LT(command_desk_config{}.answer_within, std::chrono::seconds(5));
}

TEST_F(command_desk_fixture, tells_the_earliest_deadline) {
  exec("x", "t1:run");
  now_ += milliseconds(1'000);
  exec("y", "t1:run");
  EXPECT_EQ(desk_.next_deadline(), now_ + milliseconds(3'500));
  done(0);
  EXPECT_EQ(desk_.next_deadline(), now_ + milliseconds(4'500));
}

// ---- Batches ----------------------------------------------------------------------------------

TEST_F(command_desk_fixture, answers_a_batch_when_all_of_it_is_done) {
  batch("x", {action("t1:run"), action("t2:run")});
  EXPECT_THAT(requested(), ElementsAre("t1:run", "t2:run"));
  done(1, "2");
  EXPECT_THAT(answers(), IsEmpty());
  done(0, "1");
  EXPECT_THAT(answers(), ElementsAre(R"(x: response {"results":[1,2]})"));
}

TEST_F(command_desk_fixture, answers_each_action_that_has_its_own_tx_and_the_batch) {
  batch("x",
        {action("t1:run", R"(,"tx":"a")"), action("t1:stop"), action("t2:run", R"(,"tx":"b")")});
  done(0, "1");
  EXPECT_THAT(answers(), ElementsAre("a: response 1"));
  done(1, "2");
  EXPECT_THAT(answers(), IsEmpty());
  failed(2, "no");
  EXPECT_THAT(answers(), UnorderedElementsAre("b: error (BatchTargetAction) no",
                                              "x: error (BatchTargetAction) 1 of 3 actions failed: "
                                              "t2:run: no"));
}

TEST_F(command_desk_fixture, answers_a_tx_that_several_actions_share_once) {
  batch("x", {action("t1:run", R"(,"tx":"a")"), action("t2:run", R"(,"tx":"a")")});
  done(0, "1");
  EXPECT_THAT(answers(), IsEmpty());
  done(1, "2");
  EXPECT_THAT(answers(), UnorderedElementsAre(R"(a: response {"results":[1,2]})",
                                              R"(x: response {"results":[1,2]})"));
}

TEST_F(command_desk_fixture, takes_the_batchs_own_tx_inside_it_for_the_same) {
  batch("x", {action("t1:run", R"(,"tx":"x")")});
  done(0, "1");
  EXPECT_THAT(answers(), ElementsAre("x: response 1"));
}

TEST_F(command_desk_fixture, does_the_good_actions_of_a_batch_with_bad_ones) {
  batch("x", {action("t7:fly"), action("t1:run"), R"({"tx":"a"})",
              action("t2:run", R"(,"instanceId":"you")")});
  EXPECT_THAT(requested(), ElementsAre("t1:run"));
  EXPECT_THAT(answers(), ElementsAre(AllOf(HasSubstr("a: error"), HasSubstr("names no action"))));
  done(0);
  EXPECT_THAT(answers(),
              ElementsAre(AllOf(HasSubstr("x: error"), HasSubstr("3 of 4 actions failed"),
                                HasSubstr("there is no action t7:fly"),
                                HasSubstr("command.actions[2]"), HasSubstr("instance you"))));
}

TEST_F(command_desk_fixture, names_every_assignment_of_a_compact_batch_that_failed) {
  std::string assignments = R"({"payloadIndex":0})";
  for (int at = 0; at < 60; ++at) {
    assignments += R"(,{"instanceId":"other-)" + std::to_string(at) + R"(","payloadIndex":0})";
  }
  send("CompactBatchTargetAction",
       R"({"tx":"x","groups":[{"actionId":"t1:run","payloads":[1],"assignments":[)" + assignments +
           R"(,{"payloadIndex":9}]}]})");
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_THAT(requested(), ElementsAre("t1:run"));
  done(0);
  const auto all = answers();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all[0], HasSubstr("61 of 62 actions failed"));
  for (int at = 0; at < 60; ++at) {
    EXPECT_THAT(all[0], HasSubstr("instance other-" + std::to_string(at) + ","));
  }
  EXPECT_THAT(all[0], HasSubstr("payloadIndex"));
}

TEST_F(command_desk_fixture, bounds_the_text_of_a_batchs_error) {
  std::string assignments = R"({"payloadIndex":0})";
  for (int at = 0; at < 9'000; ++at) {
    assignments += R"(,{"instanceId":")" + std::string(200, 'y') + R"(","payloadIndex":0})";
  }
  send("CompactBatchTargetAction",
       R"({"tx":"x","groups":[{"actionId":"t1:run","payloads":[1],"assignments":[)" + assignments +
           R"(]}]})");
  done(0);
  const auto all = answers();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_LT(all[0].size(), 1'100'000U);
  EXPECT_THAT(all[0], HasSubstr(" more"));
}

TEST_F(command_desk_fixture, answers_a_late_batch_with_what_is_known) {
  batch("x", {action("t1:run"), action("t1:stop"), action("t2:run")});
  done(0, "1");
  wait(milliseconds(4'500));
  EXPECT_THAT(answers(), ElementsAre(AllOf(HasSubstr("accepted"),
                                           HasSubstr(R"("runs":["t1:stop","t2:run"])"))));
  batch("y", {action("t1:run"), action("t1:stop")});
  failed(3, "no");
  wait(milliseconds(4'500));
  EXPECT_THAT(answers(), ElementsAre(AllOf(HasSubstr("y: error"), HasSubstr("1 of 2"),
                                           HasSubstr("1 are still under way"))));
}

TEST_F(command_desk_fixture, answers_a_tx_of_a_batch_that_was_answered_before_from_memory) {
  exec("a", "t1:run");
  done(0, "1");
  (void)answers();
  batch("x",
        {action("t1:run", R"(,"tx":"a")"), action("t1:run", R"(,"tx":"a")"), action("t2:run")});
  EXPECT_THAT(requested(), ElementsAre("t1:run", "t2:run"));  // a is not done again
  EXPECT_THAT(answers(), ElementsAre("a: response 1"));       // and told once
  done(1, "2");
  EXPECT_THAT(answers(), ElementsAre(R"(x: response {"results":[1,1,2]})"));
}

TEST_F(command_desk_fixture, answers_a_whole_batch_that_comes_again_from_memory) {
  batch("x", {action("t1:run", R"(,"tx":"a")")});
  done(0, "1");
  (void)answers();
  batch("x", {action("t1:run", R"(,"tx":"a")")});
  EXPECT_THAT(answers(), UnorderedElementsAre("x: response 1", "a: response 1"));
  EXPECT_THAT(requested(), SizeIs(1));
}

TEST_F(command_desk_fixture, does_not_begin_again_a_tx_of_a_batch_that_is_under_way) {
  exec("a", "t1:run");
  batch("x", {action("t1:run", R"(,"tx":"a")")});
  EXPECT_THAT(requested(), SizeIs(1));
  EXPECT_THAT(answers(), ElementsAre(HasSubstr("x: error")));
  done(0, "1");
  EXPECT_THAT(answers(), ElementsAre("a: response 1"));
}

// ---- Limits and the end -----------------------------------------------------------------------

TEST_F(command_desk_fixture, refuses_when_too_much_is_under_way) {
  desk_ = command_desk({.pending_max = 2});
  exec("a", "t1:run");
  exec("b", "t1:run");
  exec("c", "t1:run");
  EXPECT_THAT(answers(), ElementsAre(HasSubstr("c: error (ExecTargetAction) busy")));
  batch("d", {action("t1:run", R"(,"tx":"e")"), action("t1:run", R"(,"tx":"e")")});
  EXPECT_THAT(answers(), UnorderedElementsAre(HasSubstr("d: error"), HasSubstr("e: error")));
  done(0);
  exec("f", "t1:run");
  EXPECT_THAT(requested(), SizeIs(3));
}

TEST_F(command_desk_fixture, gives_up_what_is_open) {
  exec("a", "t1:run");
  batch("b", {action("t1:run", R"(,"tx":"c")")});
  take(desk_.give_up("the end"));
  EXPECT_THAT(answers(), UnorderedElementsAre("a: error (ExecTargetAction) the end",
                                              "b: error (BatchTargetAction) the end",
                                              "c: error (BatchTargetAction) the end"));
  done(0);
  done(1);
  EXPECT_THAT(answers(), IsEmpty());
  EXPECT_EQ(desk_.next_deadline(), std::nullopt);
}

TEST_F(command_desk_fixture, takes_a_batch_of_the_largest_size_in_little_time) {
  std::vector<std::string> actions(10'000, action("t1:run"));
  batch("x", actions);
  ASSERT_THAT(requests_, SizeIs(10'000));
  for (std::size_t at = 0; at < requests_.size(); ++at) done(at, "1");
  EXPECT_THAT(answers(), SizeIs(1));
}

// Random commands, outcomes and waits: each tx gets exactly one answer.
TEST_F(command_desk_fixture, answers_every_tx_exactly_once) {
  for (const std::uint64_t seed : gantry::test::seeds(150)) {
    SCOPED_TRACE(gantry::test::seed_text(seed));
    gantry::test::dice dice(seed);
    desk_ = command_desk({.pending_max = 20});
    answers_.clear();
    requests_.clear();
    std::map<std::string, int> owed;
    std::size_t next_tx = 0;
    const auto new_tx = [&] {
      const std::string tx = "tx" + std::to_string(++next_tx);
      owed[tx] = 0;
      return tx;
    };
    const std::vector<std::string> ids{"t1:run", "t1:stop", "t2:run", "t1:fly", ""};
    const auto any_action = [&] { return ids[dice.upto(ids.size() - 1)]; };
    for (int step = 0; step < 60; ++step) {
      switch (dice.upto(4)) {
        case 0:
          exec(new_tx(), any_action());
          break;
        case 1: {
          std::vector<std::string> actions;
          for (std::size_t more = dice.upto(4); more + 1 > 0; --more) {
            actions.push_back(action(
                any_action(), dice.one_in(2) ? R"(,"tx":")" + new_tx() + "\"" : std::string()));
            if (more == 0) break;
          }
          batch(new_tx(), actions);
          break;
        }
        case 2:
          send("Dance", R"({"tx":")" + new_tx() + "\"}");
          break;
        case 3:
          if (!requests_.empty()) {
            const std::size_t at = dice.upto(requests_.size() - 1);
            dice.one_in(2) ? done(at) : failed(at, "no");
          }
          break;
        default:
          wait(milliseconds(dice.upto(2'000)));
      }
    }
    wait(milliseconds(5'000));
    for (const message& each : answers_) {
      std::visit(
          [&](const auto& answer) {
            if constexpr (requires { answer.tx; }) ++owed[answer.tx];
          },
          each);
    }
    for (const auto& [tx, times] : owed) EXPECT_EQ(times, 1) << tx;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::myko
