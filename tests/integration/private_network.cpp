#include "tests/integration/private_network.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace gantry::test {
namespace {

void insist(bool done, const char* what) {
  if (!done) throw std::system_error(errno, std::generic_category(), what);
}

void replace_file(const std::string& folder, const std::string& name, const std::string& content) {
  const std::string file = folder + "/" + name;
  std::ofstream(file) << content;
  const std::string place = "/etc/" + name;
  insist(mount(file.c_str(), place.c_str(), nullptr, MS_BIND, nullptr) == 0, place.c_str());
}

void raise_loopback() {
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  insist(ioctl(any, SIOCSIFFLAGS, &loopback) == 0, "loopback");
  close(any);
}

int silent_name_server() {
  const int out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(53);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  insist(bind(out, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0, "the name server");
  return out;
}

}  // namespace

private_network::private_network(const std::string& folder, const std::string& hosts)
    : network_before_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)),
      mounts_before_(open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC)) {
  insist(unshare(CLONE_NEWNET | CLONE_NEWNS) == 0, "unshare");
  insist(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
  replace_file(folder, "hosts", hosts);
  replace_file(folder, "nsswitch.conf", "hosts: files dns\n");
  replace_file(folder, "resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n");
  raise_loopback();
  name_server_ = silent_name_server();
}

private_network::~private_network() {
  close(name_server_);
  (void)setns(network_before_, CLONE_NEWNET);
  (void)setns(mounts_before_, CLONE_NEWNS);
  close(network_before_);
  close(mounts_before_);
}

std::string private_network::why_not() {
  return geteuid() == 0 ? "" : "namespaces of its own, with a name server that hangs, need root";
}

}  // namespace gantry::test
