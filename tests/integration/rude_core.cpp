#include "tests/integration/rude_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <exception>
#include <list>
#include <utility>

#include "myko/net/deadline.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
namespace ws = boost::beast::websocket;
using asio::ip::tcp;
using net::awaitable;

void rethrow_bug(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

}  // namespace

class rude_core::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(const asio::any_io_executor& executor, rude_manners manners)
      : manners_(std::move(manners)),
        acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        tls_(asio::ssl::context::tls_server) {
    if (manners_.certificate_file.empty()) return;
    tls_.use_certificate_chain_file(manners_.certificate_file);
    tls_.use_private_key_file(manners_.key_file, asio::ssl::context::pem);
  }

  static awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (true) {
      auto [error, socket] = co_await self->acceptor_.async_accept(net::token);
      if (error) co_return;
      const auto serving = self->manners_.certificate_file.empty()
                               ? &impl::serve_plain
                               : &impl::serve_encrypted;
      asio::co_spawn(self->acceptor_.get_executor(), serving(self, std::move(socket)),
                     rethrow_bug);
    }
  }

  void stop() {
    acceptor_.close();
    plain_.clear();
    encrypted_.clear();
  }

  tcp::acceptor& acceptor() { return acceptor_; }
  std::size_t upgraded_ = 0;

 private:
  static awaitable<void> serve_plain(std::shared_ptr<impl> self, tcp::socket socket) {
    auto& stream = self->plain_.emplace_back(std::move(socket));
    co_await self->upgrade(stream, stream.next_layer());
  }

  static awaitable<void> serve_encrypted(std::shared_ptr<impl> self, tcp::socket socket) {
    auto& stream = self->encrypted_.emplace_back(std::move(socket), self->tls_);
    const auto [error] =
        co_await stream.next_layer().async_handshake(asio::ssl::stream_base::server, net::token);
    if (!error) co_await self->upgrade(stream, stream.next_layer());
  }

  template <typename Stream, typename Below>
  awaitable<void> upgrade(Stream& stream, Below& below) {
    const auto [refused] = co_await stream.async_accept(net::token);
    if (refused) co_return;
    const auto [error, size] =
        co_await asio::async_write(below, asio::buffer(manners_.says), net::token);
    if (!error) ++upgraded_;
  }

  rude_manners manners_;
  tcp::acceptor acceptor_;
  asio::ssl::context tls_;
  std::list<ws::stream<tcp::socket>> plain_;
  std::list<ws::stream<boost::beast::ssl_stream<tcp::socket>>> encrypted_;
};

rude_core::rude_core(const asio::any_io_executor& executor, rude_manners manners)
    : impl_(std::make_shared<impl>(executor, std::move(manners))) {
  asio::co_spawn(executor, impl::accept_all(impl_), rethrow_bug);
}

rude_core::~rude_core() { impl_->stop(); }

std::uint16_t rude_core::port() const { return impl_->acceptor().local_endpoint().port(); }
std::size_t rude_core::upgraded() const { return impl_->upgraded_; }

}  // namespace gantry::test
