// An engine on a unix socket that tells of a peer_world, and behaves as badly as it is told to.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "tests/fault/peers/peer_world.hpp"

namespace gantry::test {

enum class engine_call { ping, version, info, list, inspect, logs, stats, events, other };

inline constexpr engine_call every_engine_call[] = {
    engine_call::ping,  engine_call::version, engine_call::info,
    engine_call::list,  engine_call::inspect, engine_call::logs,
    engine_call::stats, engine_call::events,  engine_call::other};

// How it behaves at present; as made: well.
struct engine_manners {
  bool refuses = false;  // nobody listens; what is connected stays
  // As stopped by SIGSTOP: takes connections, reads nothing, says nothing on any of them.
  bool is_stopped = false;
  std::chrono::milliseconds delay{0};  // before each answer
  // Not answered until this is over; then as it should be.
  std::set<engine_call> hang;
  // In place of a whole answer, head included, of which this is the proper one; then it closes. The
  // begin of a stream is answered so, too.
  using spoiler = std::function<std::string(const std::string& proper)>;
  std::map<engine_call, spoiler> spoiled;
  // Behind the head comes this, again and again, until that is over.
  std::map<engine_call, std::string> endless;
};

// Listens on `path` from construction to destruction. Thread rule: one thread.
class hostile_engine {
 public:
  hostile_engine(boost::asio::any_io_executor executor, std::string path);
  ~hostile_engine();
  hostile_engine(const hostile_engine&) = delete;
  hostile_engine& operator=(const hostile_engine&) = delete;

  [[nodiscard]] peer_world& world();

  // From now on. All that waits looks again.
  void behave(engine_manners manners);
  [[nodiscard]] const engine_manners& manners() const;

  // ---- On all open streams of a kind (events, logs), or those of logs of one container.

  // Ends them, in the middle of whatever they say.
  void cut(engine_call kind, const std::string& container = "");
  // Says this between two of their items; as the body of a chunk.
  void slip_in(engine_call kind, const std::string& bytes, const std::string& container = "");
  [[nodiscard]] std::size_t open(engine_call kind) const;
  // How often it was asked.
  [[nodiscard]] std::size_t asked(engine_call kind) const;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

// Whole answers.
[[nodiscard]] std::string http_answer(int status, const std::string& body,
                                      const std::string& type = "application/json");

}  // namespace gantry::test
