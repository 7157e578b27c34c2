// Lives of gantry, killed at random moments, while containers do what they like: all that they
// print and do is told, once and in order, under its own run.
#include <gtest/gtest.h>

#include <set>

#include "myko/net/clock.hpp"
#include "tests/executor/fleet/restart_truth.hpp"
#include "tests/executor/fleet/stage.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> names{"clock", "watch", "bell"};

class play {
 public:
  explicit play(std::uint64_t seed) : dice_(seed) {
    stage_.engine.chunk_bytes = dice_.one_in(3) ? 1 + dice_.upto(80) : 4'096;
    stage_.engine.lossy_follow = dice_.one_in(4);
    stage_.engine.endless_follow = !stage_.engine.lossy_follow && dice_.one_in(4);
    if (dice_.one_in(4)) live_without_gantry();
  }

  void act() {
    begin_life();
    const std::size_t scenes = 10 + dice_.upto(50);
    for (std::size_t scene = 0; scene < scenes; ++scene) {
      if (dice_.one_in(8)) {
        end_life();
        live_without_gantry();
        begin_life();
      } else if (dice_.one_in(5)) {
        disturb();
      } else {
        live();
      }
      go_on();
    }
  }

  // All trouble is over, and then gantry tells the truth.
  void end() {
    note("END");
    stage_.outbox.release_commits();
    if (is_away_) return_engine();
    for (int round = 0; round < 400 && !truth_.fault().empty(); ++round) pass(25ms);
    const auto story = story_;
    for (int round = 0; round < 6; ++round) pass(1s);
    ASSERT_EQ(truth_.fault(), "") << "what happened:" << story;
    EXPECT_EQ(stage_.outbox.held(), 0U);
    expect_true_catalogue();
  }

 private:
  // ---- The world ----------------------------------------------------------------------------

  void live_without_gantry() {
    for (std::size_t acts = dice_.upto(6); acts > 0; --acts) live();
  }

  void live() {
    clock_.pass(std::chrono::milliseconds(10 + dice_.upto(dice_.one_in(5) ? 2'000 : 40)),
                stage_.io);
    stage_.engine.set_clock(net::now().wall);
    const int number = any();
    if (number == 0) return make();
    true_container& one = truth_.containers.at(number);
    switch (dice_.upto(9)) {
      case 0:
        return make();
      case 1:
        return one.runs ? die(one) : start(number);
      case 2:
        if (one.runs) die(one);
        return start(number);
      case 3:
        return rename(one);
      case 4:
        return remove(one);
      default:
        if (!one.runs) start(number);
        for (std::size_t lines = 1 + dice_.upto(4); lines > 0; --lines) print(number);
    }
  }

  // One that is there; 0: there is none.
  int any() {
    std::vector<int> there;
    for (const auto& [number, one] : truth_.containers) {
      if (!one.removed) there.push_back(number);
    }
    return there.empty() ? 0 : there[dice_.upto(there.size() - 1)];
  }

  // Empty: all are taken.
  std::string free_name() {
    const std::size_t first = dice_.upto(names.size() - 1);
    for (std::size_t at = 0; at < names.size(); ++at) {
      const std::string& name = names[(first + at) % names.size()];
      bool taken = false;
      for (const auto& [number, one] : truth_.containers) {
        taken = taken || (!one.removed && one.name == name);
      }
      if (!taken) return name;
    }
    return "";
  }

  void make() {
    const std::string name = free_name();
    if (name.empty()) return;
    const int number = ++last_;
    note("make " + std::to_string(number) + " " + name);
    truth_.containers[number].id = stage_.engine.make(name);
    truth_.containers[number].name = name;
    if (!dice_.one_in(4)) start(number);
  }

  void start(int number) {
    true_container& one = truth_.containers.at(number);
    note("start " + std::to_string(number));
    stage_.engine.start_container(one.id);
    one.runs = true;
    one.happened.push_back("run " + std::to_string(++one.run));
    const auto time = stage_.engine.details(one.id).started_at;
    truth_.began(number, time, time + 1'000'000);
  }

  void print(int number) {
    true_container& one = truth_.containers.at(number);
    const bool error = dice_.one_in(6);
    const std::string name = std::to_string(number);
    const std::string line = name + " line " + std::to_string(++one.lines) + " of " + name;
    note("print " + line);
    if (dice_.one_in(8)) {  // in parts
      stage_.engine.print(one.id, line.substr(0, 3), stream_of(error));
      stage_.engine.print(one.id, line.substr(3) + "\n", stream_of(error));
    } else {
      stage_.engine.print(one.id, line + "\n", stream_of(error));
    }
    one.happened.push_back((error ? "! " : "> ") + line);
  }

  static engine::stream_kind stream_of(bool error) {
    return error ? engine::stream_kind::stderr_stream : engine::stream_kind::stdout_stream;
  }

  void die(true_container& one) {
    one.runs = false;
    note("die " + one.id.substr(60));
    if (dice_.one_in(2)) {
      stage_.engine.stop_container(one.id);
      one.happened.emplace_back("stop 143");
    } else {
      const int code = static_cast<int>(dice_.upto(3));
      stage_.engine.die(one.id, code);
      one.happened.push_back("finish " + std::to_string(code));
    }
  }

  // Not to a name that another had: a run that waits there for its turn would have to wait for the
  // end of this one.
  void rename(true_container& one) {
    const std::string name = "renamed-" + std::to_string(++renamings_);
    note("rename " + one.id.substr(60) + " " + name);
    stage_.engine.rename(one.id, name);
    one.name = name;
  }

  void remove(true_container& one) {
    if (one.runs) die(one);
    note("destroy " + one.id.substr(60));
    stage_.engine.destroy(one.id);
    one.removed = true;
    one.removed_unseen = !one.known || (is_away_ && lives_);
    if (dice_.one_in(2)) make();
  }

  // ---- Gantry -------------------------------------------------------------------------------

  void begin_life() {
    note("LAUNCH");
    lives_ = true;
    stage_.launch();
  }

  void end_life() {
    note("KILL");
    lives_ = false;
    stage_.crash();
    if (dice_.one_in(2)) stage_.outbox.release_commits();
  }

  void disturb() {
    switch (dice_.upto(4)) {
      case 0:
        if (is_away_) return return_engine();
        is_away_ = true;
        note("engine away");
        return stage_.engine.go_away();
      case 1:
        note("cut logs");
        return stage_.engine.cut_logs();
      case 2:
        note("break logs");
        return stage_.engine.break_logs();
      case 3:
        note("hold commits");
        return stage_.outbox.hold_commits();
      default:
        note("release commits");
        return stage_.outbox.release_commits();
    }
  }

  void return_engine() {
    is_away_ = false;
    note("engine back");
    stage_.engine.come_back();
  }

  // Not far, far enough, or until there is nothing more to do.
  void go_on() {
    switch (dice_.upto(2)) {
      case 0:
        note("some steps");
        stage_.io.restart();
        for (std::size_t steps = dice_.upto(60); steps > 0; --steps) stage_.io.poll_one();
        truth_.observe(stage_.outbox);
        return;
      case 1:
        return pass(0ms);
      default:
        return pass(std::chrono::milliseconds(dice_.upto(100)));
    }
  }

  void pass(std::chrono::milliseconds time) {
    note("pass " + std::to_string(time.count()));
    clock_.pass(time, stage_.io);
    stage_.io.restart();
    stage_.io.poll();
    truth_.observe(stage_.outbox);
  }

  void expect_true_catalogue() {
    std::set<std::string> there;
    for (const auto& [number, one] : truth_.containers) {
      if (one.removed) continue;
      const std::string path = "container/" + one.name;
      there.insert(path);
      EXPECT_TRUE(stage_.is_online(path)) << path;
      EXPECT_EQ(stage_.state(path), one.runs      ? "running"
                                    : one.run > 0 ? "exited"
                                                  : "created")
          << path;
      EXPECT_TRUE(stage_.outbox.database.containers.contains(one.id)) << path;
    }
    EXPECT_EQ(stage_.outbox.database.containers.size(), there.size());
    for (const auto& [id, target] : stage_.core.published.targets) {
      const std::string path = id.value.substr(4);
      if (!path.starts_with("container/") || there.contains(path)) continue;
      EXPECT_FALSE(stage_.is_online(path)) << path;
      EXPECT_EQ(stage_.state(path), "gone") << path;
    }
  }

  void note(const std::string& what) { story_ += "\n  " + what; }

  test::virtual_clock clock_;
  stage stage_;
  test::dice dice_;
  restart_truth truth_;
  std::string story_;
  int last_ = 0;
  int renamings_ = 0;
  bool lives_ = false;
  bool is_away_ = false;
};

TEST(ResumeProperty, AllIsToldOnceAndInOrderWhenGantryIsKilledAtRandomMoments) {
  for (const std::uint64_t seed : test::seeds(60)) {
    SCOPED_TRACE(test::seed_text(seed));
    play play(seed);
    play.act();
    play.end();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::fleet
