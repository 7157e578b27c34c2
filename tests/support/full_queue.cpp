#include "tests/support/full_queue.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace gantry::test {
namespace {

// The kernel takes one more than the queue of length 0 says; what comes then waits or is refused.
constexpr int waiting = 3;

}  // namespace

int full_queue::open(int family) {
  const int out = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (out < 0) throw std::runtime_error("no socket");
  sockets_.push_back(out);
  return out;
}

void full_queue::fill(const sockaddr* where, socklen_t size) {
  for (int at = 0; at < waiting; ++at) (void)::connect(open(where->sa_family), where, size);
}

full_queue::full_queue(const std::string& ipv4_address, std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  const int listener = open(AF_INET);
  const auto* as_any = reinterpret_cast<const sockaddr*>(&where);
  socklen_t size = sizeof where;
  if (::inet_pton(AF_INET, ipv4_address.c_str(), &where.sin_addr) != 1 ||
      ::bind(listener, as_any, size) != 0 || ::listen(listener, 0) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
    throw std::runtime_error("cannot listen on " + ipv4_address);
  }
  port_ = ntohs(where.sin_port);
  fill(as_any, size);
}

full_queue full_queue::on_unix(const std::string& path) {
  full_queue out;
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  path.copy(where.sun_path, sizeof where.sun_path - 1);
  ::unlink(path.c_str());
  const int listener = out.open(AF_UNIX);
  const auto* as_any = reinterpret_cast<const sockaddr*>(&where);
  if (::bind(listener, as_any, sizeof where) != 0 || ::listen(listener, 0) != 0) {
    throw std::runtime_error("cannot listen at " + path);
  }
  out.fill(as_any, sizeof where);
  return out;
}

full_queue::full_queue(full_queue&& other) noexcept
    : sockets_(std::exchange(other.sockets_, {})), port_(other.port_) {}

full_queue::~full_queue() {
  for (const int each : sockets_) ::close(each);
}

}  // namespace gantry::test
