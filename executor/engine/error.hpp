// What can go wrong between gantry and a container engine.
//
// A code holds either one of our own faults or the HTTP status that the engine answered; both are
// compared with `errc`: `failure.code == errc::not_found` is true for HTTP 404.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <type_traits>

#include "model/result.hpp"

namespace gantry::engine {

enum class errc {
  bad_address = 1,      // DOCKER_HOST and its kin do not name an engine: the operator must act
  unreachable,          // no connection could be made, or a proxy could make none (HTTP 502 to 504)
  untrusted,            // TLS: a certificate could not be read, or was not accepted
  disconnected,         // the connection ended before the answer did
  timed_out,            // a deadline has passed; whether the request was done is unknown
  bad_response,         // the answer is not what the Engine API promises, or is beyond a limit
  unsupported_version,  // the engine speaks no API version that we do
  not_found,            // HTTP 404: no such container
  conflict,             // HTTP 409: not possible in the container's present state
  not_allowed,          // HTTP 403 or 405: a proxy or a plugin does not let this kind of call pass
  exhausted,            // we are out of descriptors or memory: no fault of the engine
  refused,              // any other HTTP 4xx
  engine_error,         // HTTP 5xx, or an error that the engine reports inside a stream
};

[[nodiscard]] const boost::system::error_category& engine_category();

[[nodiscard]] boost::system::error_condition make_error_condition(errc condition);

// For faults that we find ourselves.
[[nodiscard]] boost::system::error_code make_error_code(errc fault);

// For what the engine answered: the code's value is the status, 100 to 599.
[[nodiscard]] boost::system::error_code make_status_code(int http_status);

[[nodiscard]] inline failure fault(errc code, std::string message) {
  return {make_error_code(code), std::move(message)};
}

}  // namespace gantry::engine

template <>
struct boost::system::is_error_condition_enum<gantry::engine::errc> : std::true_type {};

namespace gantry::engine {

// There is no way to the engine at the moment: whoever wants something of it tries again when there
// is.
[[nodiscard]] inline bool is_away(const failure& reason) {
  return reason.code == errc::unreachable || reason.code == errc::disconnected ||
         reason.code == errc::exhausted;
}

}  // namespace gantry::engine
