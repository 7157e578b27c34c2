// TLS contexts of clients: verified by default, with the mistakes in the files told in words.
#pragma once

#include <boost/system/error_code.hpp>
#include <memory>
#include <string>

#include "model/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace gantry::net {

enum class verification { on, off };

// Files in PEM; empty: none.
struct client_tls {
  std::string ca_file;                     // empty: the system's authorities
  std::string certificate_file;            // our own, for servers that ask for one
  std::string key_file;                    // without a passphrase
  verification verify = verification::on;  // chain and host name
};

// TLS 1.2 at least. Fails when a file cannot be used, naming it and why.
[[nodiscard]] result<std::shared_ptr<boost::asio::ssl::context>> create_client_context(
    const client_tls& config);

// What holds for clients and servers alike: TLS 1.2 at least, and no renegotiation.
void restrict_tls(boost::asio::ssl::context& context);

// Tells the handshake on this connection (an SSL*) which host is meant: its name is sent (SNI),
// and the certificate is checked against it, if certificates are verified. IP addresses are checked
// too, but not sent.
[[nodiscard]] bool expect_host(void* handle, const std::string& host);

// Why a handshake failed, in words: "the certificate is not for core.local", "self-signed".
[[nodiscard]] std::string describe_handshake_failure(void* handle,
                                                     const boost::system::error_code& error);

}  // namespace gantry::net
