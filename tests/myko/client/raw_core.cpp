#include "raw_core.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <list>

#include "myko/net/deadline.hpp"
#include "myko/net/stream_layer.hpp"

namespace gantry::myko::test {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

// RFC 6455, section 4.2.2.
std::string accept_of(const std::string& request) {
  const std::string name = "Sec-WebSocket-Key: ";
  const auto at = request.find(name) + name.size();
  const std::string key =
      request.substr(at, request.find('\r', at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  ::SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  std::array<unsigned char, 64> out{};
  const int size = ::EVP_EncodeBlock(out.data(), digest.data(), int(digest.size()));
  return {reinterpret_cast<const char*>(out.data()), std::size_t(size)};
}

std::shared_ptr<ssl::context> context_of(const raw_tls& tls) {
  auto out = std::make_shared<ssl::context>(ssl::context::tls_server);
  out->use_certificate_chain_file(tls.certificate);
  out->use_private_key_file(tls.key, ssl::context::pem);
  return out;
}

}  // namespace

net::awaitable<void> grant_upgrade(net::stream& stream) {
  std::string request;
  std::array<char, 4096> buffer;
  while (request.find("\r\n\r\n") == std::string::npos) {
    const auto size = co_await stream.read_some(asio::buffer(buffer));
    if (!size || *size == 0) co_return;
    request.append(buffer.data(), *size);
  }
  const std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_of(request) + "\r\n\r\n";
  (void)co_await stream.write(answer);
}

net::awaitable<void> read_for_ever(net::stream& stream) {
  std::array<char, 4096> buffer;
  while (true) {
    const auto size = co_await stream.read_some(asio::buffer(buffer));
    if (!size || *size == 0) co_return;
  }
}

net::awaitable<void> write_for_ever(net::stream& stream, std::string bytes) {
  while (true) {
    const auto written = co_await stream.write(bytes);
    if (!written) co_return;
  }
}

class raw_core::impl {
 public:
  impl(const asio::any_io_executor& executor, const raw_tls* tls, raw_script script)
      : acceptor_(executor, {asio::ip::address_v4::loopback(), 0}), script_(std::move(script)) {
    port_ = acceptor_.local_endpoint().port();
    if (tls == nullptr) return;
    shakes_hands_ = tls->shakes_hands;
    context_ = context_of(*tls);
  }

  // `self` keeps this alive for as long as the coroutine runs.
  net::awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (!stopped_) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) continue;
      ++connections_;
      streams_.push_back(net::make_stream(std::move(socket)));
      asio::co_spawn(acceptor_.get_executor(), serve(streams_.back(), self), rethrow);
    }
  }

  void stop() {
    stopped_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (net::stream& each : streams_) each.close();
  }

  static void rethrow(const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  }

  std::uint16_t port_ = 0;
  int connections_ = 0;
  int scripts_ended_ = 0;

 private:
  net::awaitable<void> serve(net::stream& stream, std::shared_ptr<impl> self) {
    if (!shakes_hands_) co_return;
    if (context_) {
      const auto secured = co_await stream.secure_as_server(context_);
      if (!secured) co_return;
    }
    co_await script_(stream);
    ++self->scripts_ended_;
  }

  tcp::acceptor acceptor_;
  raw_script script_;
  std::shared_ptr<ssl::context> context_;
  bool shakes_hands_ = true;
  bool stopped_ = false;
  std::list<net::stream> streams_;
};

raw_core::raw_core(asio::any_io_executor executor, const raw_tls* tls, raw_script script)
    : impl_(std::make_shared<impl>(executor, tls, std::move(script))) {
  asio::co_spawn(executor, impl_->accept_all(impl_), impl::rethrow);
}
raw_core::~raw_core() { impl_->stop(); }

std::uint16_t raw_core::port() const { return impl_->port_; }
int raw_core::connections() const { return impl_->connections_; }
int raw_core::scripts_ended() const { return impl_->scripts_ended_; }

}  // namespace gantry::myko::test
