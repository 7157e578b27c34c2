// The two endless answers of an engine: its events, and a container's log.
#pragma once

#include <memory>

#include "executor/engine/container_streams.hpp"
#include "executor/engine/http_connection.hpp"

namespace gantry::engine {

// Both take a connection whose answer's head was received with status 200. A failure ends a
// stream: drop it then.
[[nodiscard]] std::unique_ptr<event_stream> make_event_stream(
    std::unique_ptr<http_connection> connection, std::size_t event_bytes_max);
[[nodiscard]] std::unique_ptr<log_stream> make_log_stream(
    std::unique_ptr<http_connection> connection);

}  // namespace gantry::engine
