// A core that upgrades a connection, says what it is to say, whatever that is, and then neither reads
// nor closes it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>

namespace gantry::test {

struct rude_manners {
  std::string says;              // raw bytes, behind the upgrade
  std::string certificate_file;  // empty: no TLS
  std::string key_file;
};

// Listens on a free port of 127.0.0.1 while it lives. One thread.
class rude_core {
 public:
  rude_core(const boost::asio::any_io_executor& executor, rude_manners manners);
  ~rude_core();
  rude_core(const rude_core&) = delete;
  rude_core& operator=(const rude_core&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t upgraded() const;  // connections

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::test
