#include "myko/net/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>

namespace gantry::net {
namespace {

namespace ssl = boost::asio::ssl;

failure unusable(const char* what, const std::string& file, const boost::system::error_code& why) {
  return {why, std::string(what) + " " + file + " cannot be used: " + why.message()};
}

bool is_ip_address(const std::string& host) {
  boost::system::error_code error;
  (void)boost::asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

result<std::shared_ptr<ssl::context>> create_client_context(const client_tls& config) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  restrict_tls(*context);
  boost::system::error_code error;
  context->set_verify_mode(config.verify == verification::on ? ssl::verify_peer : ssl::verify_none,
                           error);
  if (error) return failure{error, "TLS cannot be set up: " + error.message()};
  if (config.ca_file.empty()) {
    context->set_default_verify_paths(error);
    if (error) return failure{error, "the system's certificates: " + error.message()};
  } else {
    context->load_verify_file(config.ca_file, error);
    if (error) return unusable("the CA file", config.ca_file, error);
  }
  if (!config.certificate_file.empty()) {
    // Without this OpenSSL would ask the terminal for it, and wait there.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                   error);
    context->use_certificate_chain_file(config.certificate_file, error);
    if (error) return unusable("the client certificate", config.certificate_file, error);
    context->use_private_key_file(config.key_file, ssl::context::pem, error);
    if (error) return unusable("the key of the client certificate", config.key_file, error);
  }
  return context;
}

void restrict_tls(ssl::context& context) {
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
}

bool expect_host(void* handle, const std::string& host) {
  auto* ssl = static_cast<SSL*>(handle);
  if (is_ip_address(host)) {
    // A zone, as in fe80::1%eth0, means something on this machine alone: no certificate names one.
    const std::string address = host.substr(0, host.find('%'));
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address.c_str()) == 1;
  }
  return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 && SSL_set1_host(ssl, host.c_str()) == 1;
}

std::string describe_handshake_failure(void* handle, const boost::system::error_code& error) {
  const auto* ssl = static_cast<SSL*>(handle);
  const long verdict = SSL_get_verify_result(ssl);
  // OpenSSL has a verdict also where nobody asks for it: then something else has gone wrong.
  if (verdict == X509_V_OK || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) {
    return "TLS handshake: " + error.message() + " (does that port speak TLS?)";
  }
  return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
}

}  // namespace gantry::net
