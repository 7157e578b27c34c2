#include "executor/fleet/pull_words.hpp"

#include <gmock/gmock.h>

namespace gantry::fleet {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(PullTally, CountsLayersAndBytes) {
  pull_tally tally;
  EXPECT_EQ(tally.note("x"), "pulling image x");
  EXPECT_TRUE(tally.take({"latest", "Pulling from library/x", 0, 0}));
  EXPECT_EQ(tally.note("x"), "pulling image x");
  EXPECT_TRUE(tally.take({"a", "Already exists", 0, 0}));
  EXPECT_TRUE(tally.take({"b", "Pulling fs layer", 0, 0}));
  EXPECT_EQ(tally.note("x"), "pulling image x: 1 of 2 layers");
  EXPECT_TRUE(tally.take({"b", "Downloading", 40, 100}));
  EXPECT_EQ(tally.note("x"), "pulling image x: 1 of 2 layers, 40 %");
  EXPECT_TRUE(tally.take({"b", "Download complete", 0, 0}));
  EXPECT_EQ(tally.note("x"), "pulling image x: 1 of 2 layers, 100 %");
  EXPECT_TRUE(tally.take({"b", "Pull complete", 0, 0}));
  EXPECT_EQ(tally.note("x"), "pulling image x: 2 of 2 layers, 100 %");
}

TEST(PullTally, KnowsWhatIsNoProgress) {
  pull_tally tally;
  EXPECT_TRUE(tally.take({"a", "Downloading", 10, 100}));
  EXPECT_FALSE(tally.take({"a", "Downloading", 10, 100}));
  EXPECT_FALSE(tally.take({"a", "Retrying in 5 seconds", 0, 0}));
  EXPECT_FALSE(tally.take({"a", "Retrying in 4 seconds", 0, 0}));
  EXPECT_TRUE(tally.take({"a", "Downloading", 11, 100}));
}

TEST(PullFailure, SaysTheReasonOnceAndWhatToDo) {
  const auto reference = engine::parse_image_reference("ghcr.io/o/app:1").value();
  const auto text = [&](const char* why, bool login = false) {
    return pull_failure_text("ghcr.io/o/app:1", why, reference, login);
  };
  EXPECT_EQ(text("pull ghcr.io/o/app:1: manifest unknown"),
            "image ghcr.io/o/app:1 could not be pulled: manifest unknown; check the image's name "
            "and tag");
  EXPECT_THAT(text("Unauthorized"), HasSubstr("run `docker login ghcr.io`"));
  EXPECT_THAT(text("denied", true), HasSubstr("renews it"));
  EXPECT_THAT(text("toomanyrequests: slow down"), HasSubstr("ghcr.io limits pulls"));
  EXPECT_THAT(text("dial tcp: connection refused"), EndsWith("reaches the registry ghcr.io"));
  EXPECT_THAT(text("no space left on device"), HasSubstr("make room"));
  EXPECT_THAT(text("?"), StartsWith("image ghcr.io/o/app:1 could not be pulled: ?; "));
}

}  // namespace
}  // namespace gantry::fleet
