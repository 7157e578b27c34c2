#include "tests/support/ws_peer.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "myko/net/deadline.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;

using plain_stream = tcp::socket;
using tls_stream = beast::ssl_stream<tcp::socket>;

result<bool> outcome_of(const error_code& error) {
  if (error) return failure{error, error.message()};
  return true;
}

template <typename Stream>
class stream_peer final : public ws_peer {
 public:
  template <typename... StreamArguments>
  stream_peer(peer_options options, std::shared_ptr<asio::ssl::context> context,
              StreamArguments&&... stream)
      : options_(std::move(options)),
        context_(std::move(context)),
        stream_(std::forward<StreamArguments>(stream)...) {
    ws::permessage_deflate deflate;
    deflate.client_enable = options_.compress;
    stream_.set_option(deflate);
    stream_.set_option(ws::stream_base::decorator([this](ws::request_type& request) {
      for (const auto& [name, value] : options_.headers) request.set(name, value);
    }));
    stream_.control_callback([this](ws::frame_type type, beast::string_view) {
      if (type == ws::frame_type::ping) ++pings_;
    });
    stream_.read_message_max(0);  // no limit
    stream_.auto_fragment(false);
  }

  ws::stream<Stream>& stream() { return stream_; }

  awaitable<result<bool>> upgrade() {
    const std::string host = options_.host + ":" + std::to_string(options_.port);
    const auto [error] =
        co_await stream_.async_handshake(response_, host, options_.target, net::token);
    if (error == ws::error::upgrade_declined) {
      co_return failure{error, "HTTP " + std::to_string(response_.result_int())};
    }
    co_return outcome_of(error);
  }

  awaitable<result<bool>> send(std::string text) override {
    co_return co_await within("send", write(std::move(text), frame_kind::text));
  }
  awaitable<result<bool>> send_binary(std::string bytes) override {
    co_return co_await within("send", write(std::move(bytes), frame_kind::binary));
  }
  awaitable<result<bool>> send_fragments(std::vector<std::string> parts) override {
    co_return co_await within("send", write_parts(std::move(parts)));
  }
  awaitable<result<std::string>> read() override { co_return co_await within("read", next()); }
  awaitable<result<bool>> close() override { co_return co_await within("close", shake_hands()); }

  void abort() override {
    error_code ignored;  // it is gone either way
    beast::get_lowest_layer(stream_).close(ignored);
  }
  [[nodiscard]] std::uint16_t close_code() const override { return stream_.reason().code; }
  [[nodiscard]] std::size_t pings() const override { return pings_; }
  [[nodiscard]] std::string response_header(const std::string& name) const override {
    return std::string(response_[name]);
  }

 private:
  enum class frame_kind { text, binary };

  template <typename T>
  awaitable<result<T>> within(const char* name, awaitable<result<T>> step) {
    return net::with_deadline(options_.patience, name, std::move(step));
  }

  awaitable<result<bool>> write(std::string bytes, frame_kind kind) {
    stream_.text(kind == frame_kind::text);
    const auto [error, size] = co_await stream_.async_write(asio::buffer(bytes), net::token);
    co_return outcome_of(error);
  }

  awaitable<result<bool>> write_parts(std::vector<std::string> parts) {
    stream_.text(true);
    for (std::size_t at = 0; at < parts.size(); ++at) {
      const bool last = at + 1 == parts.size();
      const auto [error, size] =
          co_await stream_.async_write_some(last, asio::buffer(parts[at]), net::token);
      if (error) co_return outcome_of(error);
    }
    co_return true;
  }

  awaitable<result<std::string>> next() {
    beast::flat_buffer buffer;
    const auto [error, size] = co_await stream_.async_read(buffer, net::token);
    if (error) co_return failure{error, error.message()};
    co_return beast::buffers_to_string(buffer.data());
  }

  awaitable<result<bool>> shake_hands() {
    const auto [error] = co_await stream_.async_close(ws::close_code::normal, net::token);
    co_return outcome_of(error);
  }

  peer_options options_;
  std::shared_ptr<asio::ssl::context> context_;  // outlives the stream
  ws::response_type response_;
  std::size_t pings_ = 0;
  ws::stream<Stream> stream_;
};

awaitable<result<bool>> connect(tcp::socket& socket, std::string host, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) co_return outcome_of(error);
  const auto [refused] = co_await socket.async_connect({address, port}, net::token);
  co_return outcome_of(refused);
}

awaitable<result<bool>> secure(tls_stream& stream) {
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, net::token);
  co_return outcome_of(error);
}

awaitable<result<std::string>> exchange(tcp::socket& socket, std::string bytes) {
  std::string out;
  (void)co_await asio::async_write(socket, asio::buffer(bytes), net::token);
  (void)co_await asio::async_read(socket, asio::dynamic_buffer(out), net::token);
  co_return out;
}

}  // namespace

awaitable<result<std::string>> ws_peer::read_with(std::string part) {
  for (;;) {
    auto frame = co_await read();
    if (!frame || frame->find(part) != std::string::npos) co_return frame;
  }
}

awaitable<result<std::unique_ptr<ws_peer>>> connect_peer(peer_options options) {
  const auto patience = options.patience;
  tcp::socket socket(co_await asio::this_coro::executor);
  auto done =
      co_await net::with_deadline(patience, "connect", connect(socket, options.host, options.port));
  if (!done) co_return done.error();
  socket.set_option(tcp::no_delay(true));
  if (!options.tls) {
    auto peer =
        std::make_unique<stream_peer<plain_stream>>(std::move(options), nullptr, std::move(socket));
    done = co_await net::with_deadline(patience, "upgrade", peer->upgrade());
    if (!done) co_return done.error();
    co_return std::unique_ptr<ws_peer>(std::move(peer));
  }
  const auto context = net::create_client_context(*options.tls);
  if (!context) co_return context.error();
  const std::string host = options.host;
  auto peer = std::make_unique<stream_peer<tls_stream>>(std::move(options), *context,
                                                        std::move(socket), **context);
  tls_stream& tls = peer->stream().next_layer();
  if (!net::expect_host(tls.native_handle(), host)) co_return failure{{}, "no host " + host};
  done = co_await net::with_deadline(patience, "TLS", secure(tls));
  if (done) done = co_await net::with_deadline(patience, "upgrade", peer->upgrade());
  if (!done) co_return done.error();
  co_return std::unique_ptr<ws_peer>(std::move(peer));
}

awaitable<result<std::string>> exchange_bytes(std::uint16_t port, std::string bytes,
                                              std::chrono::milliseconds patience) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const auto done =
      co_await net::with_deadline(patience, "connect", connect(socket, "127.0.0.1", port));
  if (!done) co_return done.error();
  co_return co_await net::with_deadline(patience, "exchange", exchange(socket, std::move(bytes)));
}

}  // namespace gantry::test
