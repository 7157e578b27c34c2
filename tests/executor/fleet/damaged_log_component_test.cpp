// A log that the engine cannot read to its end, as it is found after a loss of power (moby says
// "invalid character '\x00' looking for beginning of value" inside the stream, or breaks it off).
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/executor/fleet/stage.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class damaged_log_in_time : public testing::TestWithParam<bool> {
 protected:
  damaged_log_in_time() {
    play.config.link = {};
    play.engine.damaged_entries = {damage};
    play.engine.damage_cuts = GetParam();
    clock_id = play.engine.make("clock");
    play.launch();
    pass(2s);
  }
  ~damaged_log_in_time() override {
    for (int turn = 0; turn < 8; ++turn) {
      play.io.restart();
      play.io.poll();
    }
    play.cancel();
  }

  void pass(std::chrono::seconds time) { play.pass(clock, time); }
  void print(const std::string& text) { play.engine.print(clock_id, text + "\n"); }
  void print_around_damage() {
    play.engine.start_container(clock_id);
    print("one");
    pass(1s);
    play.engine.print(clock_id, damage);
    print("two");
  }
  [[nodiscard]] std::vector<std::string> told() const { return play.told(clock_path); }
  [[nodiscard]] auto said(const std::string& what) const {
    const auto has_it = [&](const std::string& each) { return each.find(what) != each.npos; };
    return std::ranges::count_if(play.log, has_it);
  }

  static constexpr const char* damage = "\xff damaged";
  test::virtual_clock clock;
  stage play;
  std::string clock_id;
};
INSTANTIATE_TEST_SUITE_P(WithTheConnectionOrNot, damaged_log_in_time, testing::Bool());

TEST_P(damaged_log_in_time, is_read_on_behind_the_entry_and_says_that_lines_are_missing) {
  print_around_damage();
  pass(15s);
  print("three");
  pass(1s);
  EXPECT_THAT(told(), ElementsAre("run", "> one", "[unreadable]", "> two", "> three"));
  EXPECT_EQ(said("an entry of its log cannot be read"), 1);
  EXPECT_LE(play.log.size(), 3U) << testing::PrintToString(play.log);

  // The entry is met again, and nothing is lost for it.
  play.engine.cut_logs();
  print("four");
  pass(5s);
  EXPECT_THAT(told(), ElementsAre("run", "> one", "[unreadable]", "> two", "> three", "> four"));
  EXPECT_EQ(said("an entry of its log cannot be read"), 1);
}

TEST_P(damaged_log_in_time, is_read_from_as_far_back_as_can_be_after_each_cut) {
  print_around_damage();
  pass(15s);
  play.engine.hold("logs");
  play.engine.break_logs();  // in a silence
  pass(1s);
  for (int line = 1; line <= 15; ++line) print(std::to_string(line));
  play.engine.release("logs");
  pass(15s);
  EXPECT_EQ(std::ranges::count(told(), "[unreadable]"), 1);
  EXPECT_EQ(told().size(), 19U);
}

TEST_P(damaged_log_in_time, does_not_keep_back_the_end_of_a_run_nor_the_next) {
  play.engine.start_container(clock_id);
  print("one");
  play.engine.print(clock_id, damage);
  print("two");
  play.engine.die(clock_id, 3);
  pass(15s);
  EXPECT_THAT(told(), ElementsAre("run", "> one", "[unreadable]", "> two", "finish 3"));
  play.engine.start_container(clock_id);
  print("three");
  pass(15s);
  EXPECT_EQ(told().back(), "> three");
}

TEST_P(damaged_log_in_time, is_passed_also_where_it_begins_with_the_entry) {
  play.engine.print(clock_id, damage);
  play.engine.start_container(clock_id);
  print("one");
  pass(15s);
  EXPECT_THAT(told(), ElementsAre("run", "[unreadable]", "> one"));
}

TEST_P(damaged_log_in_time, is_passed_by_a_later_gantry_as_well) {
  print_around_damage();
  play.crash();
  play.launch();
  pass(15s);
  print("three");
  pass(5s);
  EXPECT_THAT(told(), ElementsAre("run", "> one", "[unreadable]", "> two", "> three"));
}

// What is tried on the way behind the entry fails otherwise, for ever.
TEST_P(damaged_log_in_time, keeps_back_no_end_where_its_tail_cannot_be_opened) {
  play.engine.start_container(clock_id);
  print("one");
  play.engine.print(clock_id, damage);
  play.engine.damaged_tail_status = 500;
  play.engine.die(clock_id, 3);
  pass(60s);
  EXPECT_THAT(told(), ElementsAre("run", "> one", "finish 3"));
}

// As Podman does with a log that nobody keeps: it opens with the first read.
TEST_P(damaged_log_in_time, is_none_that_is_refused_when_it_is_read) {
  play.engine.read_status = 500;
  play.engine.start_container(clock_id);
  pass(60s);
  EXPECT_EQ(said("an entry of its log cannot be read"), 0);
  EXPECT_LT(play.engine.count("logs clock"), 100);
  play.engine.die(clock_id, 3);
  pass(60s);
  EXPECT_THAT(told(), ElementsAre("run", "finish 3"));
}

using stored_log = damaged_log_in_time;
INSTANTIATE_TEST_SUITE_P(Once, stored_log, testing::Values(false));

TEST_P(stored_log, of_which_only_the_head_comes_does_not_keep_back_the_end_for_ever) {
  play.engine.hang_stored_logs = true;
  play.engine.lossy_follow = true;
  play.engine.start_container(clock_id);
  pass(1s);
  play.engine.die(clock_id, 3);
  pass(2'400s);
  EXPECT_THAT(told(), ElementsAre("run", "finish 3"));
  EXPECT_EQ(said("took longer than 300000 ms"), 1);
}

}  // namespace
}  // namespace gantry::fleet
