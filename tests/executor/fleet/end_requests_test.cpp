#include "executor/fleet/end_requests.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

TEST(EndRequests, OneThatIsRefusedIsInVain) {
  end_requests requests;
  requests.asked("a");
  EXPECT_TRUE(requests.answered("a", true));
  requests.asked("a");
  EXPECT_FALSE(requests.answered("a", false));
  requests.asked("a");
  EXPECT_TRUE(requests.answered("a", true)) << "the former ones are over";
}

TEST(EndRequests, OneThatIsTakenCountsForAllThatAreUnderWayTogether) {
  end_requests requests;
  requests.asked("a");  // a stop
  requests.asked("a");  // a kill passes it
  requests.asked("b");
  EXPECT_FALSE(requests.answered("a", false));
  EXPECT_FALSE(requests.answered("a", true)) << "it is stopped already";
  EXPECT_TRUE(requests.answered("b", true));
}

TEST(EndRequests, NoneIsInVainWhileAnotherIsUnderWay) {
  end_requests requests;
  requests.asked("a");
  requests.asked("a");
  EXPECT_FALSE(requests.answered("a", true));
  EXPECT_TRUE(requests.answered("a", true));
}

}  // namespace
}  // namespace gantry::fleet
