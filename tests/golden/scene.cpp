#include "tests/golden/scene.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "myko/net/clock.hpp"
#include "tests/executor/fleet/containers.hpp"
#include "tests/golden/conversation.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto step_time = 50ms;
constexpr int turns = 8;  // what a timer began may take a few

class scene {
 public:
  explicit scene(myko::generation plays) : plays_(plays) {
    play_.config.self.machine.addresses = {"192.0.2.1"};
    play_.config.self.instance.service_type_code = "gantry";
    play_.config.self.instance.color = "#0f766e";
    play_.config.actions = fleet::action_policy({.allow = {"*:*"}});
    play_.config.stats = {.containers = {"container/clock"}, .every = 5'000ms};
    play_.config.slots = slots();
    play_.engine.set_clock(net::now().wall);
  }

  // All of it.
  played_scene play() {
    begin();
    containers();
    health_and_crashes();
    actions();
    engine_actions();
    slot_runs();
    a_core_that_goes_away();
    an_engine_that_goes_away();
    containers_that_go();
    leave();
    const auto& refused = core_.core().rejections();
    return {std::move(lines_), {refused.begin(), refused.end()}};
  }

 private:
  static std::vector<slots::slot_template> slots() {
    slots::slot_template resize;
    resize.name = "resize";
    resize.image = "tools/resize";
    resize.output = slots::output_form::json;
    resize.input =
        json::text{R"({"type":"object","properties":{"file":{"type":"string","minLength":1},)"
                   R"("width":{"type":["integer","null"],"minimum":1}},"required":["file"],)"
                   R"("additionalProperties":false})"};
    slots::slot_template echo;
    echo.name = "echo";
    echo.image = "busybox";
    echo.concurrency = 2;
    return {resize, echo};
  }

  // ---- The tools

  void at(const std::string& what, const std::function<void()>& happens, milliseconds then = 1s) {
    lines_.push_back(R"({"scene":")" + what + "\"}");
    happens();
    pass(then);
    const auto& frames = core_.frames();
    for (; told_ < frames.size(); ++told_) lines_.push_back(frames[told_]);
  }

  void pass(milliseconds time) {
    for (; time > 0ms; time -= step_time) {
      clock_.pass(step_time, play_.io);
      for (int turn = 0; turn < turns; ++turn) {
        play_.io.restart();
        play_.io.poll();
        core_.go_on();
      }
    }
  }

  void exec(const std::string& path, const std::string& verb, const std::string& data = "") {
    const std::string target = "svc:" + path;
    const bool docs = plays_ == myko::generation::docs;
    core_.hear(R"({"event":"ws:m:command","data":{"commandId":")" +
               std::string(docs ? "target:action:exec" : "ExecTargetAction") +
               R"(","command":{"tx":"call-)" + std::to_string(++calls_) + "\"," +
               (docs ? "" : R"("instanceId":"host:svc",)") + R"("action":{"id":")" + target + ":" +
               verb + R"(","targetId":")" + target + "\"}" +
               (data.empty() ? "" : R"(,"data":)" + data) + "}}}");
  }

  std::string until_run(const std::string& name) {
    for (const auto& each : play_.engine.containers()) {
      if (each.name == name && play_.engine.is_running(each.id)) return each.id;
    }
    ADD_FAILURE() << name << " does not run";
    return play_.engine.make("in place of " + name);
  }

  // ---- The steps

  void begin() {
    clock_container_ = play_.engine.make("clock", {{"role", "time"}});
    db_ = play_.engine.make("shop-db-1", fleet::compose("shop", "db"));
    web_ = play_.engine.make(
        "shop-web-1", fleet::with(fleet::compose("shop", "web"), "com.docker.compose.depends_on",
                                  "db:service_started:true"));
    job_ = play_.engine.make("job", {{"gantry.actions", "run,stop"}});
    play_.engine.start_container(clock_container_);
    play_.engine.start_container(db_);
    at("gantry starts, and connects", [this] {
      play_.launch();
      core_.connect();
    });
  }

  void containers() {
    at("a container prints a line, and one of JSON, and one to stderr", [this] {
      play_.engine.print(clock_container_, "tick\n");
      play_.engine.print(clock_container_, R"({"time":1})"
                                           "\n");
      play_.engine.print(clock_container_, "late\n", engine::stream_kind::stderr_stream);
    });
    at("it prints a hundred lines at once", [this] {
      for (int number = 1; number <= 100; ++number) {
        play_.engine.print(clock_container_, "line " + std::to_string(number) + "\n");
      }
    });
    at("a job runs, and ends with 3", [this] {
      play_.engine.start_container(job_);
      play_.engine.print(job_, "working\n");
      play_.engine.die(job_, 3);
    });
  }

  void health_and_crashes() {
    at("a container is unhealthy", [this] {
      play_.engine.details(clock_container_).health =
          engine::container_health{engine::health_status::unhealthy, 3, 1, "no answer"};
      play_.engine.tell("health_status: unhealthy", clock_container_);
    });
    at("it is healthy again", [this] {
      play_.engine.details(clock_container_).health =
          engine::container_health{engine::health_status::healthy, 0, 0, "ok"};
      play_.engine.tell("health_status: healthy", clock_container_);
    });
    at("a job crashes three times", [this] {
      for (int times = 0; times < 3; ++times) {
        play_.engine.start_container(job_);
        play_.engine.die(job_, 1);
      }
    });
    at("lines are dropped, since no core read them",
       [this] { play_.lose_lines("container/clock"); });
  }

  void actions() {
    at("run a job", [this] { exec("container/job", "run"); });
    at("stop it, with a timeout", [this] { exec("container/job", "stop", R"({"timeout":5})"); });
    at("stop it, as a scene does where nobody set the pin",
       [this] { exec("container/job", "stop", R"({"timeout":0})"); });
    at("data that does not fit", [this] { exec("container/clock", "stop", R"({"timeout":"x"})"); });
    at("an action that there is not", [this] { exec("container/clock", "dance"); });
    at("an action that a label leaves out", [this] { exec("container/job", "kill"); });
    at("run a program inside",
       [this] { exec("container/clock", "exec", R"({"command":["true"]})"); });
    at(
        "restart a project", [this] { exec("project/shop", "restart"); }, 3s);
    at("a value is asked for again", [this] {
      core_.hear(R"({"event":"ws:m:command","data":{"commandId":"ResendEmitterValue","command":)"
                 R"({"tx":"call-resend","instanceId":"host:svc",)"
                 R"("emitterId":"svc:container/clock:output"}}})");
    });
    at("several actions in one command", [this] {
      core_.hear(R"({"event":"ws:m:command","data":{"commandId":"BatchTargetAction","command":)"
                 R"({"tx":"call-batch","actions":[{"tx":"call-batch-1","action":)"
                 R"({"id":"svc:container/clock:pause","targetId":"svc:container/clock"}},)"
                 R"({"action":{"id":"svc:container/clock:unpause",)"
                 R"("targetId":"svc:container/clock"}}]}}})");
    });
    at("a command that nobody knows", [this] {
      core_.hear(R"({"event":"ws:m:command","data":{"commandId":"MakeTea","command":)"
                 R"({"tx":"call-tea"}}})");
    });
  }

  void engine_actions() {
    at("the engine looks again", [this] { exec("engine", "refresh"); });
    at("it is configured", [this] { exec("engine", "configure", R"({"statsEvery":60})"); });
    at("it is configured, as a scene does where nobody set a pin", [this] {
      exec("engine", "configure", R"({"logLevel":"","lookAgainEvery":0,"statsEvery":0})");
    });
    at("pull an image", [this] { exec("engine", "pull", R"({"image":"busybox:1"})"); });
    at("pull one that the registry refuses", [this] {
      play_.engine.pull_error = "pull access denied for nothing";
      exec("engine", "pull", R"({"image":"nothing:1"})");
    });
  }

  void slot_runs() {
    at("a slot runs", [this] { exec("slot/resize", "run", R"({"file":"a.png","width":64})"); });
    at("it prints, and ends", [this] {
      const std::string run = until_run("svc.resize-1");
      play_.engine.print(run, R"({"done":50})"
                              "\n");
      play_.engine.print(run, "no JSON\n");
      play_.engine.print(run, R"({"done":100})"
                              "\n");
      play_.engine.die(run, 0);
    });
    at("input that does not fit", [this] { exec("slot/resize", "run", R"({"width":1})"); });
    at("another slot runs, and is stopped", [this] {
      exec("slot/echo", "run");
      pass(1s);
      exec("slot/echo", "stop");
    });
  }

  void a_core_that_goes_away() {
    at("a container prints, and the core is lost before it has read that", [this] {
      core_.stall();
      play_.engine.print(clock_container_, "sent twice\n");
      pass(1s);
      core_.lose();
    });
    at("meanwhile a container prints, another begins, a third goes", [this] {
      play_.engine.print(clock_container_, "unheard\n");
      play_.engine.start_container(play_.engine.make("guest"));
      play_.engine.destroy(job_);
    });
    at("gantry connects again", [this] { core_.connect(); });
    at("the core begins anew, and knows nothing", [this] {
      core_.restart();
      pass(1s);
      core_.connect();
    });
  }

  void an_engine_that_goes_away() {
    at(
        "the engine goes away", [this] { play_.engine.go_away(); }, 2s);
    at(
        "it comes back", [this] { play_.engine.come_back(); }, 2s);
  }

  void containers_that_go() {
    at("a container is gone", [this] {
      play_.engine.die(clock_container_, 0);
      play_.engine.destroy(clock_container_);
    });
    at("another takes its name", [this] {
      clock_container_ = play_.engine.make("clock");
      play_.engine.start_container(clock_container_);
    });
    at("it goes, and another takes its name, all within 100 ms", [this] {
      play_.engine.die(clock_container_, 0);
      play_.engine.destroy(clock_container_);
      pass(step_time);
      clock_container_ = play_.engine.make("clock");
      play_.engine.start_container(clock_container_);
    });
    at("one that is gone is forgotten",
       [this] { exec("engine", "forget", R"({"target":"svc:container/job"})"); });
  }

  void leave() {
    at("gantry is stopped", [this] { core_.leave(); });
    EXPECT_TRUE(core_.session().left());
    pass(step_time);
  }

  myko::generation plays_;
  virtual_clock clock_;
  fleet::stage play_;
  conversation core_{play_, plays_};
  std::vector<std::string> lines_;
  std::size_t told_ = 0;
  int calls_ = 0;
  std::string clock_container_;
  std::string db_;
  std::string web_;
  std::string job_;
};

}  // namespace

played_scene play_scene(myko::generation with) { return scene(with).play(); }

}  // namespace gantry::test
