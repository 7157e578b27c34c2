// A proxy that does to connections what networks and other people's proxies do.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace gantry::test {

// A port of 127.0.0.1, or the path of a Unix socket.
using proxy_upstream = std::variant<std::uint16_t, std::string>;

// How a connection ends: with what was sent still delivered, or at once by RST.
enum class cut_kind { close, reset };

struct proxy_counters {
  std::size_t connections = 0;  // taken
  std::size_t cuts = 0;         // connections that the proxy ended by order or by policy
  std::uint64_t bytes = 0;      // forwarded, both ways
};

// Listens on a free port of 127.0.0.1 from construction to destruction; each connection is passed
// on to the upstream. Holds 64 KiB for each direction of a connection, and reads no more before
// they are written. What is set holds for all connections, present and to come. One thread.
class fault_proxy {
 public:
  fault_proxy(boost::asio::any_io_executor executor, proxy_upstream upstream);
  ~fault_proxy();  // resets what is connected
  fault_proxy(const fault_proxy&) = delete;
  fault_proxy& operator=(const fault_proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t open() const;  // connections
  [[nodiscard]] const proxy_counters& counters() const;

  // Ends every present connection.
  void cut(cut_kind how);
  // Nobody listens any more, until accept(). Present connections stay.
  void refuse();
  void accept();
  // Takes connections and bytes, and forwards nothing.
  void stall();
  void flow();
  // Each piece, of 64 KiB at most, is passed on so much later. 0: at once.
  void delay(std::chrono::milliseconds by);
  // Writes no more than so many bytes at a time, each in a packet of its own. 0: all that is there.
  void slice(std::size_t bytes);
  // Ends each connection when it is so old, by turns in either way. Nothing: lets it live.
  void cut_after(std::optional<std::chrono::milliseconds> age);
  // Undoes all of the above.
  void heal();

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::test
