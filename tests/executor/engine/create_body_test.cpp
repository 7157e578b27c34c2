#include "executor/engine/create_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(create_body, leaves_to_the_engine_what_is_not_said) {
  container_spec spec;
  spec.image = "busybox";
  EXPECT_EQ(create_body(spec),
            R"({"HostConfig":{"AutoRemove":false,"RestartPolicy":{"Name":"no"}},)"
            R"("Image":"busybox"})");
}

TEST(create_body, says_what_the_program_is) {
  container_spec spec;
  spec.image = "busybox";
  spec.entrypoint = {"sh", "-c"};
  spec.command = {"echo \"$A\""};
  spec.environment = {{"A", "b=c"}, {"EMPTY", ""}};
  spec.labels = {{"x\"y", "z"}};
  spec.user = "1000:1000";
  spec.working_dir = "/tmp";
  spec.hostname = "box";
  spec.open_stdin = true;
  spec.stdin_once = true;
  spec.tty = true;
  spec.stop_signal = "SIGINT";
  spec.stop_grace = 7s;
  EXPECT_EQ(create_body(spec),
            R"({"AttachStdin":true,"Cmd":["echo \"$A\""],"Entrypoint":["sh","-c"],)"
            R"("Env":["A=b=c","EMPTY="],)"
            R"("HostConfig":{"AutoRemove":false,"RestartPolicy":{"Name":"no"}},)"
            R"("Hostname":"box","Image":"busybox","Labels":{"x\"y":"z"},"OpenStdin":true,)"
            R"("StdinOnce":true,"StopSignal":"SIGINT","StopTimeout":7,"Tty":true,)"
            R"("User":"1000:1000","WorkingDir":"/tmp"})");
}

TEST(create_body, says_what_it_may_not) {
  container_spec spec;
  spec.image = "busybox";
  spec.network_mode = "none";
  spec.cap_drop = {"ALL"};
  spec.cap_add = {"CHOWN"};
  spec.security_opt = {"no-new-privileges"};
  spec.read_only_root = true;
  spec.init = true;
  spec.pids_limit = 64;
  spec.memory_bytes = 1 << 26;
  spec.cpus = 0.3;
  spec.tmpfs = {{"/tmp", "rw,size=1m"}};
  spec.log = log_config{"json-file", {{"max-size", "10m"}}};
  const auto root = json::parse(create_body(spec)).value();
  EXPECT_EQ(json::canonical(*json::find(root, "HostConfig")),
            R"({"AutoRemove":false,"CapAdd":["CHOWN"],"CapDrop":["ALL"],"Init":true,)"
            R"("LogConfig":{"Config":{"max-size":"10m"},"Type":"json-file"},"Memory":67108864,)"
            R"("NanoCpus":300000000,"NetworkMode":"none","PidsLimit":64,"ReadonlyRootfs":true,)"
            R"("RestartPolicy":{"Name":"no"},"SecurityOpt":["no-new-privileges"],)"
            R"("Tmpfs":{"/tmp":"rw,size=1m"}})");
}

TEST(create_body, mounts) {
  container_spec spec;
  spec.mounts = {{container_mount::kind::bind, "/srv", "/data", true},
                 {container_mount::kind::volume, "store", "/var/lib", false},
                 {container_mount::kind::tmpfs, "", "/tmp", false, 4096}};
  EXPECT_THAT(
      create_body(spec),
      HasSubstr(
          R"("Mounts":[{"ReadOnly":true,"Source":"/srv","Target":"/data","Type":"bind"},)"
          R"({"ReadOnly":false,"Source":"store","Target":"/var/lib","Type":"volume"},)"
          R"({"ReadOnly":false,"Target":"/tmp","TmpfsOptions":{"SizeBytes":4096},"Type":"tmpfs"}])"));
}

TEST(create_body, can_do_without_the_images_entrypoint) {
  container_spec spec;
  spec.entrypoint.emplace();
  EXPECT_THAT(create_body(spec), HasSubstr(R"("Entrypoint":[""])"));
  spec.entrypoint.reset();
  EXPECT_THAT(create_body(spec), Not(HasSubstr("Entrypoint")));
}

TEST(create_body, ends_no_input_that_is_not_open) {
  container_spec spec;
  spec.stdin_once = true;
  EXPECT_THAT(create_body(spec), Not(HasSubstr("Stdin")));
}

}  // namespace
}  // namespace gantry::engine
