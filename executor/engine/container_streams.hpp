// What lasts as long as a container does: its log, its input, the wait for its end; and the
// engine's events. Each is ended by its destruction: the connection is closed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "executor/engine/basics.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/stream_types.hpp"
#include "model/result.hpp"

namespace gantry::engine {

class event_stream {
 public:
  virtual ~event_stream() = default;
  // The next event; nothing when the engine ended the stream. What programs run inside containers
  // (exec_create, exec_start, exec_die) is left out: a health check alone makes three at a time.
  // One that cannot be read, or is too large, is no failure: it comes as event::is_unread.
  [[nodiscard]] virtual awaitable<result<std::optional<event>>> next() = 0;
  // The engine's own clock when it opened the stream (HTTP Date, whole seconds); 0 if not told.
  [[nodiscard]] virtual timestamp opened_at() const = 0;
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
  // When the run began that it ends with; 0 where it may go on with that of a later one.
  [[nodiscard]] virtual timestamp run_started_at() const { return 0; }
};

class exit_wait {
 public:
  virtual ~exit_wait() = default;
  // Has the engine said that it waits? What ends from then on is not missed. Docker says so at
  // once; Podman, in some versions, only with the end itself.
  [[nodiscard]] virtual bool armed() const = 0;
  // The end. To be called once; there is no time-out. Fails with disconnected when the engine
  // stops: then inspect the container.
  [[nodiscard]] virtual awaitable<result<container_exit>> finish() = 0;
};

// The input of a container that was created with open_stdin. Cancellation of a call closes it.
class input_stream {
 public:
  virtual ~input_stream() = default;
  // Ends when the engine's side has taken all bytes: a container that does not read makes it wait
  // for as long as it likes. That they were taken does not say that a program has read them.
  // `bytes` must live until then. Fails with disconnected when the input is no more; Docker finds
  // that out only by the first write after the container's end, which may succeed.
  [[nodiscard]] virtual awaitable<result<void>> write(std::string_view bytes) = 0;
  // No more bytes will come. The program reads an end of file if the container has stdin_once;
  // else its input stays open for others. To be called once, last.
  [[nodiscard]] virtual awaitable<result<void>> close_input() = 0;
};

}  // namespace gantry::engine
