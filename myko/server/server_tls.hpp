// The TLS context of a listening server.
#pragma once

#include <memory>
#include <string>

#include "model/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace gantry::myko {

// Files in PEM.
struct tls_files {
  std::string certificate;  // the chain, the server's own first
  std::string key;          // without a passphrase
  std::string client_ca;    // every client must show a certificate of it; empty: none is asked for
};

// TLS 1.2 at least. Fails when a file cannot be used, naming it and why.
[[nodiscard]] result<std::shared_ptr<boost::asio::ssl::context>> create_server_context(
    const tls_files& files);

}  // namespace gantry::myko
