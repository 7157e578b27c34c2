// What concerns a target or the engine, and which target a container's alerts belong to.
#include "executor/fleet/alerts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class alerts_of_a_fleet : public testing::Test {
 protected:
  alerts_of_a_fleet() : roster_(self(), selection{}, "") {}

  static instance_identity self() {
    instance_identity out;
    out.instance.service = model::service_id("svc");
    out.instance.id = model::instance_id("host:svc");
    return out;
  }
  void have(std::vector<std::pair<std::string, std::string>> ids_and_names) {
    std::vector<engine::container_summary> all;
    for (auto& [id, name] : ids_and_names) {
      engine::container_summary each;
      each.id = id;
      each.name = name;
      all.push_back(std::move(each));
    }
    roster_.set_containers(all);
  }
  bool make_unhealthy(const std::string& id) {
    return alerts_.happened({"container", "health_status: unhealthy", id, {}, ++engine_now_}, now_);
  }
  // "container/web unhealthy"
  std::vector<std::string> shown() {
    model::catalogue all = roster_.catalogue("");
    alerts_.now(roster_).add_to(all);
    std::vector<std::string> out;
    for (const auto& [id, each] : all.alerts) {
      out.push_back(each.entity.substr(4) + " " + each.code);
    }
    return out;
  }

  std::string message() {
    model::catalogue all = roster_.catalogue("");
    alerts_.now(roster_).add_to(all);
    return all.alerts.empty() ? "" : all.alerts.begin()->second.message;
  }

  engine::timestamp engine_now_ = 1'000;
  alerts::time_point now_{5h};
  roster roster_;
  alerts alerts_{alert_limits{}};
};

TEST_F(alerts_of_a_fleet, a_container_s_alert_goes_where_its_target_goes) {
  have({{"1", "web"}});
  EXPECT_TRUE(make_unhealthy("1"));
  EXPECT_FALSE(make_unhealthy("1")) << "no news";
  EXPECT_THAT(shown(), ElementsAre("container/web unhealthy"));
  have({{"1", "www"}});  // renamed
  EXPECT_THAT(shown(), ElementsAre("container/www unhealthy"));
}

TEST_F(alerts_of_a_fleet, a_container_that_is_gone_has_no_alert) {
  have({{"1", "web"}});
  make_unhealthy("1");
  have({});
  EXPECT_THAT(shown(), IsEmpty());
  have({{"1", "web"}});
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(alerts_of_a_fleet, an_engine_that_is_lost_is_an_alert_of_the_root) {
  EXPECT_TRUE(alerts_.engine_lost("It does not answer."));
  EXPECT_FALSE(alerts_.engine_lost("It does not answer."));
  EXPECT_THAT(shown(), ElementsAre("engine engine-lost"));
  EXPECT_TRUE(alerts_.engine_answers());
  EXPECT_FALSE(alerts_.engine_answers());
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(alerts_of_a_fleet, lost_lines_are_told_until_five_minutes_passed_without_more) {
  have({{"1", "web"}});
  EXPECT_EQ(alerts_.next_due(), std::nullopt);
  EXPECT_TRUE(alerts_.lines_lost("container/web", now_));
  EXPECT_FALSE(alerts_.lines_lost("container/web", now_ + 4min));
  EXPECT_EQ(alerts_.next_due(), now_ + 9min);
  EXPECT_FALSE(alerts_.pass(now_ + 9min - 1ms));
  EXPECT_THAT(shown(), ElementsAre("container/web lines-suppressed"));
  EXPECT_TRUE(alerts_.pass(now_ + 9min));
  EXPECT_THAT(shown(), IsEmpty());
  EXPECT_EQ(alerts_.next_due(), std::nullopt);
}

TEST_F(alerts_of_a_fleet, a_failed_pull_is_told_until_that_image_is_pulled_or_an_hour_passed) {
  have({{"1", "web"}, {"2", "db"}});
  EXPECT_TRUE(alerts_.pull_failed("container/web", "nginx:2", "no such tag", now_));
  EXPECT_TRUE(alerts_.pull_failed("container/db", "postgres", "no network", now_ + 1min));
  EXPECT_THAT(shown(), ElementsAre("container/db pull-failed", "container/web pull-failed"));
  EXPECT_FALSE(alerts_.pull_succeeded("other"));
  EXPECT_TRUE(alerts_.pull_succeeded("nginx:2"));
  EXPECT_THAT(shown(), ElementsAre("container/db pull-failed"));
  EXPECT_EQ(alerts_.next_due(), now_ + 61min);
  EXPECT_TRUE(alerts_.pass(now_ + 61min));
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(alerts_of_a_fleet, the_words_are_the_engine_s) {
  have({{"1", "web"}});
  alerts_.pull_failed("container/web", "nginx:2", "manifest unknown", now_);
  model::catalogue all = roster_.catalogue("");
  alerts_.now(roster_).add_to(all);
  ASSERT_EQ(all.alerts.size(), 1U);
  EXPECT_THAT(all.alerts.begin()->second.message,
              HasSubstr("nginx:2 could not be pulled: manifest unknown"));
}

TEST_F(alerts_of_a_fleet, each_image_that_failed_counts_until_it_is_pulled) {
  have({{"1", "web"}});
  alerts_.pull_failed("container/web", "a", "no such tag", now_);
  EXPECT_TRUE(alerts_.pull_failed("container/web", "b",
                                  "image b could not be pulled: no network; see why", now_ + 1min));
  EXPECT_EQ(message(),
            "The image b could not be pulled: no network; see why. So it is with 1 more.");
  EXPECT_TRUE(alerts_.pull_succeeded("b"));
  EXPECT_EQ(message(), "The image a could not be pulled: no such tag.");
  EXPECT_EQ(alerts_.next_due(), now_ + 60min);
  EXPECT_TRUE(alerts_.pull_succeeded("a"));
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(alerts_of_a_fleet, failed_pulls_are_forgotten_beyond_a_limit) {
  have({{"1", "web"}, {"2", "db"}});
  alerts_.pull_failed("container/db", "first", "no", now_);
  for (std::size_t each = 0; each < alerts::pulls_max; ++each) {
    alerts_.pull_failed("container/web", std::to_string(each), "no", now_);
  }
  EXPECT_THAT(shown(), ElementsAre("container/web pull-failed"));
  EXPECT_THAT(message(), HasSubstr("with 99 more"));
}

}  // namespace
}  // namespace gantry::fleet
