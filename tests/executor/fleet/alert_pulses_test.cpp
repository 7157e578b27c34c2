// What the emitter `alerts` tells: the change first, and all that holds beside it.
#include "executor/fleet/alert_pulses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/fleet/action_data.hpp"
#include "executor/fleet/schemas.hpp"
#include "executor/fleet/target_paths.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class alert_pulses_of_a_fleet : public testing::Test {
 protected:
  alert_pulses_of_a_fleet() {
    all_.instance.service = model::service_id("svc");
    publish("container/a");
    (void)told();
  }

  void publish(const std::string& path) {
    model::target target{.id = model::make_target_id(all_.instance.service, path)};
    if (kind_of(path) != target_kind::project) {
      all_.put(model::emitter{.id = emitter_of(path), .target = target.id});
    }
    all_.put(std::move(target));
  }
  void take_back(const std::string& path) {
    all_.targets.erase(model::make_target_id(all_.instance.service, path));
    all_.emitters.erase(emitter_of(path));
  }
  [[nodiscard]] model::emitter_id emitter_of(const std::string& path) const {
    return model::make_emitter_id(model::make_target_id(all_.instance.service, path), "alerts");
  }

  std::vector<model::pulse> pulses() {
    now_ += 1s;
    return pulses_.tell(board_, all_, now_);
  }
  // "container/a +crash-loop [crash-loop unhealthy]", "-" for what ended.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const model::pulse& each : pulses()) {
      const auto checked =
          check_action_data(each.data, emitter_schema(emitter_names::alerts).checked());
      EXPECT_TRUE(checked) << each.data.bytes << ": " << checked.error().message;
      const auto data = json::parse(each.data.bytes).value();
      std::string words = each.emitter.value.substr(4);
      words.resize(words.size() - std::string(":alerts").size());
      words += json::find(data, "active")->GetBool() ? " +" : " -";
      words += std::string(*json::find_string(data, "code")) + " [";
      for (const json::value& one : json::find(data, "all")->GetArray()) {
        if (words.back() != '[') words += ' ';
        words += *json::find_string(one, "code");
      }
      out.push_back(words + "]");
    }
    return out;
  }

  alert_board board_;
  model::catalogue all_;
  alert_pulses::time_point now_{1'795'251'600s};
  alert_pulses pulses_;
};

TEST_F(alert_pulses_of_a_fleet, tell_nothing_while_nothing_changes) {
  EXPECT_THAT(told(), IsEmpty());
  board_.begin("container/a", alert_code::unhealthy, "It is ill.");
  EXPECT_THAT(told(), ElementsAre("container/a +unhealthy [unhealthy]"));
  EXPECT_THAT(told(), IsEmpty());
}

// A core may hold what an earlier life said.
TEST_F(alert_pulses_of_a_fleet, tell_of_a_target_that_is_new_in_any_case) {
  publish("container/b");
  publish("slot/job");
  publish("engine");
  publish("project/shop");
  EXPECT_THAT(told(), ElementsAre("container/b - []", "engine - []", "slot/job - []"));
  take_back("container/b");
  board_.begin("container/b", alert_code::unhealthy, "It is ill.");
  EXPECT_THAT(told(), IsEmpty());
  publish("container/b");
  EXPECT_THAT(told(), ElementsAre("container/b +unhealthy [unhealthy]"));
}

TEST_F(alert_pulses_of_a_fleet, tell_what_began_and_what_ended_and_all_that_holds) {
  board_.begin("container/a", alert_code::unhealthy, "It is ill.");
  EXPECT_THAT(told(), ElementsAre("container/a +unhealthy [unhealthy]"));
  board_.begin("container/a", alert_code::crash_loop, "It crashes.");
  EXPECT_THAT(told(), ElementsAre("container/a +crash-loop [crash-loop unhealthy]"));
  board_.end("container/a", alert_code::unhealthy);
  EXPECT_THAT(told(), ElementsAre("container/a -unhealthy [crash-loop]"));
  board_.end("container/a", alert_code::crash_loop);
  EXPECT_THAT(told(), ElementsAre("container/a -crash-loop []"));
}

// Each value is true, and the last one names the worst that began.
TEST_F(alert_pulses_of_a_fleet, tell_many_changes_at_once_with_the_most_severe_last) {
  board_.begin("container/a", alert_code::unhealthy, "It is ill.");
  (void)told();
  board_.end("container/a", alert_code::unhealthy);
  board_.begin("container/a", alert_code::crash_loop, "It crashes.");
  board_.begin("container/a", alert_code::out_of_memory, "It needs more.");
  EXPECT_THAT(told(), ElementsAre("container/a -unhealthy [crash-loop out-of-memory]",
                                  "container/a +out-of-memory [crash-loop out-of-memory]",
                                  "container/a +crash-loop [crash-loop out-of-memory]"));
}

TEST_F(alert_pulses_of_a_fleet, are_stamped_with_when_it_began_or_ended) {
  board_.begin("container/a", alert_code::unhealthy, "It is ill.");
  EXPECT_EQ(pulses().at(0).data.bytes,
            R"({"active":true,"all":[{"code":"unhealthy","level":"warn","message":"It is ill.",)"
            R"("since":"2026-11-21T09:00:02.000Z"}],"code":"unhealthy","level":"warn",)"
            R"("message":"It is ill.","since":"2026-11-21T09:00:02.000Z"})");
  board_.begin("container/a", alert_code::unhealthy, "It is worse.");
  const model::pulse worse = pulses().at(0);
  EXPECT_THAT(worse.data.bytes, AllOf(HasSubstr("It is worse."), HasSubstr("09:00:02.000Z")));
  EXPECT_EQ(worse.timestamp, 1'795'251'603'000);
  board_.end("container/a", alert_code::unhealthy);
  EXPECT_EQ(pulses().at(0).data.bytes,
            R"({"active":false,"all":[],"code":"unhealthy","level":"warn",)"
            R"("message":"It is worse.","since":"2026-11-21T09:00:04.000Z"})");
}

TEST_F(alert_pulses_of_a_fleet, say_in_words_that_nothing_is_wrong) {
  publish("engine");
  EXPECT_EQ(pulses().at(0).data.bytes,
            R"({"active":false,"all":[],"code":"","level":"info","message":"Nothing is wrong.",)"
            R"("since":"2026-11-21T09:00:02.000Z"})");
}

TEST_F(alert_pulses_of_a_fleet, are_of_limited_length) {
  board_.begin("container/a", alert_code::unhealthy, std::string(1U << 20U, 'x'));
  EXPECT_LT(pulses().at(0).data.bytes.size(), 2 * alert_pulses::message_bytes_max + 500);
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace gantry::fleet
