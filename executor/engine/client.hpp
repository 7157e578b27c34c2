// What gantry asks of a container engine: the seam between the fleet and the Docker Engine API.
//
// Thread rule: one client, its streams and its callers live on one thread (one io_context).
// A failure's message holds the engine's own words where it had any.
// Source: Docker Engine API 1.24 to 1.4x, sections Containers and System.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace gantry::engine {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

// Nanoseconds since 1970, in the engine's clock: never compare it with ours.
using timestamp = std::int64_t;

enum class container_state { created, running, paused, restarting, removing, exited, dead };

[[nodiscard]] std::string_view to_string(container_state state);

// One row of the list of containers.
struct container_summary {
  std::string id;     // 64 hex digits
  std::string name;   // without the leading slash
  std::string image;  // as the user wrote it
  std::map<std::string, std::string> labels;
  container_state state = container_state::created;
  std::int64_t created = 0;  // seconds since 1970
};

// All that gantry uses of an inspected container.
struct container_details {
  container_summary summary;
  bool tty = false;  // one raw stream without frames
  bool auto_remove = false;
  std::string log_driver;
  std::string stop_signal;    // empty: the engine's default, SIGTERM
  timestamp started_at = 0;   // 0: never
  timestamp finished_at = 0;  // 0: never
  int exit_code = 0;
  bool oom_killed = false;
  std::string error;  // why the engine could not start it
};

struct event {
  std::string type;    // container, network, ...
  std::string action;  // create, start, die, health_status: healthy, ...
  std::string id;
  std::map<std::string, std::string> attributes;
  timestamp time = 0;
};

struct log_request {
  std::string id;
  std::optional<timestamp> since;  // inclusive
  bool follow = true;
  bool from_end = false;  // only what is printed from now on
};

struct version_info {
  std::string engine;   // 20.10.24
  std::string api;      // the version that both sides speak: 1.41
  std::string product;  // Docker, Libpod
};

// Did a request change something, or was the container already so (HTTP 304)?
enum class change { made, already };

// Ends when destroyed: the connection is closed.
class event_stream {
 public:
  virtual ~event_stream() = default;
  // The next event; nothing when the engine ended the stream.
  [[nodiscard]] virtual awaitable<result<std::optional<event>>> next() = 0;
};

class log_stream {
 public:
  virtual ~log_stream() = default;
  // The next bytes, to be given to a log_decoder as they are; empty when the engine ended the
  // stream. That is no proof of completeness: Docker 20.10 at times ends the followed log of a
  // container that exits with much of it unsent. What is missing comes when the log is read
  // again after the container has stopped. The view is valid until the next call. There is no
  // time-out: silence is normal.
  [[nodiscard]] virtual awaitable<result<std::string_view>> read() = 0;
  // The engine's own clock when it opened the stream (HTTP Date, whole seconds); 0 if not told.
  [[nodiscard]] virtual timestamp opened_at() const = 0;
};

class client {
 public:
  virtual ~client() = default;

  // Agrees on an API version. Must have succeeded once before any other call; to be repeated
  // after the engine was away, since it may come back as another version.
  [[nodiscard]] virtual awaitable<result<version_info>> negotiate() = 0;

  [[nodiscard]] virtual awaitable<result<std::vector<container_summary>>> list() = 0;
  [[nodiscard]] virtual awaitable<result<container_details>> inspect(std::string id) = 0;

  [[nodiscard]] virtual awaitable<result<change>> start(std::string id) = 0;
  // `grace` is the time the container has before it is killed; nothing: the engine's default.
  // The call may last that long and a little more.
  [[nodiscard]] virtual awaitable<result<change>> stop(
      std::string id, std::optional<std::chrono::seconds> grace) = 0;
  [[nodiscard]] virtual awaitable<result<change>> restart(
      std::string id, std::optional<std::chrono::seconds> grace) = 0;

  // `since` is inclusive: events of that very nanosecond come again.
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<event_stream>>> events(
      std::optional<timestamp> since) = 0;
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<log_stream>>> logs(
      log_request request) = 0;

  // Where the engine is, for people: unix:///var/run/docker.sock.
  [[nodiscard]] virtual std::string address() const = 0;
};

}  // namespace gantry::engine
