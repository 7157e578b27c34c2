// A proxy before the engine that lets some calls through and cuts what is silent: Debian's haproxy,
// with rules like those of docker-socket-proxy.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class engine_proxy : public core_stage {
 protected:
  struct rules {
    std::set<std::string> allowed;  // first parts of paths
    bool post = false;
    std::string silence = "10m";  // of events and logs, that is not cut
    std::string hangs;            // calls whose path has this are not answered
  };
  // What docker-socket-proxy allows by default, and CONTAINERS=1.
  static rules usual() { return {{"_ping", "version", "events", "containers"}}; }

  void SetUp() override {
    core_stage::SetUp();
    if (IsSkipped()) return;
    for (const char* const folder : {"/usr/sbin/", "/usr/local/sbin/", "/usr/bin/"}) {
      const std::string path = std::string(folder) + "haproxy";
      if (program_.empty() && access(path.c_str(), X_OK) == 0) program_ = path;
    }
    if (program_.empty()) GTEST_SKIP() << "there is no haproxy: see scripts/setup";
    folder_ = std::filesystem::temp_directory_path() / (prefix + "proxy");
    std::filesystem::create_directory(folder_);
  }

  void TearDown() override {
    end_gantry();
    proxy_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::string socket() const { return folder_ + "/engine.sock"; }

  void start_proxy(const rules& what) {
    proxy_.reset();
    std::filesystem::remove(socket());
    std::ofstream out(folder_ + "/haproxy.cfg");
    out << "defaults\n  mode http\n  timeout connect 5s\n  timeout client 10m\n"
        << "  timeout server 10m\nfrontend clients\n  bind unix@" << socket() << "\n";
    if (!what.hangs.empty()) {
      out << "  timeout tarpit 10m\n  http-request tarpit if { path -m sub " << what.hangs
          << " }\n";
    }
    if (!what.post) out << "  http-request deny unless METH_GET\n";
    for (const std::string& each : what.allowed) {
      out << "  http-request allow if { path -m reg ^(/v[0-9.]+)?/" << each << "(/|$) }\n";
    }
    out << "  http-request deny\n  default_backend engines\nbackend engines\n"
        << "  http-request set-timeout server " << what.silence
        << " if { path -m end /events /logs }\n  server engine unix@"
        << engine_host.substr(std::string_view("unix://").size()) << "\n";
    out.close();
    proxy_ = std::make_unique<process>(
        std::vector<std::string>{program_, "-db", "-f", folder_ + "/haproxy.cfg"}, environment(),
        folder_ + "/haproxy.log");
    ASSERT_TRUE(until([this] { return std::filesystem::exists(socket()); })) << proxy_->log();
  }

  void start_behind_proxy() { start_gantry({{"DOCKER_HOST", "unix://" + socket()}}); }

  // So often the log has this; no line of it may have a page's marks.
  [[nodiscard]] int count_log(const std::string& what) {
    const std::string log = gantry().log();
    EXPECT_THAT(log, Not(HasSubstr("<html")));
    EXPECT_THAT(log, Not(HasSubstr("<h1>")));
    int out = 0;
    for (std::size_t at = log.find(what); at != std::string::npos; at = log.find(what, at + 1))
      ++out;
    return out;
  }

 private:
  std::string program_;
  std::string folder_;
  std::unique_ptr<process> proxy_;
};

TEST_F(engine_proxy, that_allows_no_list_leaves_nothing_to_publish) {
  rules what = usual();
  what.allowed.erase("containers");
  start_proxy(what);
  start_behind_proxy();
  ASSERT_TRUE(until([&] {
    return field("Instance", instance(), "message").find("CONTAINERS=1") != std::string::npos;
  }));
  EXPECT_THAT(field("Instance", instance(), "message"),
              HasSubstr("GET /containers/json is not allowed: Forbidden (HTTP 403)"));
  EXPECT_EQ(count_log("There is nothing to publish until it is allowed"), 1);
}

TEST_F(engine_proxy, that_allows_reading_alone_is_followed_and_refuses_actions_in_plain_words) {
  start_proxy(usual());
  const std::string path = "container/" + run_container("clock", ticking);
  start_behind_proxy();
  ASSERT_TRUE(until([&] { return status(path) == "online" && lines_of(path).size() > 3; }));
  const answer stop = act(path, "stop");
  EXPECT_FALSE(stop.good);
  EXPECT_THAT(stop.text, HasSubstr("POST /containers/{id}/stop is not allowed: Forbidden"));
  EXPECT_THAT(stop.text, HasSubstr("CONTAINERS=1 and POST=1"));
  EXPECT_THAT(stop.text, Not(HasSubstr("<")));
  EXPECT_EQ(status(path), "online");
  docker({"kill", path.substr(10)});
  EXPECT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));
  EXPECT_EQ(field("Instance", instance(), "message"), "");
  EXPECT_TRUE(until([&] { return count_log("The engine's own facts are not told until it") > 0; }));
  EXPECT_EQ(count_log("The engine's own facts are not told until it is allowed"), 1);
  EXPECT_EQ(count_log("docker-socket-proxy allows it with INFO=1. The"), 1);
}

TEST_F(engine_proxy, that_allows_to_post_lets_containers_be_started_and_stopped) {
  rules what = usual();
  what.post = true;
  start_proxy(what);
  const std::string path = "container/" + create_container("clock", ticking);
  start_behind_proxy();
  ASSERT_TRUE(until([&] { return status(path) == "online"; }));
  const answer run = act(path, "run");
  EXPECT_TRUE(run.good) << run.text;
  EXPECT_TRUE(until([&] { return lines_of(path).size() > 3; }));
  const answer stop = act(path, "stop");
  EXPECT_TRUE(stop.good) << stop.text;
  EXPECT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));
}

TEST_F(engine_proxy, that_allows_no_events_is_listed_instead) {
  rules what = usual();
  what.allowed.erase("events");
  start_proxy(what);
  const std::string path =
      "container/" + run_container("job", "read line; echo $line; exit 7", {"-i"});
  start_behind_proxy();
  ASSERT_TRUE(until([&] { return status(path) == "online" && state(path) == "running"; }));
  docker({"kill", "-s", "KILL", path.substr(10)});
  EXPECT_TRUE(until([&] { return state(path) == "exited"; }));
  const std::string late = "container/" + run_container("late", ticking);
  EXPECT_TRUE(until([&] { return status(late) == "online" && lines_of(late).size() > 3; }));
  EXPECT_TRUE(until([&] { return count_log("seen by listing them, some seconds late") == 1; }));
}

// As an engine does with a container whose storage hangs.
TEST_F(engine_proxy, that_hangs_on_one_container_holds_up_no_other) {
  const std::string stuck = run_container("stuck", ticking);
  const std::string id = docker({"inspect", "-f", "{{.Id}}", stuck});
  const std::string path = "container/" + run_container("clock", ticking);
  rules what = usual();
  what.hangs = id + "/json";
  start_proxy(what);
  start_behind_proxy();
  ASSERT_TRUE(until([&] { return state(path) == "running"; }));
  ASSERT_TRUE(until([&] { return alert("container/" + stuck) == "not-answering"; }));
  EXPECT_EQ(alert(path), "");
  EXPECT_EQ(alert("engine"), "");
  EXPECT_EQ(status("container/" + stuck), "online");
  docker({"kill", path.substr(10)});
  // The call that hangs takes 30 s.
  EXPECT_TRUE(until([&] { return state(path) == "exited"; }, std::chrono::seconds(20)));
  start_proxy(usual());
  EXPECT_TRUE(until([&] { return alert("container/" + stuck).empty(); }));
  EXPECT_TRUE(until([&] { return lines_of("container/" + stuck).size() > 3; }));
}

// As the proxy does every ten minutes, here every second.
TEST_F(engine_proxy, that_cuts_what_is_silent_is_seen_by_nobody) {
  rules what = usual();
  what.silence = "1s";
  start_proxy(what);
  const std::string path = "container/" + run_container("silent", "sleep 1000", {"--init"});
  start_behind_proxy();
  ASSERT_TRUE(until([&] { return status(path) == "online" && state(path) == "running"; }));
  const auto cuts = [this] { return count_log("the engine's events are asked for again"); };
  int last = 0;
  for (int job = 0; job < 6; ++job) {
    const std::string name = run_container("job" + std::to_string(job), "exit 4");
    const std::string finish = "container/" + name + ":finish";
    ASSERT_TRUE(until([&] {
      EXPECT_EQ(status(path), "online");
      return cuts() > last && pulses_of(finish).size() == 1;
    }));
    EXPECT_EQ(json::write(*json::find(*pulses_of(finish)[0].data, "exitCode")), "4");
    EXPECT_EQ(alert("engine"), "");
    last = cuts();
  }
  EXPECT_GE(cuts(), 6);
  EXPECT_EQ(count_log(" warning "), 1) << gantry().log();  // that INFO is not allowed
  docker({"kill", path.substr(10)});
  ASSERT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));
  EXPECT_EQ(json::write(*json::find(*pulses_of(path + ":stop")[0].data, "exitCode")), "137");
}

// The proxy answers, and the engine does not.
TEST_F(engine_proxy, that_is_there_without_its_engine_is_no_engine) {
  const std::string path = "container/" + run_container("clock", ticking);
  start_proxy(usual());
  start_behind_proxy();
  ASSERT_TRUE(until([&] { return status(path) == "online"; }));
  const std::string engine = std::exchange(engine_host, "unix:///nowhere/engine.sock");
  start_proxy(usual());
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
  EXPECT_THAT(field("Instance", instance(), "message"),
              HasSubstr("Service Unavailable (HTTP 503)"));
  engine_host = engine;
  start_proxy(usual());
  EXPECT_TRUE(until([&] { return status(path) == "online"; }));
  EXPECT_GE(count_log("HTTP 503"), 1);
}

}  // namespace
}  // namespace gantry::test
