// Which inputs are open, on an engine in memory.
#include "executor/fleet/input_lines.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "tests/executor/fleet/fake_engine.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class InputLines : public testing::Test {
 protected:
  ~InputLines() override {
    tasks.cancel();
    run();
  }

  input_owner make(bool once = false) {
    const std::string id = engine.make("c" + std::to_string(++made));
    engine.start_container(id);
    return {id, engine.details(id).started_at, once};
  }
  void end(const input_owner& which) {
    engine.die(which.id, 0);
    inputs.run_ended(which.id, engine.details(which.id).finished_at);
  }
  void run() {
    io.restart();
    io.poll();
  }
  // "" while it is under way, "ok", or why not.
  std::shared_ptr<std::string> begin_to_write(const input_owner& to) {
    auto out = std::make_shared<std::string>();
    boost::asio::co_spawn(io, write(to, out), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
    run();
    return out;
  }
  std::string write(const input_owner& to) { return *begin_to_write(to); }
  [[nodiscard]] bool is_open(const input_owner& which) const {
    return engine.open_inputs.contains(which.id);
  }

  test::virtual_clock clock;
  boost::asio::io_context io{1};
  fake_engine engine{io.get_executor()};
  net::task_group tasks{io.get_executor()};
  input_lines inputs{engine, tasks};
  int made = 0;

 private:
  net::awaitable<void> write(input_owner to, std::shared_ptr<std::string> out) {
    const auto written = co_await inputs.write(std::move(to), "line\n");
    *out = written ? "ok" : written.error().message;
  }
};

TEST_F(InputLines, AnInputIsOpenedOnceInARun) {
  input_owner one = make();
  EXPECT_EQ(write(one), "ok");
  EXPECT_EQ(write(one), "ok");
  EXPECT_EQ(engine.count("attach c1"), 1);
  EXPECT_EQ(engine.inputs[one.id], "line\nline\n");
  end(one);
  engine.start_container(one.id);
  one.run = engine.details(one.id).started_at;
  EXPECT_EQ(write(one), "ok");
  EXPECT_EQ(engine.count("attach c1"), 2);
}

TEST_F(InputLines, AnInputEndsWithItsRunAndNotWithAnEarlierOne) {
  const input_owner one = make(true);
  EXPECT_EQ(write(one), "ok");
  inputs.run_ended(one.id, one.run - 1);  // told late
  EXPECT_TRUE(is_open(one));
  end(one);
  EXPECT_FALSE(is_open(one));
}

TEST_F(InputLines, ManyShortContainersLeaveNothingOpen) {
  for (std::size_t each = 0; each <= input_lines::open_max; ++each) {
    const input_owner one = make(true);
    EXPECT_EQ(write(one), "ok");
    end(one);
  }
  EXPECT_TRUE(engine.open_inputs.empty());
}

TEST_F(InputLines, ABurstOpensNoMoreThanTheLimit) {
  engine.hold("attach");
  for (std::size_t each = 0; each < input_lines::open_max; ++each) {
    EXPECT_EQ(*begin_to_write(make()), "");
  }
  EXPECT_THAT(write(make()), HasSubstr("the inputs of 16 containers are open"));
  engine.release("attach");
  run();
  EXPECT_EQ(engine.open_inputs.size(), input_lines::open_max);
}

TEST_F(InputLines, TheLongestUnusedMakesRoom) {
  const input_owner once = make(true);
  const input_owner first = make();
  EXPECT_EQ(write(once), "ok");
  EXPECT_EQ(write(first), "ok");
  for (std::size_t each = 2; each < input_lines::open_max; ++each) {
    clock.pass(1s, io);
    EXPECT_EQ(write(make()), "ok");
  }
  EXPECT_EQ(write(make()), "ok");
  EXPECT_FALSE(is_open(first));
  EXPECT_TRUE(is_open(once));
}

TEST_F(InputLines, NoProgramIsEndedForAnother) {
  for (std::size_t each = 0; each < input_lines::open_max; ++each) {
    EXPECT_EQ(write(make(true)), "ok");
  }
  EXPECT_THAT(write(make()), HasSubstr("stop one of these containers"));
  EXPECT_EQ(engine.open_inputs.size(), input_lines::open_max);
}

TEST_F(InputLines, OnlyWhatDoesNotEndAProgramIsClosedAsIdle) {
  const input_owner once = make(true);
  const input_owner other = make();
  EXPECT_EQ(write(once), "ok");
  EXPECT_EQ(write(other), "ok");
  for (int minute = 0; minute <= 11; ++minute) {
    clock.pass(1min, io);
    run();
  }
  EXPECT_TRUE(is_open(once));
  EXPECT_FALSE(is_open(other));
  EXPECT_EQ(write(other), "ok");
}

TEST_F(InputLines, ARunThatEndsWhileItsInputIsOpenedGetsNoLine) {
  engine.hold("attach");
  const input_owner one = make();
  const auto outcome = begin_to_write(one);
  end(one);
  engine.release("attach");
  run();
  EXPECT_EQ(*outcome, "the container ended meanwhile");
  EXPECT_FALSE(is_open(one));
}

}  // namespace
}  // namespace gantry::fleet
