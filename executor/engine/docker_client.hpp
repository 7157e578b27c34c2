// The engine client that speaks the Docker Engine API (Docker, Moby, Podman).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <memory>

#include "executor/engine/client.hpp"
#include "executor/engine/endpoint.hpp"
#include "executor/engine/locator.hpp"
#include "myko/log.hpp"
#include "myko/net/lookup.hpp"

namespace gantry::engine {

struct client_config {
  // From the first byte to the connection made, with name look-up and TLS; all else follows it.
  std::chrono::milliseconds connect_max{5'000};
  net::name_resolver resolve = net::resolve_by_system;
  // For a whole request and its answer, or, for events, for logs that are not followed, for an
  // input and a program inside a container, until the answer begins. A followed log may begin as
  // late as it likes: Podman sends nothing before the first line. So may a pull.
  std::chrono::milliseconds request_max{30'000};
  // What stop and restart may take is request_max more than the container's grace, or than
  // this, Docker's own default, when none is given.
  std::chrono::seconds grace_default{10};
  // Of a list or a description, once its long strings are cut.
  std::size_t body_bytes_max = 64 << 20;
  // Of one entry of a list, so cut.
  std::size_t entry_bytes_max = 16 << 20;
  // Of one event, so cut.
  std::size_t event_bytes_max = 1 << 20;
  // Of one step of a pull, so cut.
  std::size_t progress_bytes_max = 256 << 10;
  // Of one write to a container's input.
  std::size_t input_bytes_max = 4 << 20;
  // How long wait() waits for the engine's word that it waits.
  std::chrono::milliseconds arm_max{1'000};
  // A program inside a container may close its output and go on: its end is asked for so often.
  std::chrono::milliseconds exec_poll{100};
  // Hears of what is passed over: events, entries of lists. May be empty.
  log_sink log = {};
};

// Connects when asked something, once for each request: nothing is open in between but streams.
//
// Failures have the conditions of engine::errc. Cancellation (terminal) of any call closes its
// connection; the engine may still do what it was asked to, notably a stop. The client must
// outlive its calls, but not its streams.
[[nodiscard]] std::unique_ptr<client> create_docker_client(endpoint where,
                                                           client_config config = {});

// The same, for an engine that `where` is asked for at each negotiate(). It must outlive the
// client.
[[nodiscard]] std::unique_ptr<client> create_docker_client(locator& where,
                                                           client_config config = {});

}  // namespace gantry::engine
