#include "executor/slots/slot_spec.hpp"

#include <gmock/gmock.h>

#include "executor/slots/labels.hpp"

namespace gantry::slots {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

const run_identity who{.service = "gantry-x", .run = "echo-17"};

slot_template plain_slot() {
  slot_template out;
  out.name = "echo";
  out.image = "box";
  return out;
}

TEST(SlotSpec, IsHardened) {
  const auto spec = spec_of(plain_slot(), who, json::text{"{}"});
  EXPECT_THAT(spec.cap_drop, ElementsAre("ALL"));
  EXPECT_THAT(spec.cap_add, IsEmpty());
  EXPECT_THAT(spec.security_opt, ElementsAre("no-new-privileges"));
  EXPECT_TRUE(spec.read_only_root);
  EXPECT_THAT(spec.tmpfs,
              ElementsAre(Pair("/tmp", "rw,noexec,nosuid,nodev,mode=1777,size=67108864")));
  EXPECT_EQ(spec.pids_limit, 256);
  EXPECT_EQ(spec.memory_bytes, 256 << 20);
  EXPECT_EQ(spec.cpus, 1.0);
  EXPECT_EQ(spec.network_mode, "none");
  EXPECT_EQ(spec.user, "65534:65534");
  EXPECT_THAT(spec.mounts, IsEmpty());
  EXPECT_TRUE(spec.init);
  EXPECT_FALSE(spec.tty);
  EXPECT_THAT(relaxations(plain_slot()), IsEmpty());
}

TEST(SlotSpec, SaysWhoseRunItIs) {
  const auto spec = spec_of(plain_slot(), who, json::text{"{\"n\":1}"});
  EXPECT_EQ(spec.name, "gantry-x.echo-17");
  EXPECT_EQ(spec.image, "box");
  EXPECT_THAT(spec.labels,
              UnorderedElementsAre(Pair("gantry.slot", "echo"), Pair("gantry.run", "echo-17"),
                                   Pair("gantry.service", "gantry-x")));
  EXPECT_THAT(spec.environment,
              UnorderedElementsAre(Pair("GANTRY_SLOT", "echo"), Pair("GANTRY_RUN", "echo-17"),
                                   Pair("GANTRY_INPUT", "{\"n\":1}")));
  EXPECT_TRUE(spec.open_stdin);
  EXPECT_TRUE(spec.stdin_once);
  EXPECT_EQ(spec.stop_grace, 10s);
  ASSERT_TRUE(spec.log);
  EXPECT_EQ(spec.log->driver, "json-file");
  EXPECT_THAT(spec.log->options, ElementsAre(Pair("max-size", "1000t")));
}

TEST(SlotSpec, NamesContainersApartOnAnEngineOfSeveralGantries) {
  EXPECT_EQ(container_name({.service = "stage", .run = "echo-1"}), "stage.echo-1");
  EXPECT_EQ(container_name({.service = "a", .run = "b-echo-1"}), "a.b-echo-1");
  EXPECT_EQ(container_name({.service = "a-b", .run = "echo-1"}), "a-b.echo-1");
  EXPECT_EQ(container_name({.service = "_x", .run = "echo-1"}), "gantry_x.echo-1");
}

TEST(SlotSpec, TellsARunFromOtherContainers) {
  const auto spec = spec_of(plain_slot(), who, json::text{"{}"});
  const auto marks = marks_of(spec.name, spec.labels);
  ASSERT_TRUE(marks);
  EXPECT_EQ(marks->who.service, who.service);
  EXPECT_EQ(marks->who.run, who.run);
  EXPECT_EQ(marks->slot, plain_slot().name);
  EXPECT_FALSE(marks_of("copy", spec.labels));
  auto labels = spec.labels;
  labels.erase("gantry.service");
  EXPECT_FALSE(marks_of(spec.name, labels));
  EXPECT_FALSE(marks_of(spec.name, {}));
}

TEST(SlotSpec, HandsALargeInputToTheStandardInputAlone) {
  const std::string most(environment_input_bytes_max, '1');
  EXPECT_EQ(spec_of(plain_slot(), who, {most}).environment.count("GANTRY_INPUT"), 1U);
  EXPECT_EQ(spec_of(plain_slot(), who, {most + "1"}).environment.count("GANTRY_INPUT"), 0U);
}

TEST(SlotSpec, TakesWhatTheTemplateSays) {
  slot_template slot = plain_slot();
  slot.entrypoint.emplace();
  slot.command = {"cat", "-u"};
  slot.environment = {{"LEVEL", "3"}};
  slot.working_dir = "/srv";
  slot.stop_grace = 3s;
  const auto spec = spec_of(slot, who, json::text{"{}"});
  EXPECT_THAT(spec.entrypoint, testing::Optional(IsEmpty()));
  EXPECT_THAT(spec.command, ElementsAre("cat", "-u"));
  EXPECT_EQ(spec.environment.at("LEVEL"), "3");
  EXPECT_EQ(spec.working_dir, "/srv");
  EXPECT_EQ(spec.stop_grace, 3s);
}

TEST(SlotSpec, RelaxesWhatTheTemplateSaysAndTellsIt) {
  slot_template slot = plain_slot();
  slot.user = "root";
  slot.network = "bridge";
  slot.memory_bytes = 0;
  slot.cpus = 0;
  slot.pids = 0;
  slot.read_only_root = false;
  slot.tmp_bytes = 0;
  slot.cap_add = {"NET_ADMIN"};
  slot.no_new_privileges = false;
  slot.mounts = {{.source = "/srv", .target = "/data"},
                 {.type = engine::container_mount::kind::volume,
                  .source = "media",
                  .target = "/media",
                  .read_only = true}};
  const auto spec = spec_of(slot, who, json::text{"{}"});
  EXPECT_EQ(spec.user, "root");
  EXPECT_EQ(spec.network_mode, "bridge");
  EXPECT_EQ(spec.memory_bytes, std::nullopt);
  EXPECT_EQ(spec.cpus, std::nullopt);
  EXPECT_EQ(spec.pids_limit, std::nullopt);
  EXPECT_FALSE(spec.read_only_root);
  EXPECT_THAT(spec.tmpfs, IsEmpty());
  EXPECT_THAT(spec.cap_drop, ElementsAre("ALL"));
  EXPECT_THAT(spec.cap_add, ElementsAre("NET_ADMIN"));
  EXPECT_THAT(spec.security_opt, IsEmpty());
  EXPECT_EQ(spec.mounts, slot.mounts);
  EXPECT_THAT(
      relaxations(slot),
      ElementsAre("user: root", "network bridge", "memory: no limit", "cpus: no limit",
                  "pids: no limit", "root of the container can be written",
                  "programs may gain new privileges", "capability NET_ADMIN",
                  "mounts /srv at /data (writable)", "mounts volume media at /media (read only)"));
}

TEST(SlotSpec, TellsEveryKindOfRoot) {
  slot_template slot = plain_slot();
  for (const char* root : {"0", "root", "0:0", "root:staff", "00"}) {
    slot.user = root;
    EXPECT_THAT(relaxations(slot), ElementsAre("user: root")) << root;
  }
  slot.user = "";
  EXPECT_THAT(relaxations(slot), ElementsAre("user: the image's, which may be root"));
  slot.user = "1000:0";
  EXPECT_THAT(relaxations(slot), ElementsAre("group: root"));
}

}  // namespace
}  // namespace gantry::slots
