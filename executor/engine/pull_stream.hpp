// The progress of a pull.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "executor/engine/http_connection.hpp"
#include "executor/engine/image_types.hpp"

namespace gantry::engine {

// `connection` was answered with 200; `name` is of the request, for failures.
[[nodiscard]] std::unique_ptr<pull_stream> make_pull_stream(
    std::unique_ptr<http_connection> connection, std::string name, std::size_t line_bytes_max);

}  // namespace gantry::engine
