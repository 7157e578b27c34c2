// A core's worst side: stands in front of a recording_core, passes on what is said both ways, and
// does to it, and says of its own, what no decent core would.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gantry::test {

// How it behaves at present; as made: well.
struct core_manners {
  bool refuses = false;             // nobody listens; what is connected stays
  std::optional<std::string> http;  // in place of the answer to the upgrade; then it closes
  bool is_mute = false;             // takes connections, and says nothing, not even that
  std::optional<std::uint16_t> closes_with;  // at once after the upgrade; 0: without a code
  std::size_t frame_bytes_max = 0;           // a larger one is answered by a close with 1009
  bool reads_nothing = false;
  bool holds_all = false;     // what the core says comes when this is over
  bool holds_echoes = false;  // the same, of the echoes of pings
};

struct sent_command {
  std::string tx;
  bool is_owed = false;  // its answer: the connection that it was sent on is still there
};

struct hostile_core_counters {
  std::size_t connections = 0;
  std::size_t too_large = 0;          // frames that were answered with 1009
  std::size_t frame_bytes_least = 0;  // the least limit that was told so; 0: none
};

// A frame of WebSocket, as servers send it. Opcodes: 0 continues, 1 text, 2 binary, 8 close,
// 9 ping, 10 pong.
[[nodiscard]] std::string server_frame(unsigned opcode, const std::string& payload,
                                       bool is_last = true);

// Listens on a free port of 127.0.0.1, the same for its whole life. Thread rule: one thread.
class hostile_core {
 public:
  // `behind` is the port of the recording_core.
  hostile_core(boost::asio::any_io_executor executor, std::uint16_t behind);
  ~hostile_core();
  hostile_core(const hostile_core&) = delete;
  hostile_core& operator=(const hostile_core&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const hostile_core_counters& counters() const;

  void behave(core_manners manners);

  // ---- On all that are connected.

  // Bytes between two frames of the core's.
  void say(const std::string& bytes);
  // The same: a frame of text with a command, whose tx is remembered.
  void command(const std::string& tx, const std::string& text);
  // Resets it, with these bytes in front, such as the begin of a frame.
  void reset(const std::string& bytes);
  // The tx of queries that it was asked.
  [[nodiscard]] const std::vector<std::string>& queries() const;
  [[nodiscard]] std::vector<sent_command> commands() const;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::test
