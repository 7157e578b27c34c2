#include "myko/client/event_trial.hpp"

#include <gtest/gtest.h>

#include "myko/error.hpp"
#include "myko/write.hpp"

namespace gantry::myko {
namespace {

using namespace std::chrono_literals;

const std::string our_event = write(event{.item_type = "Instance", .item = {"{}"}});
const std::string our_ping = write(ping{{R"({"id":"gantry-1","timestamp":1})"}});
const failure closed{errc::closed_by_server, "the server closed the connection"};
const failure lost{errc::connection_lost, "the connection was lost"};

class EventTrial : public testing::Test {
 protected:
  event_trial::time_point at(std::chrono::milliseconds time) const { return begin_ + time; }

  event_trial::time_point begin_{1h};
  event_trial trial_;
};

TEST_F(EventTrial, AServerThatClosesAtTheFirstEventTakesNone) {
  trial_.wrote(our_event, at(0ms));
  EXPECT_TRUE(trial_.refused_events(closed, at(999ms)));
  EXPECT_TRUE(trial_.refused_events(lost, at(0ms)));
  EXPECT_FALSE(trial_.refused_events(closed, at(1s)));
}

TEST_F(EventTrial, TheFirstEventCounts) {
  trial_.wrote(our_event, at(0ms));
  trial_.wrote(our_event, at(900ms));
  EXPECT_EQ(trial_.stands_at(), at(1s));
  EXPECT_FALSE(trial_.refused_events(closed, at(1'100ms)));
}

TEST_F(EventTrial, WhatClosesBeforeAnyEventIsNotJudged) {
  trial_.wrote(our_ping, at(0ms));
  EXPECT_EQ(trial_.stands_at(), std::nullopt);
  EXPECT_FALSE(trial_.refused_events(closed, at(1ms)));
}

TEST_F(EventTrial, OurOwnReasonsToEndAreNotTheServers) {
  trial_.wrote(our_event, at(0ms));
  EXPECT_FALSE(trial_.refused_events({errc::silent, "silent"}, at(1ms)));
  const auto empty_frames = make_error_code(boost::system::errc::protocol_error);
  EXPECT_FALSE(trial_.refused_events({empty_frames, "nothing but empty frames"}, at(1ms)));
}

TEST_F(EventTrial, WhoeverSaysMoreTakesEvents) {
  for (const std::string& said : {our_ping, std::string("Error parsing message"),
                                  std::string(R"({"event":"ws:m:new","data":{}})")}) {
    event_trial trial;
    trial.wrote(our_event, at(0ms));
    trial.read(said);
    EXPECT_FALSE(trial.refused_events(closed, at(1ms))) << said;
  }
}

// A gateway that may be read answers queries, and greets; what it said before any event counts
// for nothing.
TEST_F(EventTrial, AnswersToQueriesAndAGreetingAreNotMore) {
  trial_.read(our_ping);
  trial_.wrote(our_event, at(0ms));
  trial_.read(write(query_response{.tx = "t", .sequence = 0}));
  trial_.read(write(query_error{.tx = "t", .message = "no"}));
  trial_.read(R"({"event":"ws:m:command","data":{"commandId":"SetClientId",)"
              R"("command":{"tx":"t","clientId":"c"}}})");
  EXPECT_TRUE(trial_.refused_events(closed, at(1ms)));
}

}  // namespace
}  // namespace gantry::myko
