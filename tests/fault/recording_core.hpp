// A core that can be killed, and whose memory cannot: what it read stays recorded.
//
// Speaks just enough of Myko, as the TypeScript server does: it gives a client id, records every
// pulse, and echoes a ws:m:ping behind all that came before it. What it has echoed it has recorded.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "model/json.hpp"

namespace gantry::test {

struct recording_core_config {
  // Each echo is held back for a random time up to this, so that a crash finds some missing.
  std::chrono::milliseconds withhold_max{0};
  std::uint64_t seed = 1;
};

struct recording_core_counters {
  std::size_t connections = 0;
  std::size_t kills = 0;
  std::uint64_t pulses = 0;
  std::uint64_t echoes = 0;
  std::uint64_t unusable = 0;  // frames that are no message, and items that are no JSON
};

// Listens on a free port of 127.0.0.1, the same for its whole life. One thread.
class recording_core {
 public:
  // Called with each pulse, before anything that came behind it is looked at.
  using pulse_sink = std::function<void(const std::string& emitter, const std::string& hash,
                                        const json::value& data)>;

  recording_core(boost::asio::any_io_executor executor, recording_core_config config,
                 pulse_sink record);
  ~recording_core();  // as kill()
  recording_core(const recording_core&) = delete;
  recording_core& operator=(const recording_core&) = delete;

  // As a crash: nobody listens, every socket is reset, and what it held that was not read is lost.
  void kill();
  void start();
  // From now on, as in the configuration.
  void withhold(std::chrono::milliseconds most);

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const recording_core_counters& counters() const;
  // Has a client that is connected now said that its instance is Available?
  [[nodiscard]] bool registered() const;
  // Pulses of outputs that clients which are connected now have sent, and that no echo was sent
  // behind: if the connection breaks in this moment, they come again.
  [[nodiscard]] std::uint64_t unanswered() const;
  // Has a client answered this command, in whatever way?
  [[nodiscard]] bool has_answer(const std::string& tx) const;
  // "online", "offline", or "" where this generation of the core was not told.
  [[nodiscard]] std::string status(const std::string& target) const;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::test
