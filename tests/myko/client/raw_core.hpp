// A core that upgrades in order and then sends bytes that no decent one would, over TCP or TLS.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "myko/net/stream.hpp"

namespace gantry::myko::test {

// What is done on each connection; when it has ended the connection stays as it is, and open.
using raw_script = std::function<boost::asio::awaitable<void>(net::stream&)>;

// Reads the request for an upgrade and grants it.
[[nodiscard]] boost::asio::awaitable<void> grant_upgrade(net::stream& stream);
[[nodiscard]] boost::asio::awaitable<void> read_for_ever(net::stream& stream);
[[nodiscard]] boost::asio::awaitable<void> write_for_ever(net::stream& stream, std::string bytes);

struct raw_tls {
  std::string certificate;
  std::string key;
  bool shakes_hands = true;  // false: says nothing, not even that
};

// Listens on a free port of 127.0.0.1 from construction to destruction. All on one thread.
class raw_core {
 public:
  raw_core(boost::asio::any_io_executor executor, const raw_tls* tls, raw_script script);
  ~raw_core();
  raw_core(const raw_core&) = delete;
  raw_core& operator=(const raw_core&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] int connections() const;
  // How often the script has come to its end.
  [[nodiscard]] int scripts_ended() const;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::myko::test
