// A container's input, over a hijacked connection.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "executor/engine/container_streams.hpp"
#include "executor/engine/http_connection.hpp"

namespace gantry::engine {

// `connection` was answered with 101, or by engines and proxies that do not switch with 200.
// `name` is of the request, for failures.
[[nodiscard]] std::unique_ptr<input_stream> make_input_stream(
    const boost::asio::any_io_executor& executor, std::unique_ptr<http_connection> connection,
    std::string name, std::size_t write_bytes_max);

}  // namespace gantry::engine
