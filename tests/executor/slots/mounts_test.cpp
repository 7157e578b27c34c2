#include "executor/slots/mounts.hpp"

#include <gmock/gmock.h>

namespace gantry::slots {
namespace {

using kind = engine::container_mount::kind;
using testing::HasSubstr;

std::string refusal(const std::string& text) {
  const auto mount = parse_mount(text);
  return mount ? "" : mount.error().message;
}

TEST(Mounts, AreWrittenAsForDocker) {
  EXPECT_EQ(
      *parse_mount("/srv/data:/data"),
      (engine::container_mount{.type = kind::bind, .source = "/srv/data", .target = "/data"}));
  EXPECT_EQ(*parse_mount("/srv//data/../x/:/data/:ro"),
            (engine::container_mount{
                .type = kind::bind, .source = "/srv/x", .target = "/data", .read_only = true}));
  EXPECT_EQ(*parse_mount("cache:/cache:rw"),
            (engine::container_mount{.type = kind::volume, .source = "cache", .target = "/cache"}));
}

TEST(Mounts, AreRefusedWhereTheyCannotBeRead) {
  EXPECT_THAT(refusal("/data"), HasSubstr("must be SOURCE:TARGET"));
  EXPECT_THAT(refusal("/a:b"), HasSubstr("target that begins with /"));
  EXPECT_THAT(refusal("/a:/b:z"), HasSubstr("may end in :ro or :rw, not :z"));
  EXPECT_THAT(refusal("./a:/b"), HasSubstr("needs a source"));
  EXPECT_THAT(refusal(":/b"), HasSubstr("needs a source"));
  EXPECT_THAT(refusal("/a:/"), HasSubstr("the container's root"));
  EXPECT_THAT(refusal("/a:/proc/x"), HasSubstr("the kernel's"));
}

TEST(Mounts, NeverHandOverTheEngine) {
  for (const char* source :
       {"/", "/run", "/var", "/var/run", "/run/", "/run/docker.sock", "/var/run/docker.sock",
        "/srv/../run/docker.sock", "/run/podman", "/var/run/podman/podman.sock", "/run/user",
        "/run/user/1000", "/run/user/1000/podman", "/run/user/1000/docker.sock", "/run/containerd",
        "/srv/x/docker.sock", "//run", "/run/docker", "/run/k3s"}) {
    EXPECT_THAT(refusal(std::string(source) + ":/x:ro"), HasSubstr("engine's socket")) << source;
  }
  EXPECT_THAT(refusal("/proc/1/root:/x"), HasSubstr("/proc is never mounted"));
  for (const char* source : {"/running", "/var/lib/show", "/run/lock", "/procedures"}) {
    EXPECT_EQ(refusal(std::string(source) + ":/x"), "") << source;
  }
}

TEST(Mounts, ShowWhatIsBelowTheirSource) {
  const auto mount = *parse_mount("/srv/engine:/x");
  EXPECT_TRUE(shows(mount, "/srv/engine/x.sock"));
  EXPECT_FALSE(shows(mount, "/srv/engines/x.sock"));
  EXPECT_FALSE(shows(*parse_mount("srv:/x"), "/srv/engine/x.sock"));
}

TEST(Mounts, DoNotShareATarget) {
  const std::vector<engine::container_mount> two{*parse_mount("/a:/x"), *parse_mount("b:/x/")};
  EXPECT_THAT(clash_of(two, true), testing::Optional(std::string("has two mounts at /x")));
  const std::vector<engine::container_mount> tmp{*parse_mount("/a:/tmp")};
  EXPECT_THAT(clash_of(tmp, true), testing::Optional(HasSubstr("tmp = \"none\"")));
  EXPECT_EQ(clash_of(tmp, false), std::nullopt);
}

}  // namespace
}  // namespace gantry::slots
