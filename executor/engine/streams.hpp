// The two endless answers of an engine: its events, and a container's log.
#pragma once

#include <memory>

#include "executor/engine/container_streams.hpp"
#include "executor/engine/http_connection.hpp"
#include "executor/engine/json_items.hpp"
#include "executor/engine/skipped_items.hpp"

namespace gantry::engine {

// Both take a connection whose answer's head was received with status 200. A failure ends a
// stream: drop it then. `limits` are of one event.
[[nodiscard]] std::unique_ptr<event_stream> make_event_stream(
    std::unique_ptr<http_connection> connection, json_limits limits,
    std::shared_ptr<skipped_items> skipped);
[[nodiscard]] std::unique_ptr<log_stream> make_log_stream(
    std::unique_ptr<http_connection> connection);

}  // namespace gantry::engine
