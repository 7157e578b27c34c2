#include "executor/engine/transport.hpp"

#include <netinet/tcp.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "executor/engine/error.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// One type of socket for unix and TCP.
using generic_socket = asio::generic::stream_protocol::socket;
using tls_socket = ssl::stream<generic_socket>;

// A failure of the operating system or of TLS. A cancellation keeps its own code.
failure broken(errc code, std::string text, const error_code& error) {
  if (error == asio::error::operation_aborted) return {error, "cancelled"};
  return fault(code, std::move(text) + ": " + error.message());
}

bool is_end(const error_code& error) {
  // A peer that closes TLS without saying so looks like an attacker who cuts the stream. That is
  // for HTTP to find out, which knows whether the answer was whole.
  return error == asio::error::eof || error == ssl::error::stream_truncated;
}

// The end of what we send, on a bare socket.
awaitable<error_code> end_writing(generic_socket& socket) {
  error_code error;
  socket.shutdown(generic_socket::shutdown_send, error);
  co_return error;
}

// The same over TLS. Asio's shutdown would wait for the peer's close_notify, which comes only when
// the peer is done, too. OpenSSL is told that it has come, so that it sends ours and no more; then
// the truth is restored, and reading goes on.
awaitable<error_code> end_writing(tls_socket& stream) {
  SSL* const tls = stream.native_handle();
  const int before = SSL_get_shutdown(tls);
  SSL_set_shutdown(tls, before | SSL_RECEIVED_SHUTDOWN);
  const auto [error] = co_await stream.async_shutdown(net::token);
  SSL_set_shutdown(tls, before | SSL_SENT_SHUTDOWN);
  co_return error;
}

template <typename Stream>
class stream_over final : public byte_stream {
 public:
  explicit stream_over(Stream stream) : stream_(std::move(stream)) {}

  awaitable<result<std::size_t>> read_some(asio::mutable_buffer into) override {
    const auto [error, bytes] = co_await stream_.async_read_some(into, net::token);
    if (error && !is_end(error)) {
      co_return broken(errc::disconnected, "the connection to the engine broke", error);
    }
    co_return bytes;
  }

  awaitable<result<void>> write(std::string_view bytes) override {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [error, written] = co_await asio::async_write(stream_, buffer, net::token);
    if (error) co_return broken(errc::disconnected, "the connection to the engine broke", error);
    co_return result<void>();
  }

  awaitable<result<void>> close_writing() override {
    const auto error = co_await end_writing(stream_);
    if (error) co_return broken(errc::disconnected, "the connection to the engine broke", error);
    co_return result<void>();
  }

  awaitable<result<void>> wait_readable() override {
    auto& socket = stream_.lowest_layer();
    const auto [error] = co_await socket.async_wait(generic_socket::wait_read, net::token);
    if (error) co_return broken(errc::disconnected, "the connection to the engine broke", error);
    co_return result<void>();
  }

  void close() override {
    error_code ignored;  // it is closed, whatever this says
    stream_.lowest_layer().close(ignored);
  }

 private:
  Stream stream_;
};

template <typename Stream>
std::unique_ptr<byte_stream> make_stream(Stream stream) {
  return std::make_unique<stream_over<Stream>>(std::move(stream));
}

failure cannot_connect(const endpoint& where, const error_code& error) {
  std::string_view hint;
  if (error == asio::error::access_denied) {
    hint = " (add this user to the socket's group, mostly `docker`, or run as root)";
  } else if (error == boost::system::errc::no_such_file_or_directory ||
             error == asio::error::connection_refused) {
    hint = " (is the engine running, and is that its address?)";
  }
  failure out =
      broken(errc::unreachable, "cannot connect to the engine at " + to_string(where), error);
  out.message += hint;
  return out;
}

// A stream may rightly be silent for days, so only the kernel can tell that a peer on another
// machine is gone: 60 s of silence, then four probes, 15 s apart.
void watch_for_dead_peer(asio::ip::tcp::socket& socket) {
  const auto set = [&](int level, int option, int value) {
    // Refusal is no reason to do without the connection.
    (void)::setsockopt(socket.native_handle(), level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

awaitable<result<generic_socket>> connect_unix(asio::any_io_executor executor,
                                               unix_endpoint where) {
  generic_socket socket(executor);
  const asio::local::stream_protocol::endpoint address(where.path);
  const auto [error] = co_await socket.async_connect(address, net::token);
  if (error) co_return cannot_connect(where, error);
  co_return std::move(socket);
}

// `where` is what HOST and PORT come from, for messages.
awaitable<result<generic_socket>> connect_tcp(asio::any_io_executor executor, endpoint where,
                                              std::string host, std::uint16_t port) {
  asio::ip::tcp::resolver resolver(executor);
  const auto [unresolved, addresses] =
      co_await resolver.async_resolve(host, std::to_string(port), net::token);
  if (unresolved) co_return cannot_connect(where, unresolved);
  asio::ip::tcp::socket socket(executor);
  const auto [error, used] = co_await asio::async_connect(socket, addresses, net::token);
  if (error) co_return cannot_connect(where, error);
  watch_for_dead_peer(socket);
  co_return generic_socket(std::move(socket));
}

failure unreadable(const std::string& path, const error_code& error) {
  return fault(errc::untrusted,
               "cannot use " + path +
                   " for TLS with the engine (DOCKER_CERT_PATH is its folder): " + error.message());
}

result<ssl::context> create_context(const std::optional<tls_files>& files) {
  ssl::context context(ssl::context::tls_client);
  context.set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                      ssl::context::no_tlsv1_1);
  context.set_verify_mode(ssl::verify_peer);
  error_code error;
  if (!files) {
    context.set_default_verify_paths(error);
    if (error) return unreadable("the system's authorities", error);
    return context;
  }
  context.load_verify_file(files->authority, error);
  if (error) return unreadable(files->authority, error);
  context.use_certificate_chain_file(files->certificate, error);
  if (error) return unreadable(files->certificate, error);
  context.use_private_key_file(files->key, ssl::context::pem, error);
  if (error) return unreadable(files->key, error);
  return context;
}

// Tells OpenSSL whom to expect. False where it cannot keep the name.
bool expect_host(SSL* tls, const std::string& host) {
  X509_VERIFY_PARAM* const expected = SSL_get0_param(tls);
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1) return true;
  // Only names are sent ahead (SNI), never addresses: RFC 6066, section 3.
  return SSL_set_tlsext_host_name(tls, host.c_str()) == 1 &&
         X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size()) == 1;
}

failure handshake_failed(const tls_endpoint& where, SSL* tls, const error_code& error) {
  const long verdict = SSL_get_verify_result(tls);
  failure out = broken(errc::untrusted, "no TLS with the engine at " + to_string(where), error);
  if (verdict != X509_V_OK) {
    out.message += std::string(" (") + X509_verify_cert_error_string(verdict) +
                   "; the certificate must be for this host and from the authority in ca.pem)";
  }
  return out;
}

awaitable<result<std::unique_ptr<byte_stream>>> secure(generic_socket socket, tls_endpoint where) {
  auto context = create_context(where.files);
  if (!context) co_return context.error();
  tls_socket stream(std::move(socket), *context);  // shares what it needs of the context
  if (!expect_host(stream.native_handle(), where.host)) {
    co_return fault(errc::untrusted, "no certificate can be for the host " + where.host);
  }
  const auto [error] = co_await stream.async_handshake(ssl::stream_base::client, net::token);
  if (error) co_return handshake_failed(where, stream.native_handle(), error);
  co_return make_stream(std::move(stream));
}

using connected = awaitable<result<std::unique_ptr<byte_stream>>>;

connected connect_to(asio::any_io_executor executor, unix_endpoint where) {
  auto socket = co_await connect_unix(executor, std::move(where));
  if (!socket) co_return socket.error();
  co_return make_stream(*std::move(socket));
}

connected connect_to(asio::any_io_executor executor, tcp_endpoint where) {
  auto socket = co_await connect_tcp(executor, where, where.host, where.port);
  if (!socket) co_return socket.error();
  co_return make_stream(*std::move(socket));
}

connected connect_to(asio::any_io_executor executor, tls_endpoint where) {
  auto socket = co_await connect_tcp(executor, where, where.host, where.port);
  if (!socket) co_return socket.error();
  co_return co_await secure(*std::move(socket), std::move(where));
}

}  // namespace

awaitable<result<std::unique_ptr<byte_stream>>> connect(asio::any_io_executor executor,
                                                        endpoint where) {
  return std::visit([&](auto& each) { return connect_to(executor, std::move(each)); }, where);
}

}  // namespace gantry::engine
