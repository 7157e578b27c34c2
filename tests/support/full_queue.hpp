// A listener that takes no connection: over TCP it looks like a host that drops SYNs.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gantry::test {

// Its queue is full from construction on. Throws std::runtime_error when that cannot be done.
class full_queue {
 public:
  // Port 0: any.
  explicit full_queue(const std::string& ipv4_address, std::uint16_t port = 0);
  static full_queue on_unix(const std::string& path);
  ~full_queue();
  full_queue(full_queue&& other) noexcept;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  full_queue() = default;
  void fill(const sockaddr* where, socklen_t size);
  int open(int family);

  std::vector<int> sockets_;  // the listener and who waits in its queue
  std::uint16_t port_ = 0;
};

}  // namespace gantry::test
