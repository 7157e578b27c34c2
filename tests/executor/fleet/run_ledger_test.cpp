#include "executor/fleet/run_ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using engine::container_details;
using engine::container_state;
using engine::timestamp;

constexpr timestamp second = 1'000'000'000;

engine::event event(const std::string& action, timestamp time,
                    std::map<std::string, std::string> attributes = {}) {
  return {"container", action, "id", std::move(attributes), time};
}

engine::event died(timestamp time, int code) {
  return event("die", time, {{"exitCode", std::to_string(code)}});
}

engine::event killed(timestamp time, int signal) {
  return event("kill", time, {{"signal", std::to_string(signal)}});
}

container_details running(timestamp started, timestamp finished_before = 0) {
  container_details out;
  out.summary.state = container_state::running;
  out.started_at = started;
  out.finished_at = finished_before;
  return out;
}

container_details exited(timestamp started, timestamp finished, int code) {
  container_details out;
  out.summary.state = container_state::exited;
  out.started_at = started;
  out.finished_at = finished;
  out.exit_code = code;
  return out;
}

run_ledger fresh() { return run_ledger(acquaintance::made_since); }

// The next run to tell, which has ended; told.
run next(run_ledger& ledger) {
  EXPECT_NE(ledger.current(), nullptr);
  if (ledger.current() == nullptr) return {};
  run out = *ledger.current();
  EXPECT_TRUE(out.end);
  ledger.told();
  return out;
}

TEST(RunLedger, NumbersTheRunsThatItKnows) {
  run_ledger ledger = fresh();
  for (std::int64_t number = 1; number <= 3; ++number) {
    ledger.happened(event("start", number * 10 * second));
    ledger.happened(died(number * 10 * second + 1, 0));
    EXPECT_EQ(next(ledger).number, number);
  }
  run_ledger later(ledger.state());
  later.inspected(running(50 * second));
  EXPECT_EQ(later.current()->number, 4);
}

TEST(RunLedger, TellsOneStartOfEach) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", second));
  ledger.begin_told();
  ledger.inspected(running(second - 1'600'000));
  EXPECT_EQ(ledger.current()->started_at, second - 1'600'000);
  EXPECT_EQ(ledger.current()->start_to_tell(), second);
}

TEST(RunLedger, TellsARunFromItsEvents) {
  run_ledger ledger = fresh();
  EXPECT_EQ(ledger.current(), nullptr);
  ledger.happened(event("start", 100));
  ASSERT_NE(ledger.current(), nullptr);
  EXPECT_EQ(ledger.current()->noticed_at, 100);
  EXPECT_FALSE(ledger.current()->end);
  ledger.happened(died(200, 3));
  const run told = next(ledger);
  EXPECT_EQ(told.end->exit_code, 3);
  EXPECT_EQ(told.end->time, 200);
  EXPECT_FALSE(told.asked_to_stop());
  EXPECT_FALSE(told.began_before_us);
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, TellsARunFromInspectionsAlone) {
  run_ledger ledger = fresh();
  ledger.inspected(running(100));
  ASSERT_NE(ledger.current(), nullptr);
  EXPECT_EQ(ledger.current()->started_at, 100);
  ledger.inspected(running(100));
  auto end = exited(100, 200, 3);
  end.oom_killed = true;
  end.error = "no disk";
  ledger.inspected(end);
  ledger.inspected(end);
  const run told = next(ledger);
  EXPECT_EQ(told.end->exit_code, 3);
  EXPECT_EQ(told.end->time, 200);
  EXPECT_TRUE(told.oom_killed);
  EXPECT_EQ(told.error, "no disk");
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, TakesARestartingContainerForAnEndedOne) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  auto details = exited(99, 200, 1);
  details.summary.state = container_state::restarting;
  ledger.inspected(details);
  EXPECT_EQ(next(ledger).end->exit_code, 1);
}

TEST(RunLedger, IsNotToldOfARunThatAContainerHasNotHad) {
  run_ledger ledger = fresh();
  container_details created;
  ledger.inspected(created);
  EXPECT_EQ(ledger.current(), nullptr);
  // A start that failed.
  ledger.happened(died(50, 127));
  created.exit_code = 127;
  created.error = "exec: no such file";
  ledger.inspected(created);
  EXPECT_EQ(ledger.current(), nullptr);
  ledger.removed();
  EXPECT_EQ(ledger.current(), nullptr);
}

// An inspection of the time before the start comes after the event.
TEST(RunLedger, EndsNoRunForAnInspectionFromBeforeItsStart) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  ledger.inspected(container_details{});
  EXPECT_FALSE(ledger.current()->end);
  ledger.happened(died(200, 3));
  EXPECT_EQ(next(ledger).end->exit_code, 3);
}

// It started and ended before it could be inspected.
TEST(RunLedger, TellsAShortRunOnce) {
  for (const bool told_before : {false, true}) {
    run_ledger ledger = fresh();
    ledger.happened(event("start", 100));
    ledger.happened(died(105, 3));
    if (told_before) next(ledger);
    ledger.inspected(exited(99, 103, 3));
    if (!told_before) {
      EXPECT_EQ(next(ledger).started_at, 99);
    }
    EXPECT_EQ(ledger.current(), nullptr);
  }
}

// A process can be over before the engine has noted its start.
TEST(RunLedger, KnowsTheStartOfARunThatAnInspectionToldOf) {
  for (const timestamp finished : {98, 99, 101}) {
    run_ledger ledger = fresh();
    ledger.inspected(exited(99, finished, 3));
    ledger.happened(event("start", 100));
    ledger.happened(died(105, 3));
    const run told = next(ledger);
    EXPECT_EQ(told.end->exit_code, 3);
    EXPECT_EQ(told.end->time, 105) << "what was printed last is stamped before it";
    EXPECT_EQ(ledger.current(), nullptr) << finished;
  }
}

TEST(RunLedger, IsNotMisledByInspectionsOfTheRunBefore) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  ledger.happened(died(200, 1));
  ledger.happened(event("start", 300));
  ledger.inspected(running(99));
  ledger.inspected(exited(99, 199, 1));
  ledger.inspected(running(299));
  ledger.inspected(running(99));
  ledger.inspected(exited(99, 199, 1));
  next(ledger);
  ASSERT_NE(ledger.current(), nullptr);
  EXPECT_EQ(ledger.current()->started_at, 299);
  EXPECT_FALSE(ledger.current()->end);
  ledger.happened(died(400, 2));
  EXPECT_EQ(next(ledger).end->exit_code, 2);
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, EndsARunWhoseEndNobodySaw) {
  run_ledger ledger = fresh();
  ledger.inspected(running(100));
  ledger.inspected(running(300));
  const run told = next(ledger);
  EXPECT_FALSE(told.end->exit_code);
  EXPECT_EQ(told.end->time, 299);
  EXPECT_EQ(ledger.current()->started_at, 300);
}

// The die between them was missed, and the inspection comes when the second run is there.
TEST(RunLedger, TellsTwoStartsAsTwoRuns) {
  for (const bool die_comes_late : {false, true}) {
    run_ledger ledger = fresh();
    ledger.happened(event("start", 10 * second));
    ledger.happened(event("start", 20 * second));
    if (die_comes_late) ledger.happened(died(15 * second, 3));
    ledger.inspected(running(20 * second - 1'000'000, 15 * second));
    const run first = next(ledger);
    EXPECT_EQ(first.end->time, die_comes_late ? 15 * second : 20 * second - 1);
    EXPECT_EQ(first.end->exit_code, die_comes_late ? std::optional(3) : std::nullopt);
    ASSERT_NE(ledger.current(), nullptr);
    EXPECT_EQ(ledger.current()->started_at, 20 * second - 1'000'000);
    EXPECT_FALSE(ledger.current()->end);
  }
}

// Both the end of the first and the start of the second were missed.
TEST(RunLedger, TakesNoEndOfALaterRunForThatOfAnEarlier) {
  run_ledger ledger = fresh();
  ledger.inspected(exited(100, 200, 1));
  ledger.happened(died(400, 2));
  ledger.inspected(exited(300, 399, 2));
  const run first = next(ledger);
  EXPECT_EQ(first.end->exit_code, 1);
  EXPECT_LT(first.end->time, 300);
  EXPECT_EQ(next(ledger).end->exit_code, 2);
}

// The inspection overtakes the events.
TEST(RunLedger, FillsInTheEndThatComesLate) {
  run_ledger ledger = fresh();
  ledger.inspected(running(100));
  ledger.inspected(running(300));
  ledger.happened(killed(190, 15));
  ledger.happened(died(200, 7));
  ledger.happened(event("start", 301));
  const run told = next(ledger);
  EXPECT_EQ(told.end->exit_code, 7);
  EXPECT_EQ(told.end->time, 200);
  EXPECT_TRUE(told.asked_to_stop());
  EXPECT_FALSE(ledger.current()->asked_to_stop());
  ledger.happened(died(400, 0));
  next(ledger);
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, TakesEventsThatComeAgainForWhatTheyAre) {
  run_ledger ledger = fresh();
  for (int time = 0; time < 2; ++time) ledger.happened(event("start", 100));
  for (int time = 0; time < 2; ++time) ledger.happened(died(200, 3));
  next(ledger);
  ledger.happened(event("start", 100));
  ledger.happened(died(200, 3));
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, KnowsAnEndThatWasAskedFor) {
  struct ask {
    std::string name;
    std::string stop_signal;
    int signal;
    bool is_one;
  };
  for (const ask& each :
       {ask{"term", "", 15, true}, ask{"kill", "", 9, true}, ask{"hangup", "", 1, false},
        ask{"user", "", 10, false}, ask{"quit, configured", "SIGQUIT", 3, true},
        ask{"quit, configured short", "QUIT", 3, true},
        ask{"quit, configured as a number", "3", 3, true}, ask{"real time", "SIGRTMIN+3", 37, true},
        ask{"term, with another configured", "SIGQUIT", 15, true}}) {
    run_ledger ledger = fresh();
    auto details = running(100);
    details.stop_signal = each.stop_signal;
    ledger.inspected(details);
    ledger.happened(killed(150, each.signal));
    ledger.happened(died(200, 0));
    EXPECT_EQ(next(ledger).asked_to_stop(), each.is_one) << each.name;
  }
}

TEST(RunLedger, KnowsAStopWhateverTheOrder) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  ledger.happened(event("stop", 190));  // Podman
  ledger.happened(died(200, 0));
  EXPECT_TRUE(next(ledger).asked_to_stop());
  ledger.happened(event("start", 300));
  ledger.happened(died(400, 0));
  ledger.happened(event("stop", 401));  // Docker
  EXPECT_TRUE(next(ledger).asked_to_stop());
  ledger.happened(event("start", 500));
  ledger.inspected(exited(499, 600, 0));
  ledger.happened(killed(590, 15));  // overtaken by the inspection
  EXPECT_TRUE(next(ledger).asked_to_stop());
  ledger.happened(event("start", 700));
  ledger.happened(event("stop", 401));  // again: not of this run
  EXPECT_FALSE(ledger.current()->asked_to_stop());
  ledger.inspected(exited(699, 800, 137));
  ledger.happened(killed(800 + 2 * second, 9));  // of a later run, whose start was not heard
  EXPECT_FALSE(ledger.current()->asked_to_stop());
  ledger.happened(killed(805, 9));  // so late Podman stamps it, before the die event
  EXPECT_TRUE(ledger.current()->asked_to_stop());
  ledger.happened(died(810, 137));
  EXPECT_TRUE(next(ledger).asked_to_stop());
  ledger.happened(event("start", 900));
  ledger.happened(died(950, 1));
  ledger.happened(killed(960, 9));  // of one that was over
  EXPECT_FALSE(next(ledger).asked_to_stop());
}

TEST(RunLedger, LacksTheDieEventOfARunThatOnlyAnInspectionEnded) {
  run_ledger ledger = fresh();
  EXPECT_FALSE(ledger.lacks_die_event());
  ledger.happened(event("start", 10 * second));
  EXPECT_FALSE(ledger.lacks_die_event());
  ledger.inspected(exited(10 * second, 12 * second, 137));
  EXPECT_TRUE(ledger.lacks_die_event());
  ledger.happened(killed(11 * second, 9));
  EXPECT_TRUE(ledger.lacks_die_event());
  ledger.happened(died(12 * second, 137));
  EXPECT_FALSE(ledger.lacks_die_event());
  EXPECT_TRUE(next(ledger).asked_to_stop());

  ledger.happened(event("start", 20 * second));
  ledger.inspected(running(25 * second));
  EXPECT_TRUE(ledger.lacks_die_event()) << "of the first of two";
  ledger.happened(died(23 * second, 5));
  EXPECT_FALSE(ledger.lacks_die_event());
  EXPECT_EQ(next(ledger).end->exit_code, 5);

  ledger.inspected(exited(25 * second, 27 * second, 143));
  ledger.happened(event("start", 30 * second));
  EXPECT_TRUE(ledger.lacks_die_event()) << "though its exit code is known";
  ledger.happened(died(27 * second, 143));
  EXPECT_FALSE(ledger.lacks_die_event());
}

TEST(RunLedger, TakesAnAskBackThatWasRefused) {
  run_ledger ledger = fresh();
  EXPECT_EQ(ledger.stop_asked(), 0);
  ledger.happened(event("start", 100));
  EXPECT_FALSE(ledger.current()->asked_to_stop());
  EXPECT_EQ(ledger.stop_asked(), 1);
  EXPECT_TRUE(ledger.current()->asked_to_stop());
  ledger.stop_refused(0);
  EXPECT_TRUE(ledger.current()->asked_to_stop());
  ledger.stop_refused(1);
  EXPECT_FALSE(ledger.current()->asked_to_stop());
  EXPECT_EQ(ledger.stop_asked(), 1);
  ledger.happened(killed(150, 15));
  ledger.stop_refused(1);
  EXPECT_TRUE(ledger.current()->asked_to_stop()) << "others asked, too";
  ledger.happened(died(200, 143));
  ledger.told();

  ledger.happened(event("start", 300));
  EXPECT_EQ(ledger.stop_asked(), 2);
  ledger.happened(died(310, 1));  // by itself, just before
  ledger.happened(event("start", 320));
  EXPECT_EQ(ledger.stop_asked(), 3);
  ledger.stop_refused(2);
  EXPECT_FALSE(next(ledger).asked_to_stop());
  EXPECT_TRUE(ledger.current()->asked_to_stop());
}

TEST(RunLedger, EndsWhatRunsWhenTheContainerIsGone) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  ledger.happened(event("destroy", 200));
  EXPECT_FALSE(ledger.current()->end->exit_code);
  ledger.happened(died(190, 5));  // a list told us first
  EXPECT_EQ(next(ledger).end->exit_code, 5);
}

TEST(RunLedger, CountsTheRunsThatFollowAnEndThatNobodyAskedFor) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  EXPECT_EQ(ledger.restarts(), 0);
  ledger.happened(died(200, 1));
  EXPECT_EQ(ledger.restarts(), 0) << "it has not begun again";
  ledger.happened(event("start", 300));  // the end of the run before is not told yet
  EXPECT_EQ(ledger.restarts(), 1);
  next(ledger);
  ledger.happened(died(400, 0));
  next(ledger);
  ledger.happened(event("start", 500));  // ... and here it is
  EXPECT_EQ(ledger.restarts(), 2);
  ledger.stop_asked();
  ledger.happened(died(600, 0));
  next(ledger);
  ledger.happened(event("start", 700));
  EXPECT_EQ(ledger.restarts(), 2);
  ledger.happened(event("start", 700));  // once more
  EXPECT_EQ(ledger.restarts(), 2);
}

TEST(RunLedger, DoesNotTellWhatWasBeforeUs) {
  run_ledger ledger(acquaintance::found_at_start);
  ledger.inspected(exited(100, 200, 3));
  EXPECT_EQ(ledger.current(), nullptr);
  EXPECT_EQ(ledger.history_until(), 200);
  ledger.happened(died(201, 3));
  EXPECT_EQ(ledger.current(), nullptr);
  ledger.happened(event("start", 300));
  ledger.inspected(running(299, 200));
  ledger.happened(died(400, 4));
  EXPECT_EQ(next(ledger).end->exit_code, 4);
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, TellsTheEndOfARunThatBeganBeforeUs) {
  run_ledger ledger(acquaintance::found_at_start);
  ledger.inspected(running(100, 50));
  EXPECT_TRUE(ledger.current()->began_before_us);
  EXPECT_EQ(ledger.history_until(), 50);
  ledger.happened(died(200, 4));
  next(ledger);
  ledger.happened(event("start", 300));
  EXPECT_FALSE(ledger.current()->began_before_us);
}

TEST(RunLedger, TellsTheBeginOfARunThatBeganAfterTheListThatSaidItDidNotRun) {
  run_ledger ledger(acquaintance::found_at_rest);
  ledger.inspected(running(100, 50));
  EXPECT_FALSE(ledger.current()->began_before_us);
  EXPECT_EQ(ledger.history_until(), 50);
  ledger.happened(event("start", 101));  // of the same run
  ledger.happened(died(200, 4));
  EXPECT_EQ(next(ledger).end->exit_code, 4);
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, TellsNoRunOfOneThatTheEngineHasReset) {
  run_ledger ledger(acquaintance::made_since);
  auto details = exited(100, 50, 0);
  details.summary.state = engine::container_state::created;
  ledger.inspected(details);
  EXPECT_EQ(ledger.current(), nullptr);
  ledger.happened(event("start", 300));
  EXPECT_NE(ledger.current(), nullptr);
}

// It was started between the first list and the first inspection.
TEST(RunLedger, TellsARunThatBeganJustWhenWeCame) {
  const timestamp noon = 1'000 * second;
  run_ledger ledger(acquaintance::found_at_start);
  ledger.happened(event("start", noon));
  ledger.inspected(running(noon - 1, noon - 100 * second));
  EXPECT_FALSE(ledger.current()->began_before_us);
  EXPECT_EQ(ledger.history_until(), noon - 100 * second);
}

TEST(RunLedger, LosesNoOutputOfARunThatWasOverWhenWeFirstLooked) {
  const timestamp noon = 1'000 * second;
  run_ledger ledger(acquaintance::found_at_start);
  ledger.happened(event("start", noon));
  ledger.happened(died(noon + 20, 3));
  ledger.inspected(exited(noon - 5, noon + 10, 3));
  EXPECT_LT(ledger.history_until(), noon - 5);
  EXPECT_EQ(next(ledger).end->exit_code, 3);
  EXPECT_EQ(ledger.current(), nullptr);
}

TEST(RunLedger, KnowsWhichRunALineIsOf) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  EXPECT_FALSE(ledger.is_later(150));
  ledger.happened(died(200, 0));
  EXPECT_FALSE(ledger.is_later(200));
  EXPECT_TRUE(ledger.is_later(250)) << "the log may be faster than the events";
  ledger.happened(event("start", 300));
  EXPECT_FALSE(ledger.is_later(200));
  EXPECT_TRUE(ledger.is_later(201));
  next(ledger);
  EXPECT_FALSE(ledger.is_later(301));
}

// An inspection tells of an end less exactly than an event: lines may be stamped a little later.
TEST(RunLedger, NeedsAnotherRunToKnowALineAsLaterWithoutADieEvent) {
  run_ledger ledger = fresh();
  ledger.happened(event("start", 100));
  ledger.inspected(exited(100, 200, 0));
  EXPECT_FALSE(ledger.is_later(201));
  ledger.happened(event("start", 300));
  EXPECT_TRUE(ledger.is_later(201));
}

TEST(RunLedger, KeepsABoundedNumberOfRuns) {
  run_ledger ledger = fresh();
  const std::size_t runs = run_ledger::runs_max + 10;
  for (std::size_t each = 1; each <= runs; ++each) {
    const auto time = static_cast<timestamp>(each * 100);
    ledger.happened(event("start", time));
    ledger.happened(died(time + 50, 0));
  }
  EXPECT_EQ(next(ledger).noticed_at, 100) << "the one that is being told";
  std::size_t left = 0;
  timestamp last = 0;
  while (ledger.current() != nullptr) {
    last = next(ledger).noticed_at;
    ++left;
  }
  EXPECT_EQ(left, run_ledger::runs_max - 1);
  EXPECT_EQ(last, static_cast<timestamp>(runs * 100));
}

// A container's true story, of which we are told by events in order, some of them twice, and by
// inspections, each of an earlier moment than that of the events around it or of the present one.
struct story {
  struct life {
    timestamp started, noticed, finished, died;
    int code;
    bool asked;
  };
  std::vector<life> lives;

  explicit story(test::dice& dice) {
    timestamp now = 5'000 * second;
    const auto pass = [&](std::size_t most) { return now += 1 + timestamp(dice.upto(most)); };
    for (std::size_t count = 1 + dice.upto(4); count > 0; --count) {
      life each{};
      each.started = pass(20 * second);
      each.noticed = pass(1'000'000);
      // Over before its start was noted, or later.
      each.finished =
          dice.one_in(4) ? each.noticed - 1 : pass(dice.one_in(2) ? 1'000 : 20 * second);
      each.died = pass(1'000'000);
      each.code = int(dice.upto(200));
      each.asked = dice.one_in(3);
      lives.push_back(each);
    }
  }

  // As it would be inspected at this moment.
  [[nodiscard]] container_details at(timestamp moment) const {
    container_details out;
    for (const life& each : lives) {
      if (each.started > moment) break;
      const timestamp finished_before = out.finished_at;
      out = each.died <= moment ? exited(each.started, each.finished, each.code)
                                : running(each.started, finished_before);
    }
    return out;
  }
};

TEST(RunLedgerProperty, TellsEachRunOnceWhateverIsKnownWhen) {
  for (const auto seed : test::seeds(5'000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const story truth(dice);
    const bool events_get_lost = dice.one_in(3);
    run_ledger ledger = fresh();
    std::vector<run> told;
    timestamp last_event = 0;
    const auto tell = [&] {
      while (ledger.current() != nullptr && ledger.current()->end) {
        told.push_back(*ledger.current());
        ledger.told();
      }
    };
    const auto look = [&](timestamp now) {
      // In flight since some moment, but not since before the last run but one.
      while (dice.one_in(2)) ledger.inspected(truth.at(now - timestamp(dice.upto(3 * second))));
      if (dice.one_in(2)) ledger.inspected(truth.at(now + timestamp(dice.upto(2'000))));
      if (dice.one_in(2)) tell();
    };
    const auto happen = [&](const engine::event& each) {
      look(each.time - 1);
      if (events_get_lost && dice.one_in(5)) return;
      last_event = each.time;
      do ledger.happened(each);
      while (dice.one_in(5));
      look(each.time);
    };
    for (const auto& each : truth.lives) {
      happen(event("start", each.noticed));
      if (each.asked) happen(killed(std::min(each.finished, each.died - 1), 15));
      happen(died(each.died, each.code));
      if (each.asked) happen(event("stop", each.died + 1));
      if (events_get_lost) ledger.inspected(truth.at(each.died + 2));  // nothing is lost for ever
    }
    ledger.inspected(truth.at(truth.lives.back().died + 10));
    tell();
    EXPECT_EQ(ledger.current(), nullptr);
    ASSERT_EQ(told.size(), truth.lives.size());
    for (std::size_t at = 0; at < told.size(); ++at) {
      const auto& life = truth.lives[at];
      const run& each = told[at];
      const auto code = each.end->exit_code;
      EXPECT_TRUE(each.started_at == 0 || each.started_at == life.started) << at;
      EXPECT_GE(each.end->time, life.started - 2) << at;
      EXPECT_TRUE(events_get_lost || each.end->time == life.died || each.end->time == life.finished)
          << at;
      EXPECT_TRUE(events_get_lost || code) << at;
      EXPECT_EQ(code.value_or(life.code), life.code) << at;
      // Just behind its end a kill of the next, whose start was lost, looks like one of this.
      const bool next_asked = at + 1 < told.size() && truth.lives[at + 1].asked;
      EXPECT_TRUE(life.asked || !each.asked_to_stop() || (events_get_lost && next_asked)) << at;
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::fleet
