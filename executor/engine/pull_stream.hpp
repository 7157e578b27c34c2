// The progress of a pull.
#pragma once

#include <memory>
#include <string>

#include "executor/engine/http_connection.hpp"
#include "executor/engine/image_types.hpp"
#include "executor/engine/json_items.hpp"
#include "executor/engine/skipped_items.hpp"

namespace gantry::engine {

// `connection` was answered with 200; `name` is of the request, for failures; `limits` are of one
// step.
[[nodiscard]] std::unique_ptr<pull_stream> make_pull_stream(
    std::unique_ptr<http_connection> connection, std::string name, json_limits limits,
    std::shared_ptr<skipped_items> skipped);

}  // namespace gantry::engine
