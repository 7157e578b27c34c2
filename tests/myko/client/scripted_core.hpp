// A core that does as it is told, connection by connection: also what no decent server does.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gantry::myko::test {

// What a connection gets.
struct turn {
  enum class manners {
    normal,       // reads everything
    mute,         // takes the TCP connection and says nothing, not even HTTP
    reads_never,  // upgrades, speaks, and reads nothing
  };
  manners behaves = manners::normal;
  unsigned http_status = 101;            // any other refuses the upgrade
  std::vector<std::string> says;         // text frames, after the upgrade
  std::vector<std::string> says_binary;  // then binary ones
  bool echoes_pings = true;
  std::optional<std::uint16_t> closes_with;  // then a close frame with this code
  bool closes_at_event = false;              // as a gateway that may only be read
};

// Listens on a free port of 127.0.0.1 from construction to destruction. All on one thread.
class scripted_core {
 public:
  // The last turn is every later connection's, too.
  scripted_core(boost::asio::any_io_executor executor, std::vector<turn> turns);
  ~scripted_core();
  scripted_core(const scripted_core&) = delete;
  scripted_core& operator=(const scripted_core&) = delete;

  // Sends this on the present connection.
  void say(std::string text);
  // The present connection is lost, without a word.
  void cut();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;
  // All text frames of all connections, in order.
  [[nodiscard]] const std::vector<std::string>& heard() const;
  // How many of these contain this text?
  [[nodiscard]] std::size_t times_heard(const std::string& part) const;
  // Of the last upgrade request; empty: it had none.
  [[nodiscard]] std::string request_header(const std::string& name) const;
  // Of the last connection that was closed by a close frame; 0: none.
  [[nodiscard]] std::uint16_t close_code() const;
  [[nodiscard]] bool heard_binary() const;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::myko::test
