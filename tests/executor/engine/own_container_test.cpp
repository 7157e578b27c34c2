#include "executor/engine/own_container.hpp"

#include <gtest/gtest.h>

namespace gantry::engine {
namespace {

const std::string mine(64, 'a');
const std::string other(64, 'b');

std::string mount(const std::string& root, const std::string& point) {
  return "710 700 8:1 " + root + " " + point + " rw,relatime - ext4 /dev/sda1 rw\n";
}

TEST(own_container, is_in_the_cgroup) {
  for (const std::string& path :
       {"12:pids:/docker/" + mine, "1:name=systemd:/docker/" + mine,
        "0::/system.slice/docker-" + mine + ".scope",
        "0::/machine.slice/libpod-" + mine + ".scope/container",
        "0::/docker/" + other + "/docker/" + mine,
        "0::/kubepods.slice/kubepods-pod12_ab.slice/cri-containerd-" + mine + ".scope"}) {
    EXPECT_EQ(own_container_id("", "11:cpu:/\n" + path + "\n"), mine) << path;
  }
}

TEST(own_container, is_where_its_own_files_come_from) {
  for (const std::string& root : {"/var/lib/docker/containers/" + mine + "/hostname",
                                  "/docker/containers/" + mine + "/hostname"}) {
    EXPECT_EQ(own_container_id(mount(root, "/etc/hostname"), "0::/\n"), mine);
  }
  EXPECT_EQ(own_container_id(
                mount("/containers/storage/overlay-containers/" + mine + "/userdata/resolv.conf",
                      "/etc/resolv.conf"),
                "0::/\n"),
            mine);
}

TEST(own_container, is_not_one_whose_files_are_merely_mounted_here) {
  const std::string text =
      mount("/docker/containers/" + other + "/hostname", "/var/lib/docker/x/hostname") +
      mount("/", "/var/lib/docker/overlay2/" + other + "/merged") +
      mount("/docker/containers/" + other + "/mounts/shm", "/dev/shm");
  EXPECT_EQ(own_container_id(text, "0::/\n"), std::nullopt);
}

TEST(own_container, is_known_in_the_network_of_another) {
  EXPECT_EQ(own_container_id(mount("/docker/containers/" + other + "/hosts", "/etc/hosts"),
                             "4:pids:/docker/" + mine + "\n"),
            mine);
}

TEST(own_container, is_none_on_a_host) {
  EXPECT_EQ(own_container_id("", ""), std::nullopt);
  EXPECT_EQ(own_container_id(mount("/", "/") + "broken line\n",
                             "0::/user.slice/user-0.slice/session-1.scope\n"),
            std::nullopt);
  EXPECT_EQ(own_container_id("", "0::/machine.slice/libpod-conmon-" + mine + ".scope\n"),
            std::nullopt);
  EXPECT_EQ(own_container_id("", "0::/docker/" + mine.substr(1) + "\n"), std::nullopt);
  EXPECT_EQ(own_container_id("", "0::/docker/" + mine + "a\n"), std::nullopt);
  EXPECT_EQ(own_container_id("", "0::/docker/" + std::string(64, 'G') + "\n"), std::nullopt);
}

}  // namespace
}  // namespace gantry::engine
