// What can go wrong with the protocol, for callers to react to.
#pragma once

#include <boost/system/error_code.hpp>

namespace gantry::myko {

enum class errc {
  not_json = 1,      // a frame holds no JSON; servers send such text themselves
  not_a_message,     // JSON, but not {"event": ..., "data": ...} with the fields that it needs
  bad_address,       // RSHIP_SERVER and its kin cannot be understood
  name_unknown,      // the server's name cannot be resolved
  unreachable,       // no connection: refused, no route
  tls_refused,       // the certificate or the TLS handshake failed
  upgrade_refused,   // HTTP answered something else than 101
  connection_lost,   // an established connection ended without a close
  closed_by_server,  // ... or with one
  frame_too_large,   // ... with a close that says so (1009)
  silent,            // nothing was read for too long
};

[[nodiscard]] const boost::system::error_category& category();

[[nodiscard]] inline boost::system::error_code make_error_code(errc value) {
  return {static_cast<int>(value), category()};
}

}  // namespace gantry::myko

template <>
struct boost::system::is_error_code_enum<gantry::myko::errc> : std::true_type {};
