// What one target gives to the outbox: what goes together, and in which order.
#include "executor/fleet/target_output.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "executor/fleet/target_paths.hpp"
#include "executor/outbox/render.hpp"
#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using outbox::form;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

emitter_rule rule(const std::string& match, delivery how) {
  emitter_rule out;
  out.match = match;
  out.delivery = how;
  return out;
}

engine::log_line line(const std::string& text, int place = 0) {
  engine::log_line out;
  out.time = engine::noon + place;
  out.text = text;
  out.cursor.seen[0] = engine::log_place{out.time, 1, 0};
  return out;
}

std::string cursor_of(int place) { return to_json(line("", place).cursor).bytes; }

class TargetOutput : public testing::Test {
 protected:
  std::shared_ptr<target_output> make(const std::string& at = clock_path) {
    return std::make_shared<target_output>(output_services{io.get_executor(), core, intake, rules},
                                           model::make_target_id(model::service_id("svc"), at), at);
  }
  void settle(std::chrono::milliseconds time = 0ms) {
    io.restart();
    io.poll();
    if (time != 0ms) io.run_for(time);
  }
  void until(const std::function<bool()>& condition) {
    for (int spell = 0; spell < 500 && !condition(); ++spell) settle(10ms);
    EXPECT_TRUE(condition());
  }
  // "run {data}", "> lines" of all records.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> out;
    for (const auto& each : intake.database.records) {
      const auto emitter = each.emitter.value.substr(each.emitter.value.rfind(':') + 1);
      out.push_back((each.form == form::data ? emitter + " " : "> ") + each.body);
    }
    return out;
  }
  bool ends(net::awaitable<void> what) {
    auto done = std::make_shared<bool>(false);
    boost::asio::co_spawn(io, std::move(what), [done](const std::exception_ptr&) { *done = true; });
    waiting.push_back(done);
    settle();
    return *done;
  }

  boost::asio::io_context io{1};
  fake_intake intake{io.get_executor()};
  fake_core core;
  emitter_rules rules;
  std::vector<std::shared_ptr<bool>> waiting;
};

TEST_F(TargetOutput, CollectsThePulsesOfALifeBeforeLines) {
  const auto output = make();
  output->emit(emitter_names::finish, {R"({"exitCode":0})"});
  output->emit(emitter_names::run, {R"({"image":"x"})"});
  output->line(line("one"), "id");
  output->line(line("two"), "id");
  settle();
  EXPECT_THAT(told(),
              ElementsAre(R"(finish {"exitCode":0})", R"(run {"image":"x"})", "> one", "> two"));
  ASSERT_THAT(intake.batches, SizeIs(1)) << "announced once, collected once";
  for (const auto& each : intake.database.records)
    EXPECT_EQ(each.target.value, "svc:" + clock_path);
  EXPECT_THAT(intake.pulses[0].data.bytes, HasSubstr(R"("seq":1)"));
  EXPECT_EQ(intake.database.seqs.at("svc:" + clock_path + ":output"), 3U);
  EXPECT_EQ(intake.held(), 0U);
}

TEST_F(TargetOutput, SavesThePlaceInTheLogWithItsLines) {
  const auto output = make();
  output->save("id", "state");
  output->line(line("one", 1), "id");
  output->line(line("two", 2), "id");
  output->line(line("other", 3), "other id");
  settle();
  ASSERT_THAT(intake.batches, SizeIs(1));
  EXPECT_THAT(intake.batches[0].records, SizeIs(3));
  ASSERT_THAT(intake.batches[0].containers, SizeIs(2)) << "each once";
  EXPECT_EQ(intake.database.containers.at("id"),
            (outbox::saved_container{"id", clock_path, cursor_of(2), "state"}));
  EXPECT_EQ(intake.database.containers.at("other id").cursor, cursor_of(3));
}

// What waits for the rate is not told: a new life has to read it again.
TEST_F(TargetOutput, SavesNoPlaceBehindLinesThatWait) {
  rules = {{}, {.pulses_per_second = 1, .combine = false}};
  const auto output = make();
  output->save("id", "state");
  output->line(line("one", 1), "id");
  output->line(line("two", 2), "id");
  settle();
  EXPECT_THAT(told(), ElementsAre("> one"));
  EXPECT_EQ(intake.database.containers.at("id").cursor, cursor_of(1));
  EXPECT_GT(intake.held(), 0U);
  until([&] { return told().size() == 2; });  // by itself
  EXPECT_EQ(intake.database.containers.at("id").cursor, cursor_of(2));
  EXPECT_EQ(intake.held(), 0U);
}

TEST_F(TargetOutput, SavesAStateWithThePulsesThatItTellsOf) {
  const auto output = make();
  intake.hold_commits();
  output->emit(emitter_names::run, {"{}"});
  output->save("id", "begun");
  settle();
  output->emit(emitter_names::finish, {"{}"});
  output->save("id", "told");
  settle();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(intake.database.containers, IsEmpty());
  intake.release_commits();
  settle();
  ASSERT_THAT(intake.batches, SizeIs(2));
  EXPECT_EQ(intake.batches[0].records.at(0).emitter.value, "svc:" + clock_path + ":run");
  EXPECT_EQ(intake.batches[0].containers.at(0).runs, "begun");
  EXPECT_EQ(intake.batches[1].records.at(0).emitter.value, "svc:" + clock_path + ":finish");
  EXPECT_EQ(intake.batches[1].containers.at(0).runs, "told");
}

TEST_F(TargetOutput, SavesWhatIsNewOnly) {
  const auto output = make();
  output->resume({"id", clock_path, "cursor", "state"});
  output->save("id", "state");
  settle();
  EXPECT_EQ(intake.writes, 0);
  output->save("id", "another");
  settle();
  EXPECT_EQ(intake.database.containers.at("id"),
            (outbox::saved_container{"id", clock_path, "cursor", "another"}))
      << "with the place of the earlier life";
}

TEST_F(TargetOutput, ForgetsAContainerBehindAllOfIt) {
  const auto output = make();
  output->line(line("one"), "id");
  output->emit(emitter_names::finish, {"{}"});
  output->save("id", "told");
  settle();
  EXPECT_THAT(intake.database.containers, SizeIs(1));
  output->save("id", "another");
  output->forget("id");
  settle();
  EXPECT_THAT(intake.database.containers, IsEmpty());
}

TEST_F(TargetOutput, WritesNothingButTheNewestStateToTheCore) {
  const auto output = make();
  output->set_state({R"({"status":"a"})"});
  output->set_state({R"({"status":"a"})"});
  EXPECT_EQ(core.latest_told, 1);
  output->set_state({R"({"status":"b"})"});
  EXPECT_EQ(core.latest_told, 2);
  EXPECT_EQ(core.latest.at("svc:" + clock_path + ":state"), R"({"status":"b"})");
  settle();
  EXPECT_EQ(intake.writes, 0);
}

TEST_F(TargetOutput, QueuesStatesWhereARuleSaysSo) {
  rules = {{rule("container/*:state", delivery::queued)}, {}};
  const auto output = make();
  for (const char* status : {"a", "b", "b", "c"}) {
    output->set_state({std::string(R"({"status":")") + status + R"("})"});
  }
  settle();
  EXPECT_EQ(core.latest_told, 0);
  EXPECT_THAT(told(), ElementsAre(R"(state {"status":"a"})", R"(state {"status":"b"})",
                                  R"(state {"status":"c"})"));
}

TEST_F(TargetOutput, TellsOnlyTheNewestLineWhereARuleSaysSo) {
  rules = {{rule("*:output", delivery::latest)}, {}};
  const auto output = make();
  output->line(line("one", 1), "id");
  output->line(line("two", 2), "id");
  auto behind_a_gap = line("three", 3);
  behind_a_gap.gap_before = true;
  output->line(behind_a_gap, "id");
  settle();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(core.latest.at("svc:" + clock_path + ":output"),
              testing::AllOf(HasSubstr(R"("text":"three")"), HasSubstr(R"("seq":3)")));
  EXPECT_EQ(intake.database.containers.at("id").cursor, cursor_of(3));
  EXPECT_EQ(intake.database.seqs.at("svc:" + clock_path + ":output"), 4U);
}

TEST_F(TargetOutput, TellsOnlyTheNewestRunWhereARuleSaysSo) {
  rules = {{rule("*:run", delivery::latest)}, {}};
  const auto output = make();
  output->emit(emitter_names::run, {"{}"});
  output->emit(emitter_names::finish, {"{}"});
  settle();
  EXPECT_THAT(told(), ElementsAre("finish {}"));
  EXPECT_TRUE(core.latest.contains("svc:" + clock_path + ":run"));
}

TEST_F(TargetOutput, HasRoomUntilTooMuchWaits) {
  rules = {{}, {.pulses_per_second = 1, .combine = false}};
  const auto output = make();
  EXPECT_TRUE(ends(output->room()));
  output->line(line("one"), "id");
  output->line(line(std::string(2U << 20U, 'x')), "id");
  settle();
  EXPECT_GE(intake.held(), 2U << 20U);
  EXPECT_FALSE(ends(output->room()));
  EXPECT_FALSE(ends(output->drained()));
  until([&] { return *waiting[1] && *waiting[2]; });
  EXPECT_EQ(intake.held(), 0U);
}

TEST_F(TargetOutput, HasNoRoomWhileTheOutboxHasNone) {
  const auto output = make();
  intake.set_full(true);
  EXPECT_FALSE(ends(output->room()));
  EXPECT_TRUE(ends(output->drained())) << "nothing waits here";
  intake.set_full(false);
  settle();
  EXPECT_TRUE(*waiting[0]);
}

TEST_F(TargetOutput, TakesOverARunWithItsLinesAndItsPlace) {
  rules = {{}, {.pulses_per_second = 1, .combine = false}};
  const auto old = make();
  old->save("id", "state");
  old->emit(emitter_names::run, {"{}"});
  old->line(line("one", 1), "id");
  old->line(line("{\"two\":2}", 2), "id");
  settle();
  EXPECT_THAT(told(), ElementsAre("run {}", "> one"));
  const auto next = make("container/watch");
  next->adopt(*old, "id");
  next->continue_run(*old, "id");
  settle();
  EXPECT_TRUE(ends(old->drained()));
  EXPECT_EQ(next->last_json(), json::text{"{\"two\":2}"});
  EXPECT_EQ(intake.database.containers.at("id").path, "container/watch");
  until([&] { return told().size() == 3; });
  EXPECT_EQ(intake.database.records.back().emitter.value, "svc:container/watch:output");
  EXPECT_EQ(intake.database.records.back().seq, 1U) << "of that emitter";
  EXPECT_EQ(intake.database.containers.at("id"),
            (outbox::saved_container{"id", "container/watch", cursor_of(2), "state"}));
  EXPECT_EQ(intake.held(), 0U);
}

TEST_F(TargetOutput, LetsOneAtATimeTellARun) {
  const auto output = make();
  EXPECT_TRUE(ends(output->take_turn()));
  EXPECT_FALSE(ends(output->take_turn()));
  output->give_turn();
  settle();
  EXPECT_TRUE(*waiting[1]);
}

TEST_F(TargetOutput, LetsThemTellInTheOrderInWhichTheyCame) {
  const auto output = make();
  EXPECT_TRUE(ends(output->take_turn()));
  EXPECT_FALSE(ends(output->take_turn()));
  output->give_turn();
  EXPECT_FALSE(ends(output->take_turn())) << "another was there before";
  EXPECT_TRUE(*waiting[1]);
  output->give_turn();
  settle();
  EXPECT_TRUE(*waiting[2]);
}

// Its target was forgotten.
TEST_F(TargetOutput, HoldsNothingWhenItIsGone) {
  rules = {{}, {.pulses_per_second = 1, .combine = false}};
  auto output = make();
  output->line(line("one"), "id");
  output->line(line("two"), "id");
  settle();
  EXPECT_GT(intake.held(), 0U);
  output.reset();
  settle();
  EXPECT_EQ(intake.held(), 0U);
}

}  // namespace
}  // namespace gantry::fleet
