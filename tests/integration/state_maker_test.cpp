// Makes a state folder that holds all that one can hold: waiting pulses of every form, containers
// and runs of slots at every stage, what was published and what is to be deleted.
//
// GANTRY_STATE_FIXTURE=FOLDER keeps it there, with the configuration that it belongs to:
// tests/executor/outbox/fixtures/make does so.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "executor/host.hpp"
#include "executor/outbox/database.hpp"
#include "myko/net/clock.hpp"
#include "tests/executor/temp_folder.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

namespace fs = std::filesystem;

const char* fixture_folder() { return std::getenv("GANTRY_STATE_FIXTURE"); }

// PREFIX is that of the containers. What waits for /tmp/go prints the rest behind the core's end.
constexpr std::string_view config_text =
    R"(# What tests/executor/outbox/fixtures/make gave to gantry.
[output]
line_bytes_max = "1KiB"

[actions]
deny = ["container/*:*"]

[[emitter]]
match = "container/b*:output"
ttl = "1s"

[[emitter]]
match = "container/PREFIXterm:output"
ttl = "3650d"

[[slot]]
name = "PREFIXecho"
image = "gantry-test"
command = ["sh", "-c", '''trap "" TERM; read x; echo "$x"
while [ ! -e /tmp/go ]; do sleep 0.1; done
echo "nach dem Ende der Verbindung: $x"; while :; do sleep 1; done''']
when_full = "queue"
timeout = "3650d"
stop_grace = "1h"

[[slot]]
name = "PREFIXvalues"
image = "gantry-test"
output = "json"
command = ["sh", "-c", '''while [ ! -e /tmp/go ]; do sleep 0.1; done
echo '{"größe":1}'; echo '5'; echo 'kein JSON: ß' ''']
)";

std::string with_prefix(std::string text, const std::string& prefix) {
  for (auto at = text.find("PREFIX"); at != std::string::npos; at = text.find("PREFIX", at)) {
    text.replace(at, 6, prefix);
  }
  return text;
}

class state_maker : public core_stage {
 protected:
  state_maker() {
    if (fixture_folder() != nullptr) prefix = "show-";
  }
  void SetUp() override {
    core_stage::SetUp();
    config_ = folder_.write("gantry.toml", with_prefix(std::string(config_text), prefix));
    fs::create_directory(folder_.file("state"));
  }
  void TearDown() override {
    end_gantry();
    if (!IsSkipped()) remove_containers("name=^/?test." + prefix);
    core_stage::TearDown();
  }

  [[nodiscard]] std::string database() const { return folder_.file("state/gantry.db"); }
  [[nodiscard]] environment settings(environment extra = {}) const {
    extra["GANTRY_CONFIG"] = config_;
    extra["GANTRY_STATE_DIR"] = folder_.file("state");
    return extra;
  }
  void start(environment extra = {}) { core_stage::start(settings(std::move(extra))); }

  // The first column of the first row, of what is in the state now.
  [[nodiscard]] std::int64_t stored(const std::string& sql) const {
    outbox::database in;
    in.open(database(), outbox::database::access::read);
    return outbox::number(in, sql);
  }
  // Pulses that wait of an emitter, by its name behind the prefix.
  [[nodiscard]] std::int64_t waiting(const std::string& emitter) const {
    return stored("SELECT count(*) FROM pulse JOIN emitter ON emitter.id = emitter WHERE name = '" +
                  target(emitter) + "'");
  }
  // The core takes nothing meanwhile, and says nothing.
  static bool until_unserved(const std::function<bool()>& condition) {
    const auto end = net::now().steady + patience;
    while (!condition()) {
      if (net::now().steady >= end) return false;
      std::this_thread::yield();
    }
    return true;
  }
  void go(const std::string& container) const { docker({"exec", container, "touch", "/tmp/go"}); }
  [[nodiscard]] std::string run_of(const std::string& slot) const {
    return "test." + prefix + slot + "-1";
  }

  void live_as_another();
  void make_containers();
  void begin_runs();
  void cut_off_the_core();
  void go_on_without_a_core();
  void expect_all_kinds() const;

  temp_folder folder_;
  std::string config_;
  std::string clock_, job_, term_, light_;
};

// An earlier life by the service id that is there by itself: what it published is not ours later.
void state_maker::live_as_another() {
  start_gantry({{"GANTRY_SERVICE_ID", ""},
                {"GANTRY_NAMES", "none"},
                {"GANTRY_STATE_DIR", folder_.file("state")}});
  ASSERT_TRUE(until([&] {
    return field("Instance", host::name() + ":gantry-" + host::name(), "status") == "Available";
  }));
  stop_gantry();
}

void state_maker::make_containers() {
  clock_ = create_container(
      "clock",
      "echo 'die erste Zeile: äöü € 🚀'; while [ ! -e /tmp/go ]; do sleep 0.1; done\n"
      "echo 'die zweite: Ω'; printf 'bin\\001\\002\\033[1m\\377\\376\\t\\r|\\n\\n'\n"
      "printf '%03000d\\n' 0; echo '{\"größe\":2}'; exec sleep 1000000");
  job_ = create_container("job", "echo 'heraus: ä'; echo 'Fehler: ö' >&2; echo heraus; exit 3");
  term_ = create_container(
      "term", "trap 'exit 0' TERM; printf 'eins\\rzwei ü\\n'; echo drei; sleep 1000000 & wait",
      {"-t"});
  light_ = create_container(
      "light", "echo 'Licht an'; echo 'Licht aus'",
      {"--label", "com.docker.compose.project=bühne", "--label", "com.docker.compose.service=licht",
       "--label", "com.docker.compose.container-number=1"});
}

void state_maker::begin_runs() {
  const auto ask = [&](const std::string& slot, const std::string& data) {
    const answer done = act("slot/" + prefix + slot, "run", data);
    EXPECT_TRUE(done.good) << done.text;
  };
  docker({"start", clock_});
  ask("echo", R"({"text":"größer als 🚀"})");
  ask("echo", R"({"text":"wartet"})");
  ask("values", "{}");
  const std::string echo = "slot/" + prefix + "echo";
  ASSERT_TRUE(until([&] {
    return lines_of("container/" + clock_).size() == 1 && lines_of(echo).size() == 1 &&
           pulses_of("slot/" + prefix + "values:run").size() == 1;
  }));
  const answer done = act(echo, "stop", R"({"run":")" + prefix + R"(echo-1"})");
  EXPECT_TRUE(done.good) << done.text;
  ASSERT_TRUE(until([&] {
    return stored("SELECT count(*) FROM fact WHERE value LIKE '%\"reason\":\"stop\"%'") == 1 &&
           stored("SELECT count(*) FROM fact WHERE value LIKE '%\"stage\":\"given\"%'") == 2;
  }));
}

// It may have been sent, and nobody knows whether it was read.
void state_maker::cut_off_the_core() {
  docker({"start", job_});
  ASSERT_TRUE(until_unserved([&] { return waiting("container/" + job_ + ":finish") == 1; }));
  kill_core();
}

void state_maker::go_on_without_a_core() {
  const auto until_waiting = [this](const std::string& emitter, std::int64_t count) {
    EXPECT_TRUE(until([&] { return waiting(emitter) >= count; })) << emitter;
  };
  for (const std::string& each : {clock_, run_of("echo"), run_of("values")}) go(each);
  for (const std::string& each : {job_, term_, light_}) docker({"start", each});
  until_waiting("container/" + job_ + ":finish", 2);
  docker({"start", job_});  // the third time makes it an alert
  until_waiting("container/" + term_ + ":output", 2);
  docker({"stop", term_});
  until_waiting("container/b%C3%BChne/licht/1:finish", 1);
  docker({"rm", light_});
  until_waiting("container/" + term_ + ":stop", 1);
  until_waiting("container/" + clock_ + ":output", 5);
  until_waiting("slot/" + prefix + "echo:output", 1);
  until_waiting("slot/" + prefix + "values:finish", 1);
  EXPECT_TRUE(
      until([&] { return stored("SELECT count(*) FROM target WHERE gone_since > 0") > 0; }));
  EXPECT_TRUE(
      until([&] { return stored("SELECT count(*) FROM entity WHERE type = 'Alert'") > 0; }));
  // What has expired is looked for when something is written.
  EXPECT_TRUE(until([&] {
    docker({"exec", clock_, "sh", "-c", "echo 'noch eine' >/proc/1/fd/1"});
    return stored("SELECT count(*) FROM pulse WHERE form = 2") > 0;
  }));
}

void state_maker::expect_all_kinds() const {
  for (const char* each : {
           "pulse WHERE form = 0",
           "pulse WHERE form = 1 AND joins = 1",
           "pulse WHERE form = 2",
           "pulse WHERE form = 3",
           "pulse WHERE stream = 1",
           "pulse WHERE stream = 2",
           "pulse WHERE truncated = 1",
           "pulse WHERE expires > 0",
           "pulse JOIN lane ON lane.id = lane WHERE pulse.id <= sealed",
           "pulse JOIN lane ON lane.id = lane WHERE pulse.id > sealed",
           "emitter WHERE next > 1",
           "mark WHERE name = 'last_id'",
           "container WHERE cursor <> '' AND runs LIKE '%lastJson%'",
           "target WHERE gone_since = 0",
           "target WHERE gone_since > 0",
           "entity WHERE gone_since = 0",
           "entity WHERE gone_since > 0 AND deleted = 0",
           "entity WHERE deleted = 1",
           "entity WHERE type = 'Alert'",
           "fact WHERE name = 'machine.id'",
           "fact WHERE name LIKE 'slot_next/%'",
           R"(fact WHERE value LIKE '%"stage":"accepted"%')",
           R"(fact WHERE value LIKE '%"stage":"given"%')",
           R"(fact WHERE value LIKE '%"reason":"stop"%')",
       }) {
    EXPECT_GT(stored("SELECT count(*) FROM " + std::string(each)), 0) << each;
  }
}

TEST_F(state_maker, makes_a_state_with_all_that_there_can_be) {
  ASSERT_NO_FATAL_FAILURE(live_as_another());
  make_containers();
  // With an emitter that the next life deletes.
  ASSERT_NO_FATAL_FAILURE(start({{"GANTRY_STATS", "container/" + clock_}}));
  stop_gantry();
  ASSERT_NO_FATAL_FAILURE(start());
  ASSERT_TRUE(until([&] {
    return status("container/" + clock_) == "online" &&
           status("slot/" + prefix + "echo") == "online";
  }));
  ASSERT_NO_FATAL_FAILURE(begin_runs());
  ASSERT_NO_FATAL_FAILURE(cut_off_the_core());
  go_on_without_a_core();
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  expect_all_kinds();
  // The last to close it takes its log over.
  outbox::database whole;
  whole.open(database(), outbox::database::access::write);
  whole.run("SELECT count(*) FROM pulse");
  whole.close();
  ASSERT_FALSE(fs::exists(database() + "-wal"));
  if (fixture_folder() == nullptr || HasFailure()) return;
  const auto over = fs::copy_options::overwrite_existing;
  fs::copy_file(database(), fs::path(fixture_folder()) / "gantry.db", over);
  fs::copy_file(config_, fs::path(fixture_folder()) / "gantry.toml", over);
}

}  // namespace
}  // namespace gantry::test
