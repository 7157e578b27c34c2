#include "executor/fleet/action_lanes.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>

namespace gantry::fleet {
namespace {

using testing::ElementsAre;

class ActionLanes : public testing::Test {
 protected:
  // An action that waits to be let go.
  action_lanes::action waiting(std::string name) {
    return [this, name] { return wait(name); };
  }
  net::awaitable<void> wait(std::string name) {
    begun.push_back(name);
    while (!let_go) co_await signal.wait();
    ended.push_back(name);
  }
  void run() {
    io.restart();
    io.poll();
  }
  void let_all_go() {
    let_go = true;
    signal.notify();
    run();
  }

  boost::asio::io_context io{1};
  net::signal signal{io.get_executor()};
  net::task_group tasks{io.get_executor()};
  action_lanes lanes{tasks};
  bool let_go = false;
  std::vector<std::string> begun;
  std::vector<std::string> ended;
};

TEST_F(ActionLanes, RunsOneLaneInOrderAndLanesSideBySide) {
  for (const char* name : {"a1", "b1", "a2", "a3"}) {
    EXPECT_TRUE(lanes.enter(std::string(1, name[0]), waiting(name)));
  }
  run();
  EXPECT_THAT(begun, ElementsAre("a1", "b1"));
  let_all_go();
  EXPECT_THAT(ended, ElementsAre("a1", "a2", "a3", "b1"));
  EXPECT_TRUE(lanes.enter("a", waiting("a4")));
  run();
  EXPECT_EQ(ended.back(), "a4");
}

TEST_F(ActionLanes, RefusesWhatIsTooMuch) {
  EXPECT_TRUE(lanes.enter("a", waiting("first")));
  run();
  for (std::size_t each = 0; each < action_lanes::waiting_max; ++each) {
    EXPECT_TRUE(lanes.enter("a", waiting("next")));
  }
  EXPECT_FALSE(lanes.enter("a", waiting("too many")));
  EXPECT_TRUE(lanes.enter("b", waiting("other")));
  let_all_go();
  EXPECT_EQ(ended.size(), action_lanes::waiting_max + 2);
}

TEST_F(ActionLanes, TakesAnActionFromWithinAnother) {
  EXPECT_TRUE(lanes.enter("a", [this]() -> net::awaitable<void> {
    EXPECT_TRUE(lanes.enter("a", waiting("second")));
    return wait("first");
  }));
  let_all_go();
  EXPECT_THAT(ended, ElementsAre("first", "second"));
}

TEST_F(ActionLanes, EndsWithItsTasks) {
  EXPECT_TRUE(lanes.enter("a", waiting("first")));
  EXPECT_TRUE(lanes.enter("a", waiting("second")));
  run();
  tasks.cancel();
  run();
  EXPECT_THAT(begun, ElementsAre("first"));
  EXPECT_TRUE(io.stopped());
}

}  // namespace
}  // namespace gantry::fleet
