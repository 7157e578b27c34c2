// Conditions of targets to alerts: one for a target.
#include "executor/fleet/alert_board.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using testing::ElementsAre;

model::catalogue with_targets() {
  model::catalogue out;
  out.instance.service = model::service_id("svc");
  out.instance.id = model::instance_id("host:svc");
  for (const char* path : {"container/a", "container/b", "engine"}) {
    out.put(model::target{.id = model::make_target_id(out.instance.service, path)});
  }
  return out;
}

// "svc:container/a error crash-loop: message"
std::vector<std::string> shown(const alert_board& board) {
  model::catalogue all = with_targets();
  board.add_to(all);
  std::vector<std::string> out;
  for (const auto& [id, each] : all.alerts) {
    EXPECT_EQ(each.instance, all.instance.id);
    EXPECT_EQ(each.subject, model::alert_subject::target);
    out.push_back(each.entity + " " + std::string(to_string(each.level)) + " " + each.code + ": " +
                  each.message);
  }
  return out;
}

TEST(alert_board, shows_nothing_while_nothing_is_wrong) { EXPECT_THAT(shown({}), ElementsAre()); }

TEST(alert_board, shows_one_alert_for_a_target_named_by_the_most_severe) {
  alert_board board;
  EXPECT_TRUE(board.begin("container/a", alert_code::lines_suppressed, "Lines are missing."));
  EXPECT_TRUE(board.begin("container/a", alert_code::out_of_memory, "It needs memory."));
  EXPECT_TRUE(board.begin("container/b", alert_code::unhealthy, "It is ill."));
  EXPECT_THAT(
      shown(board),
      ElementsAre("svc:container/a error out-of-memory: It needs memory. Lines are missing.",
                  "svc:container/b warn unhealthy: It is ill."));
  EXPECT_TRUE(board.end("container/a", alert_code::out_of_memory));
  EXPECT_TRUE(board.end("container/b", alert_code::unhealthy));
  EXPECT_THAT(shown(board),
              ElementsAre("svc:container/a warn lines-suppressed: Lines are missing."));
}

TEST(alert_board, tells_whether_anything_changed) {
  alert_board board;
  EXPECT_FALSE(board.end("container/a", alert_code::unhealthy));
  EXPECT_TRUE(board.begin("container/a", alert_code::unhealthy, "It is ill."));
  EXPECT_FALSE(board.begin("container/a", alert_code::unhealthy, "It is ill."));
  EXPECT_TRUE(board.begin("container/a", alert_code::unhealthy, "It is worse."));
  EXPECT_FALSE(board.end("container/a", alert_code::crash_loop));
  EXPECT_TRUE(board.end("container/a", alert_code::unhealthy));
  EXPECT_FALSE(board.end("container/a", alert_code::unhealthy));
}

// An alert about nothing would never be found by whoever looks at it.
TEST(alert_board, shows_nothing_of_targets_that_are_not_published) {
  alert_board board;
  board.begin("container/gone", alert_code::unhealthy, "It is ill.");
  EXPECT_THAT(shown(board), ElementsAre());
}

TEST(alert_board, tells_what_holds_of_one_target_and_of_all) {
  alert_board board;
  EXPECT_EQ(board.of("container/a"), nullptr);
  board.begin("container/a", alert_code::unhealthy, "It is ill.");
  ASSERT_NE(board.of("container/a"), nullptr);
  EXPECT_THAT(*board.of("container/a"),
              ElementsAre(testing::Pair(alert_code::unhealthy, "It is ill.")));
  EXPECT_EQ(board.all().size(), 1U);
  board.end("container/a", alert_code::unhealthy);
  EXPECT_EQ(board.of("container/a"), nullptr);
  EXPECT_TRUE(board.all().empty());
}

TEST(alert_code, has_a_word_and_a_level) {
  using enum alert_code;
  const auto words = [](alert_code code) {
    return std::string(to_string(code)) + " " + std::string(to_string(level_of(code)));
  };
  EXPECT_EQ(words(engine_lost), "engine-lost error");
  EXPECT_EQ(words(crash_loop), "crash-loop error");
  EXPECT_EQ(words(out_of_memory), "out-of-memory error");
  EXPECT_EQ(words(pull_failed), "pull-failed error");
  EXPECT_EQ(words(unhealthy), "unhealthy warn");
  EXPECT_EQ(words(lines_suppressed), "lines-suppressed warn");
}

}  // namespace
}  // namespace gantry::fleet
