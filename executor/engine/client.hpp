// What gantry asks of a container engine: the seam between the fleet and the Docker Engine API.
//
// Thread rule: one client, its streams and its callers live on one thread (one io_context).
// A failure's message holds the engine's own words where it had any.
// Source: Docker Engine API 1.24 to 1.4x, sections Containers, Images, Exec and System.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/basics.hpp"
#include "executor/engine/container_spec.hpp"
#include "executor/engine/container_streams.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/engine_types.hpp"
#include "executor/engine/exec_types.hpp"
#include "executor/engine/image_types.hpp"
#include "executor/engine/stats_types.hpp"
#include "executor/engine/traffic.hpp"
#include "model/result.hpp"

namespace gantry::engine {

class client {
 public:
  virtual ~client() = default;

  // Agrees on an API version. Must have succeeded once before any other call; to be repeated
  // after the engine was away, since it may come back as another version.
  [[nodiscard]] virtual awaitable<result<version_info>> negotiate() = 0;
  // Asks for nothing but a sign of life, whatever it is: succeeds when the engine, or what stands
  // before it on its behalf, answers. One at a time; the connection for it stays open.
  [[nodiscard]] virtual awaitable<result<void>> ping() = 0;
  // Valid as long as the client.
  [[nodiscard]] virtual const traffic& seen() const = 0;
  [[nodiscard]] virtual awaitable<result<engine_info>> info() = 0;

  [[nodiscard]] virtual awaitable<result<std::vector<container_summary>>> list() = 0;
  [[nodiscard]] virtual awaitable<result<container_details>> inspect(std::string id) = 0;
  [[nodiscard]] virtual awaitable<result<container_hardening>> inspect_hardening(
      std::string id) = 0;
  // One sample, without the CPU's former one: keep that yourself. Nothing of a container that does
  // not run. Engines before API 1.41 take a second or two for it.
  [[nodiscard]] virtual awaitable<result<std::optional<stats_sample>>> stats(std::string id) = 0;

  // Fails with not_found without the image, and with conflict when the name is taken.
  [[nodiscard]] virtual awaitable<result<created_container>> create(container_spec spec) = 0;
  [[nodiscard]] virtual awaitable<result<change>> start(std::string id) = 0;
  // `grace` is the time the container has before it is killed; nothing: the engine's default.
  // The call may last that long and a little more.
  [[nodiscard]] virtual awaitable<result<change>> stop(
      std::string id, std::optional<std::chrono::seconds> grace) = 0;
  [[nodiscard]] virtual awaitable<result<change>> restart(
      std::string id, std::optional<std::chrono::seconds> grace) = 0;
  // `signal` is SIGTERM, TERM or 15. A container that does not run is `already` so for KILL, TERM,
  // INT and QUIT, which ask for its end; any other signal fails with conflict.
  [[nodiscard]] virtual awaitable<result<change>> kill(std::string id, std::string signal) = 0;
  [[nodiscard]] virtual awaitable<result<change>> pause(std::string id) = 0;
  [[nodiscard]] virtual awaitable<result<change>> unpause(std::string id) = 0;
  // `already`: its removal is under way. Fails with not_found when it is gone, and with conflict
  // when it runs and `force` is not set.
  [[nodiscard]] virtual awaitable<result<change>> remove(std::string id, removal how) = 0;

  // Returns when the engine has said that it waits, or after a moment: see exit_wait::armed().
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<exit_wait>>> wait(
      std::string id, wait_condition condition) = 0;
  // Before the container's start, so that nothing is lost; while it runs, too. Fails with conflict
  // while it is paused or restarting. No output is asked for: that is what logs() is for, and a
  // slow reader of an attached output holds up the container.
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<input_stream>>> attach_input(
      std::string id) = 0;
  // Creates and starts it. Fails with conflict when the container does not run. That the program
  // cannot be run is told by its exit code: 126 or 127, or by a failure, as the engine likes.
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<exec_run>>> exec(std::string id,
                                                                          exec_spec spec) = 0;

  // Nothing: the engine does not have it.
  [[nodiscard]] virtual awaitable<result<std::optional<image_details>>> inspect_image(
      std::string image) = 0;
  // May begin as late as the registry answers.
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<pull_stream>>> pull(
      pull_request request) = 0;

  // `since` is inclusive: events of that very nanosecond come again.
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<event_stream>>> events(
      std::optional<timestamp> since) = 0;
  [[nodiscard]] virtual awaitable<result<std::unique_ptr<log_stream>>> logs(
      log_request request) = 0;

  // Where the engine is, for people: unix:///var/run/docker.sock.
  [[nodiscard]] virtual std::string address() const = 0;
};

}  // namespace gantry::engine
