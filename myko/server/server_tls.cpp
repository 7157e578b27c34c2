#include "myko/server/server_tls.hpp"

#include <boost/asio/ssl/context.hpp>

#include "myko/net/tls.hpp"

namespace gantry::myko {
namespace {

namespace ssl = boost::asio::ssl;

failure unusable(const char* what, const std::string& file, const boost::system::error_code& why) {
  return {why, std::string(what) + " " + file + " cannot be used: " + why.message()};
}

}  // namespace

result<std::shared_ptr<ssl::context>> create_server_context(const tls_files& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  net::restrict_tls(*context);
  boost::system::error_code error;
  // Without this a key with a passphrase would make OpenSSL ask for it on the terminal.
  context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                 error);
  if (error) return failure{error, "TLS cannot be set up: " + error.message()};
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return unusable("the certificate", files.certificate, error);
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return unusable("the key", files.key, error);
  if (files.client_ca.empty()) return context;
  context->load_verify_file(files.client_ca, error);
  if (error) return unusable("the CA of the clients", files.client_ca, error);
  context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  if (error) return failure{error, "TLS cannot be set up: " + error.message()};
  return context;
}

}  // namespace gantry::myko
