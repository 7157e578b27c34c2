#include "executor/fleet/alert_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::StartsWith;

std::string summed_up(const alert_board& board) {
  model::catalogue all;
  all.instance.service = model::service_id("svc");
  for (const auto& [path, held] : board.all()) {
    if (path != "container/unpublished") {
      all.put(model::target{.id = model::make_target_id(all.instance.service, path)});
    }
  }
  return alert_summary(board, all);
}

TEST(alert_summary, is_empty_while_nothing_is_wrong) { EXPECT_EQ(summed_up({}), ""); }

TEST(alert_summary, names_what_is_wrong_and_with_what_the_most_severe_first) {
  alert_board board;
  board.begin("container/a", alert_code::unhealthy, "It is ill.");
  EXPECT_EQ(summed_up(board), "1 alert: a: unhealthy.");
  board.begin("slot/job", alert_code::pull_failed, "No such image.");
  board.begin("container/shop/web/1", alert_code::crash_loop, "It crashes.");
  board.begin("container/a", alert_code::out_of_memory, "It needs more.");
  EXPECT_EQ(summed_up(board),
            "4 alerts: shop/web/1: crash loop; a: out of memory; slot/job: pull failed; a: "
            "unhealthy.");
}

// What an alert says may change with each run; watchers of the instance are not to hear of it.
TEST(alert_summary, is_the_same_while_only_words_change) {
  alert_board board;
  board.begin("container/a", alert_code::crash_loop, "the last time with exit code 1");
  const std::string before = summed_up(board);
  board.begin("container/a", alert_code::crash_loop, "the last time with exit code 2");
  EXPECT_EQ(summed_up(board), before);
}

TEST(alert_summary, leaves_out_what_the_instance_says_anyway_and_what_is_not_published) {
  alert_board board;
  board.begin("engine", alert_code::engine_lost, "It does not answer.");
  board.begin("container/unpublished", alert_code::crash_loop, "It crashes.");
  EXPECT_EQ(summed_up(board), "");
}

TEST(alert_summary, is_of_limited_length_and_says_how_much_more_there_is) {
  alert_board board;
  for (int at = 1000; at < 2000; ++at) {
    board.begin("container/" + std::to_string(at), alert_code::unhealthy, "It is ill.");
  }
  EXPECT_THAT(summed_up(board), AllOf(StartsWith("1000 alerts: 1000: unhealthy; 1001: "),
                                      EndsWith("; and 987 more.")));
  EXPECT_LT(summed_up(board).size(), alert_summary_bytes_max + 20);

  alert_board of_long_names;
  of_long_names.begin("container/" + std::string(5'000, 'x'), alert_code::crash_loop, "");
  of_long_names.begin("container/" + std::string(5'000, 'y'), alert_code::crash_loop, "");
  EXPECT_LT(summed_up(of_long_names).size(), alert_summary_bytes_max + 20);
}

}  // namespace
}  // namespace gantry::fleet
