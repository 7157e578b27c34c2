#include <gmock/gmock.h>

#include "executor/config.hpp"

namespace gantry {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

config_outcome load_slots(const std::string& slots) {
  config_sources sources;
  sources.toml = config_sources::file{"gantry.toml", "core.server = \"core.local\"\n" + slots};
  sources.environment = [](std::string_view) { return std::nullopt; };
  return load_config(sources);
}

std::vector<std::string> mistakes_of(const std::string& slots) {
  std::vector<std::string> out;
  for (const auto& each : load_slots(slots).mistakes) out.push_back(to_string(each));
  return out;
}

// Of one key of a slot that is good but for it.
std::string mistake_of(const std::string& line) {
  const auto all = mistakes_of("[[slot]]\nname = \"a\"\nimage = \"b\"\n" + line + "\n");
  return all.size() == 1 ? all[0] : std::to_string(all.size()) + " mistakes";
}

TEST(SlotConfig, NeedsANameAndAnImageOnly) {
  const auto loaded = load_slots("[[slot]]\nname = \"echo\"\nimage = \"box\"\n");
  EXPECT_THAT(loaded.mistakes, IsEmpty());
  slots::slot_template usual;
  usual.name = "echo";
  usual.image = "box";
  ASSERT_EQ(loaded.config.slots.size(), 1U);
  EXPECT_TRUE(loaded.config.slots[0] == usual);
}

TEST(SlotConfig, ReadsEveryKey) {
  const auto loaded = load_slots(R"([[slot]]
name = "echo"
image = "gantry/test:busybox"
command = ["cat"]
entrypoint = []
env = {LEVEL = "3"}
working_dir = "/srv"
mounts = ["/srv/data:/data:ro", "cache:/cache"]
input = '{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}'
output = "json"
concurrency = 8
when_full = "queue"
queue_max = 5
timeout = "30s"
stop_grace = "2s"
keep = "failed"
keep_max = 3
pull = "missing"
user = ""
network = "bridge"
memory = "none"
cpus = 0.5
pids = 0
read_only = false
tmp = "none"
cap_add = ["cap_net_admin", "NET_ADMIN"]
no_new_privileges = false
)");
  for (const auto& each : loaded.mistakes) ADD_FAILURE() << to_string(each);
  const auto& slot = loaded.config.slots.at(0);
  EXPECT_THAT(slot.command, ElementsAre("cat"));
  EXPECT_THAT(slot.entrypoint, testing::Optional(IsEmpty()));
  EXPECT_EQ(slot.environment.at("LEVEL"), "3");
  EXPECT_EQ(slot.mounts.size(), 2U);
  EXPECT_TRUE(slot.input);
  EXPECT_EQ(slot.output, slots::output_form::json);
  EXPECT_EQ(slot.concurrency, 8U);
  EXPECT_EQ(slot.when_full, slots::when_full::queue);
  EXPECT_EQ(slot.queue_max, 5U);
  EXPECT_EQ(slot.timeout, 30s);
  EXPECT_EQ(slot.stop_grace, 2s);
  EXPECT_EQ(slot.keep, slots::keep::failed);
  EXPECT_EQ(slot.keep_max, 3U);
  EXPECT_EQ(slot.pull, slots::pull::missing);
  EXPECT_EQ(slot.user, "");
  EXPECT_EQ(slot.network, "bridge");
  EXPECT_EQ(slot.memory_bytes, 0U);
  EXPECT_EQ(slot.cpus, 0.5);
  EXPECT_EQ(slot.pids, 0);
  EXPECT_FALSE(slot.read_only_root);
  EXPECT_EQ(slot.tmp_bytes, 0U);
  EXPECT_THAT(slot.cap_add, ElementsAre("NET_ADMIN"));
  EXPECT_FALSE(slot.no_new_privileges);
}

TEST(SlotConfig, TellsValuesByNumber) {
  const auto loaded = load_slots("[[slot]]\nname = \"a\"\nimage = \"b\"\noutput = \"numbered\"\n");
  ASSERT_EQ(loaded.mistakes.size(), 0U);
  EXPECT_EQ(loaded.config.slots.at(0).output, slots::output_form::numbered);
}

TEST(SlotConfig, NamesEachMistakeWithItsPlace) {
  const struct {
    const char* line;
    const char* what;
  } table[] = {
      {"timeot = \"1s\"", "slot.timeot: there is no such key in [[slot]]: did you mean timeout?"},
      {"command = \"cat\"", "slot.command: must be a list of texts"},
      {"env = {A = 1}", "slot.env: must be a table of texts"},
      {"env = {GANTRY_RUN = \"x\"}", "GANTRY_RUN is what gantry tells"},
      {"working_dir = \"srv\"", "must begin with /"},
      {"mounts = [\"/run/docker.sock:/x\"]", "the engine's socket"},
      {"mounts = [\"/a:/tmp\"]", "slot.mounts: has a mount at /tmp"},
      {"input = \"{\"", "slot.input: is not JSON"},
      {"output = \"xml\"", "must be text, json or numbered, not \"xml\""},
      {"concurrency = 0", "must be from 1 to 64, not 0"},
      {"when_full = \"wait\"", "must be reject, replace or queue, not \"wait\""},
      {"queue_max = 1001", "must be from 1 to 1000, not 1001"},
      {"timeout = 30", "slot.timeout: must be a duration"},
      {"stop_grace = \"1500ms\"", "whole seconds"},
      {"keep = \"some\"", "must be none, failed or all"},
      {"keep_max = 101", "must be from 1 to 100, not 101"},
      {"pull = \"daily\"", "must be never, missing or always"},
      {"user = \"a b\"", "must be USER or USER:GROUP"},
      {"network = \"host\"", "shares a network"},
      {"network = \"container:web\"", "shares a network"},
      {"memory = \"1MiB\"", "must be from 6MiB to 1024GiB, not 1MiB; or none"},
      {"cpus = -1", "must be from 0.01 to 1024, or 0"},
      {"pids = -1", "or 0 for no limit"},
      {"read_only = \"no\"", "must be true or false"},
      {"tmp = \"1KiB\"", "must be from 64KiB to 64GiB"},
      {"cap_add = [\"NET_ADMN\"]", "is no capability: did you mean NET_ADMIN?"},
      {"no_new_privileges = 1", "must be true or false"},
  };
  for (const auto& each : table) {
    EXPECT_THAT(mistake_of(each.line),
                testing::AllOf(testing::StartsWith("gantry.toml:5: slot."), HasSubstr(each.what)))
        << each.line;
  }
}

TEST(SlotConfig, NamesWhatIsMissingOrThereTwice) {
  EXPECT_THAT(mistakes_of("[[slot]]\n[[slot]]\nname = 5\nimage = \"a b\"\n"),
              testing::UnorderedElementsAre(
                  "gantry.toml:2: slot.name: a slot has to have a name",
                  HasSubstr("gantry.toml:2: slot.image: a slot has to say which image"),
                  "gantry.toml:4: slot.name: must be a text",
                  HasSubstr("gantry.toml:5: slot.image: must be the name of an image")));
  EXPECT_THAT(mistakes_of("[[slot]]\nname = \"a\"\nimage = \"b\"\n"
                          "[[slot]]\nname = \"a\"\nimage = \"b\"\n"),
              ElementsAre("gantry.toml:6: slot.name: there is a slot \"a\" above already"));
  EXPECT_THAT(mistakes_of("slot = 5"),
              ElementsAre("gantry.toml:2: slot: slots are written as tables [[slot]]"));
}

TEST(SlotConfig, NeverMountsTheSocketOfTheConfiguredEngine) {
  EXPECT_THAT(mistakes_of("engine.host = \"unix:///srv/engine/e.sock\"\n[[slot]]\nname = \"a\"\n"
                          "image = \"b\"\nmounts = [\"/srv:/x\"]\n"),
              ElementsAre(HasSubstr("gantry.toml:6: slot.mounts: \"/srv\" would hand over")));
}

TEST(SlotConfig, NeverShowsGantrysOwnFolder) {
  const std::string slot = "state_dir = \"/srv/gantry\"\n[[slot]]\nname = \"a\"\nimage = \"b\"\n";
  for (const char* source : {"/srv", "/srv/gantry", "/srv/gantry/x"}) {
    EXPECT_THAT(mistakes_of(slot + "mounts = [\"" + source + ":/x\"]\n"),
                ElementsAre(HasSubstr("would show gantry's own folder /srv/gantry")))
        << source;
  }
  EXPECT_THAT(mistakes_of(slot + "mounts = [\"/srv/gantry2:/x\"]\n"), testing::IsEmpty());
}

}  // namespace
}  // namespace gantry
