// Compose projects on a real engine: their containers are made by labels, as compose does it.
#include <gmock/gmock.h>

#include "model/json.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using testing::HasSubstr;

// Ends at once when it is asked to.
constexpr const char* waiting = "trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done";

class compose : public stage {
 protected:
  void SetUp() override {
    stage::SetUp();
    if (IsSkipped()) return;
    project_ = prefix + "shop";
    start_core();
  }

  // Its name is SERVICE-NUMBER.
  std::string make(const std::string& service, const std::string& number = "1",
                   const std::string& depends_on = "", const std::string& script = waiting,
                   std::vector<std::string> options = {}) {
    for (const std::string& label : {"project=" + project_, "service=" + service,
                                     "container-number=" + number, "depends_on=" + depends_on}) {
      options.insert(options.begin(), {"--label", "com.docker.compose." + label});
    }
    return create_container(service + "-" + number, script, std::move(options));
  }

  [[nodiscard]] std::string path(const std::string& service,
                                 const std::string& number = "1") const {
    return "container/" + project_ + "/" + service + "/" + number;
  }
  [[nodiscard]] std::string project() const { return "project/" + project_; }

  // When it began or ended, as text that sorts.
  std::string time(const std::string& container, const std::string& field) {
    return docker({"inspect", "-f", "{{.State." + field + "}}", prefix + container});
  }

  // Until an operator can press the project's buttons: the states of its containers may be told
  // before that.
  void start() {
    start_gantry();
    ASSERT_TRUE(until([&] { return status(project()) == "online"; }));
  }

  bool are(const std::vector<std::string>& paths, const std::string& wanted) {
    return until([&] {
      return std::all_of(paths.begin(), paths.end(),
                         [&](const std::string& each) { return state(each) == wanted; });
    });
  }

 private:
  std::string project_;
};

TEST_F(compose, a_project_runs_in_order_and_stops_the_other_way_round) {
  make("a-web", "1", "m-cache:service_started:false,z-db:service_started:false");
  make("m-cache", "1", "z-db:service_started:true");
  make("z-db");
  start();
  const std::vector<std::string> all{path("a-web"), path("m-cache"), path("z-db")};
  ASSERT_TRUE(are(all, "created"));

  const answer run = act(project(), "run");
  EXPECT_TRUE(run.good) << run.text;
  EXPECT_TRUE(are(all, "running"));
  EXPECT_LT(time("z-db-1", "StartedAt"), time("m-cache-1", "StartedAt"));
  EXPECT_LT(time("m-cache-1", "StartedAt"), time("a-web-1", "StartedAt"));

  const answer stop = act(project(), "stop", R"({"timeout":5})");
  EXPECT_TRUE(stop.good) << stop.text;
  EXPECT_TRUE(are(all, "exited"));
  EXPECT_LT(time("a-web-1", "FinishedAt"), time("m-cache-1", "FinishedAt"));
  EXPECT_LT(time("m-cache-1", "FinishedAt"), time("z-db-1", "FinishedAt"));
  for (const std::string& each : all) {
    EXPECT_TRUE(until([&] { return pulses_of(each + ":stop").size() == 1; })) << each;
  }
}

TEST_F(compose, a_job_is_waited_for_and_its_failure_is_named) {
  make("web", "1", "job:service_completed_successfully:false");
  make("alone");
  make("job", "1", "", "test -e /tmp/again || { touch /tmp/again; exit 3; }; sleep 1");
  start();
  ASSERT_TRUE(are({path("web"), path("alone"), path("job")}, "created"));

  const answer failed = act(project(), "run");
  EXPECT_FALSE(failed.good) << failed.text;
  EXPECT_THAT(failed.text, HasSubstr("2 of 3 containers did it"));
  EXPECT_THAT(failed.text, HasSubstr("it waits for job to end with exit code 0, but container job "
                                     "ended with exit code 3"));
  EXPECT_TRUE(are({path("alone")}, "running"));
  EXPECT_EQ(state(path("web")), "created");

  const answer done = act(project(), "run");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(are({path("web")}, "running"));
  EXPECT_LT(time("job-1", "FinishedAt"), time("web-1", "StartedAt"));
}

TEST_F(compose, health_is_waited_for) {
  GANTRY_SKIP_ON_PODMAN("it leaves health checks to timers of systemd");
  const std::vector<std::string> check{"--health-cmd", "test -e /tmp/well", "--health-interval",
                                       "1s",           "--health-retries",  "20"};
  make("web", "1", "db:service_healthy:false");
  make("db", "1", "", std::string("sleep 2; touch /tmp/well; ") + waiting, check);
  start();
  ASSERT_TRUE(are({path("web"), path("db")}, "created"));
  const answer run = act(project(), "run");  // perhaps accepted only
  EXPECT_TRUE(run.good) << run.text;
  EXPECT_TRUE(are({path("web")}, "running"));
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Health.Status}}", prefix + "db-1"}), "healthy");
}

TEST_F(compose, an_unhealthy_one_is_named_and_the_end_is_a_pulse) {
  GANTRY_SKIP_ON_PODMAN("it leaves health checks to timers of systemd");
  make("web", "1", "db:service_healthy:false");
  make("db", "1", "", waiting,
       {"--health-cmd", "echo no disk; false", "--health-interval", "1s", "--health-retries", "6"});
  start();
  ASSERT_TRUE(are({path("web"), path("db")}, "created"));
  const answer run = act(project(), "run");
  EXPECT_TRUE(run.good) << "it takes longer than an answer may: " << run.text;
  EXPECT_TRUE(until([&] {
    const auto told = pulses_of(path("web") + ":state");
    return !told.empty() &&
           json::write(*told.back().data).find("container db is unhealthy") != std::string::npos;
  }));
  EXPECT_EQ(state(path("web")), "created");
  EXPECT_EQ(state(path("db")), "running");
}

TEST_F(compose, replicas_are_told_apart_and_the_project_comes_and_goes_with_them) {
  start_gantry();
  ASSERT_TRUE(until([&] { return registered(); }));
  EXPECT_EQ(status(project()), "");
  make("web", "1");
  EXPECT_TRUE(until([&] { return status(project()) == "online"; }));
  make("web", "2");
  ASSERT_TRUE(are({path("web"), path("web", "2")}, "created"));
  EXPECT_EQ(field("Target", target(path("web")), "name"), "web");
  EXPECT_EQ(field("Target", target(path("web", "2")), "name"), "web 2");

  EXPECT_TRUE(act(path("web", "2"), "run").good);
  EXPECT_TRUE(are({path("web", "2")}, "running"));
  EXPECT_EQ(state(path("web")), "created") << "the other one";

  docker({"rm", "-f", prefix + "web-1"});
  EXPECT_TRUE(until([&] { return status(path("web")) == "offline"; }));
  EXPECT_EQ(status(project()), "online") << "one is left";
  docker({"rm", "-f", prefix + "web-2"});
  EXPECT_TRUE(until([&] { return status(project()) == "offline"; }));
  make("web", "1");
  EXPECT_TRUE(until([&] { return status(project()) == "online"; })) << "the same target";
  docker({"rm", "-f", prefix + "web-1"});
  EXPECT_TRUE(until([&] { return status(project()) == "offline"; }));
  EXPECT_TRUE(act("engine", "forget", R"({"all":true})").good);
  EXPECT_TRUE(until([&] { return field("Target", target(project()), "id").empty(); }))
      << "deleted with the last of its containers";
}

}  // namespace
}  // namespace gantry::test
