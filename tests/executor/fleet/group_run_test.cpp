// How far an action on a project is.
#include "executor/fleet/group_run.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using enum compose_condition;
using testing::ElementsAre;
using testing::IsEmpty;

// Its members are "SERVICE/NUMBER", called so.
class project {
 public:
  void add(const std::string& service, const std::string& depends_on = "",
           const std::string& number = "1") {
    const std::string path = service + "/" + number;
    members_.push_back({path, service, number, depends_on});
    parties[path].name = path;
  }
  [[nodiscard]] group_run run() const { return {verb::run, order_to_run(members_), parties}; }
  [[nodiscard]] group_run restart() const {
    return {verb::restart, order_to_run(members_), parties};
  }
  [[nodiscard]] group_run stop() const { return {verb::stop, order_to_stop(members_), parties}; }

  std::map<std::string, group_run::party> parties;

 private:
  std::vector<compose_member> members_;
};

std::vector<std::string> texts(const group_run::to_do& what) {
  std::vector<std::string> out = what.begin;
  for (const group_run::look& each : what.looks) {
    out.push_back("look " + each.path +
                  (each.until == healthy     ? " healthy"
                   : each.until == completed ? " completed"
                                             : " done"));
  }
  for (const group_run::refusal& each : what.refusals) {
    out.push_back((each.failed ? "" : "withdrawn: ") + each.why);
  }
  return out;
}

TEST(GroupRun, BeginsWhatNeedsNobodySideBySide) {
  project shop;
  shop.add("web", "db");
  shop.add("db");
  shop.add("alone");
  group_run run = shop.run();
  EXPECT_THAT(texts(run.next()), ElementsAre("alone/1", "db/1"));
  EXPECT_THAT(texts(run.next()), IsEmpty()) << "each once";
  run.did("alone/1", true);
  EXPECT_THAT(texts(run.next()), IsEmpty());
  run.did("db/1", true);
  EXPECT_THAT(texts(run.next()), ElementsAre("web/1"));
  EXPECT_FALSE(run.is_over());
  run.did("web/1", true);
  EXPECT_TRUE(run.is_over());
}

TEST(GroupRun, WaitsForAllReplicasToBeHealthy) {
  project shop;
  shop.add("web", "db:service_healthy:false");
  shop.add("db", "", "1");
  shop.add("db", "", "2");
  group_run run = shop.run();
  EXPECT_THAT(texts(run.next()), ElementsAre("db/1", "db/2"));
  run.did("db/1", true);
  run.did("db/2", true);
  EXPECT_THAT(texts(run.next()), ElementsAre("look db/1 healthy", "look db/2 healthy"));
  run.reached("db/2", healthy, "");
  EXPECT_THAT(texts(run.next()), IsEmpty());
  run.reached("db/1", healthy, "");
  EXPECT_THAT(texts(run.next()), ElementsAre("web/1"));
}

TEST(GroupRun, NamesWhoWaitsForWhomAndWhyItFailed) {
  project shop;
  shop.add("proxy", "web");
  shop.add("web", "job:service_completed_successfully:false");
  shop.add("job");
  shop.add("alone");
  group_run run = shop.restart();
  (void)run.next();
  run.did("alone/1", true);
  run.did("job/1", true);
  EXPECT_THAT(texts(run.next()), ElementsAre("look job/1 completed"));
  run.reached("job/1", completed, "ended with exit code 3");
  EXPECT_THAT(texts(run.next()),
              ElementsAre("container web/1 was not restarted: it waits for job to end with exit "
                          "code 0, but container job/1 ended with exit code 3",
                          "container proxy/1 was not restarted: it waits for web to be started, "
                          "but container web/1 was not restarted"));
  EXPECT_TRUE(run.is_over());
}

TEST(GroupRun, DoesNotStartBehindAStartThatFailed) {
  project shop;
  shop.add("web", "db:service_healthy:false");
  shop.add("db");
  group_run run = shop.run();
  (void)run.next();
  run.did("db/1", false);
  EXPECT_THAT(texts(run.next()),
              ElementsAre("container web/1 was not started: it waits for db to be healthy, but "
                          "container db/1 could not be started"));
}

TEST(GroupRun, StopsTheOtherWayRoundWhateverFails) {
  project shop;
  shop.add("web", "db:service_healthy:false", "1");
  shop.add("web", "db:service_healthy:false", "2");
  shop.add("db");
  group_run stop = shop.stop();
  EXPECT_THAT(texts(stop.next()), ElementsAre("web/1", "web/2"));
  stop.did("web/1", true);
  EXPECT_THAT(texts(stop.next()), IsEmpty());
  stop.did("web/2", false);
  EXPECT_THAT(texts(stop.next()), ElementsAre("db/1")) << "as much as can be is stopped";
}

TEST(GroupRun, TakesThoseThatAreLeftOutAsTheyAre) {
  project shop;
  shop.add("web", "db:service_healthy:false");
  shop.add("other", "db");
  shop.add("db");
  shop.parties["db/1"].left_out = true;
  group_run run = shop.run();
  EXPECT_THAT(texts(run.next()), ElementsAre("look db/1 done", "look db/1 healthy"));
  run.reached("db/1", done, "");
  EXPECT_THAT(texts(run.next()), ElementsAre("other/1"));
  run.reached("db/1", healthy, "is unhealthy");
  EXPECT_THAT(texts(run.next()),
              ElementsAre("container web/1 was not started: it waits for db to be healthy, but "
                          "container db/1 is unhealthy, and it is left out of this action"));
  group_run stop = shop.stop();
  EXPECT_THAT(texts(stop.next()), ElementsAre("web/1", "other/1"));
  stop.did("web/1", true);
  stop.did("other/1", true);
  EXPECT_TRUE(stop.is_over()) << "db is not waited for";
}

TEST(GroupRun, DoesNotLetWaitWhatRunsAlready) {
  project shop;
  shop.add("web", "db:service_healthy:false");
  shop.add("db");
  group_run run = shop.run();
  run.begin_at_once("web/1");
  EXPECT_THAT(texts(run.next()), ElementsAre("web/1", "db/1"));
}

TEST(GroupRun, BeginsNothingMoreWhenItIsAskedForTheContrary) {
  project shop;
  shop.add("proxy", "web");
  shop.add("web", "db");
  shop.add("db");
  group_run run = shop.run();
  EXPECT_THAT(texts(run.next()), ElementsAre("db/1"));
  run.withdraw_all("to stop");
  EXPECT_THAT(texts(run.next()),
              ElementsAre("withdrawn: container proxy/1 was not started: it was asked to stop "
                          "meanwhile",
                          "withdrawn: container web/1 was not started: it was asked to stop "
                          "meanwhile"));
  EXPECT_FALSE(run.is_over()) << "db is being started";
  run.did("db/1", true);
  EXPECT_THAT(texts(run.next()), IsEmpty());
  EXPECT_TRUE(run.is_over());
  run.withdraw_all("to stop");
  EXPECT_THAT(texts(run.next()), IsEmpty());
}

TEST(GroupRun, DoesNotStartWhatWaitsForOneThatWasWithdrawn) {
  project shop;
  shop.add("proxy", "web");
  shop.add("web", "db");
  shop.add("db");
  group_run run = shop.run();
  (void)run.next();
  run.withdraw("web/1", "to stop");
  EXPECT_THAT(texts(run.next()),
              ElementsAre("withdrawn: container web/1 was not started: it was asked to stop "
                          "meanwhile",
                          "container proxy/1 was not started: it waits for web to be started, but "
                          "container web/1 was not started"));
}

// ---- For any project ------------------------------------------------------------------------

struct outcome {
  std::set<std::string> begun;
  std::set<std::string> refused;
};

// Whatever happens in whatever order: everybody begins or is refused, once, and it ends.
outcome play(group_run& run, test::dice& dice) {
  outcome out;
  std::vector<std::string> acting;
  std::vector<group_run::look> looking;
  while (true) {
    auto next = run.next();
    for (const auto& each : next.begin) EXPECT_TRUE(out.begun.insert(each).second) << each;
    for (const auto& each : next.refusals) EXPECT_TRUE(out.refused.insert(each.path).second);
    acting.insert(acting.end(), next.begin.begin(), next.begin.end());
    looking.insert(looking.end(), next.looks.begin(), next.looks.end());
    if (acting.empty() && looking.empty()) return out;
    const std::size_t at = dice.upto(acting.size() + looking.size() - 1);
    const bool well = !dice.one_in(12);
    if (at < acting.size()) {
      const std::string path = acting[at];
      acting.erase(acting.begin() + static_cast<std::ptrdiff_t>(at));
      run.did(path, well);
    } else {
      const auto found = looking.begin() + static_cast<std::ptrdiff_t>(at - acting.size());
      const group_run::look what = *found;
      looking.erase(found);
      run.reached(what.path, what.until, well ? "" : "is unhealthy");
    }
    if (dice.one_in(40)) run.withdraw_all("to stop");
  }
}

TEST(GroupRunProperty, EndsWithEverybodyBegunOrRefused) {
  for (const std::uint64_t seed : test::seeds(400)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    project any;
    const std::size_t count = 1 + dice.upto(9);
    for (std::size_t at = 0; at < count; ++at) {
      std::string label;
      for (std::size_t needed = 0; needed < count; ++needed) {
        if (!dice.one_in(4)) continue;
        label += "s" + std::to_string(needed) + (dice.one_in(2) ? ":service_healthy," : ",");
      }
      for (std::size_t number = 1 + dice.upto(1); number > 0; --number) {
        any.add("s" + std::to_string(at), label, std::to_string(number));
      }
    }
    for (auto& [path, each] : any.parties) each.left_out = dice.one_in(8);
    group_run run = dice.one_in(2) ? any.run() : any.stop();
    const outcome seen = play(run, dice);
    EXPECT_TRUE(run.is_over());
    for (const auto& [path, each] : any.parties) {
      const bool is_one = seen.begun.contains(path) != seen.refused.contains(path);
      EXPECT_EQ(is_one, !each.left_out) << path;
    }
  }
}

}  // namespace
}  // namespace gantry::fleet
