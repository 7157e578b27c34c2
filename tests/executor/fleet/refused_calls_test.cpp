#include "executor/fleet/refused_calls.hpp"

#include <gmock/gmock.h>

namespace gantry::fleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(refused_calls, are_told_once_and_when_they_are_allowed_again) {
  refused_calls refused;
  std::map<std::string, std::string> now;
  EXPECT_THAT(refused.news(now), IsEmpty());
  now["GET /info"] = "GET /info is not allowed: Forbidden (HTTP 403)";
  EXPECT_THAT(refused.news(now),
              ElementsAre("the engine's GET /info is not allowed: Forbidden (HTTP 403). The "
                          "engine's own facts are not told until it is allowed"));
  now["GET /info"] = "other words";
  EXPECT_THAT(refused.news(now), IsEmpty());
  now["POST /containers/{id}/stop"] = "POST /containers/{id}/stop is not allowed";
  EXPECT_THAT(refused.news(now),
              ElementsAre("the engine's POST /containers/{id}/stop is not allowed. Actions that "
                          "need it fail until it is allowed"));
  now.erase("GET /info");
  EXPECT_THAT(refused.news(now), ElementsAre("the engine's GET /info is allowed again"));
  EXPECT_THAT(refused.news(now), IsEmpty());
}

}  // namespace
}  // namespace gantry::fleet
