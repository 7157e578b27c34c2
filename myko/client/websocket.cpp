#include "myko/client/websocket.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fstream>
#include <optional>
#include <utility>

#include "myko/error.hpp"
#include "myko/net/deadline.hpp"
#include "myko/printable.hpp"

namespace gantry::myko {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;

using plain_stream = tcp::socket;
using tls_stream = asio::ssl::stream<tcp::socket>;

constexpr std::size_t token_bytes_max = 16U << 10U;
constexpr std::size_t write_buffer_bytes = 64U << 10U;

// ---- An established connection --------------------------------------------------------------

failure lost(const error_code& error, const ws::close_reason& reason) {
  if (error == ws::error::closed) {
    std::string text = "the server closed the connection";
    if (reason.code != ws::close_code::none) {
      text += " (code " + std::to_string(reason.code);
      if (!reason.reason.empty())
        text += ": " + printable({reason.reason.data(), reason.reason.size()});
      text += ")";
    }
    return {errc::closed_by_server, text};
  }
  return {errc::connection_lost, "the connection was lost: " + error.message()};
}

std::string hint_for(beast::http::status answer) {
  switch (answer) {
    case beast::http::status::unauthorized:
    case beast::http::status::forbidden:
      return " (is the token right?)";
    case beast::http::status::not_found:
      return " (is it a Rocketship core, and is that its path?)";
    default:
      return "";
  }
}

template <typename Stream>
class websocket_connection final : public websocket {
 public:
  // The context outlives the stream that uses it.
  websocket_connection(std::shared_ptr<asio::ssl::context> context, Stream stream,
                       websocket_config config, std::function<void(control_frame)> on_control)
      : context_(std::move(context)),
        config_(std::move(config)),
        on_control_(std::move(on_control)),
        stream_(std::move(stream)) {
    stream_.control_callback([this](ws::frame_type type, beast::string_view) {
      if (type != ws::frame_type::close) {
        on_control_(type == ws::frame_type::pong ? control_frame::pong : control_frame::ping);
      }
    });
    stream_.read_message_max(config_.message_bytes_max);
    ws::permessage_deflate deflate;
    deflate.client_enable = config_.compress;
    stream_.set_option(deflate);
    stream_.text(true);
    // One frame for each message, masked and sent in pieces that fit most: Beast's own 4 KiB make
    // a full pulse sixteen frames and as many system calls.
    stream_.auto_fragment(false);
    stream_.write_buffer_bytes(write_buffer_bytes);
  }

  awaitable<result<bool>> upgrade(std::string host, std::string target, std::string token) {
    stream_.set_option(ws::stream_base::decorator([token](ws::request_type& request) {
      request.set(beast::http::field::user_agent, "gantry");
      if (!token.empty()) request.set(beast::http::field::authorization, "Bearer " + token);
    }));
    ws::response_type response;
    const auto [error] = co_await stream_.async_handshake(response, host, target, net::token);
    if (!error) co_return true;
    if (error == ws::error::upgrade_declined) {
      co_return failure{errc::upgrade_refused, "HTTP " + std::to_string(response.result_int()) +
                                                   " " + std::string(response.reason()) +
                                                   " in place of a WebSocket" +
                                                   hint_for(response.result())};
    }
    co_return failure{errc::upgrade_refused,
                      "no WebSocket upgrade: " + error.message() +
                          " (is it a Rocketship core? One with TLS is named with wss://)"};
  }

  awaitable<result<incoming>> read() override {
    buffer_.consume(buffer_.size());
    const auto [error, size] = co_await stream_.async_read(buffer_, net::token);
    if (error) co_return lost(error, stream_.reason());
    const auto data = buffer_.cdata();
    co_return incoming{stream_.got_text(),
                       std::string_view(static_cast<const char*>(data.data()), data.size())};
  }

  awaitable<result<bool>> write(std::string_view text) override {
    co_return co_await net::with_deadline(config_.write_within, "writing to the server",
                                          do_write(text));
  }

  awaitable<result<bool>> ping() override {
    co_return co_await net::with_deadline(config_.write_within, "writing to the server", do_ping());
  }

  awaitable<void> close() override {
    (void)co_await net::with_deadline(config_.close_within, "closing", do_close());
  }

  ws::stream<Stream>& stream() { return stream_; }

 private:
  awaitable<result<bool>> do_write(std::string_view text) {
    const auto [error, size] = co_await stream_.async_write(asio::buffer(text), net::token);
    if (error) co_return lost(error, stream_.reason());
    co_return true;
  }

  awaitable<result<bool>> do_ping() {
    const auto [error] = co_await stream_.async_ping({}, net::token);
    if (error) co_return lost(error, stream_.reason());
    co_return true;
  }

  awaitable<result<bool>> do_close() {
    const auto [error] = co_await stream_.async_close(ws::close_code::normal, net::token);
    co_return !error;
  }

  std::shared_ptr<asio::ssl::context> context_;
  websocket_config config_;
  std::function<void(control_frame)> on_control_;
  ws::stream<Stream> stream_;
  beast::flat_buffer buffer_;
};

// ---- The way there --------------------------------------------------------------------------

result<std::string> read_token(const std::string& file) {
  if (file.empty()) return std::string();
  std::ifstream in(file);
  std::string token;
  if (!std::getline(in, token) || token.empty() || token.size() > token_bytes_max) {
    return failure{make_error_code(boost::system::errc::permission_denied),
                   "the token file " + file + " cannot be read, is empty or is too large"};
  }
  if (token.back() == '\r') token.pop_back();
  return token;
}

// A look-up runs in the system's resolver and cannot be cancelled, only abandoned: then it lives
// on by itself until it ends. That is why this has a deadline of its own.
struct name_lookup {
  name_lookup(const asio::any_io_executor& executor, std::chrono::milliseconds limit)
      : resolver(executor), ended(executor, limit) {}

  tcp::resolver resolver;
  asio::steady_timer ended;  // cancelled when it has
  std::optional<error_code> error;
  tcp::resolver::results_type endpoints;
};

awaitable<result<tcp::resolver::results_type>> resolve(server_address address,
                                                       std::chrono::milliseconds limit) {
  const auto executor = co_await asio::this_coro::executor;
  const auto lookup = std::make_shared<name_lookup>(executor, limit);
  lookup->resolver.async_resolve(
      address.host, std::to_string(address.port),
      [lookup](const error_code& error, tcp::resolver::results_type endpoints) {
        lookup->error = error;
        lookup->endpoints = std::move(endpoints);
        lookup->ended.cancel();
      });
  co_await lookup->ended.async_wait(net::token);
  if (!lookup->error) {
    lookup->resolver.cancel();
    co_return failure{errc::name_unknown, "resolving the name " + address.host +
                                              " took longer than " + std::to_string(limit.count()) +
                                              " ms"};
  }
  if (*lookup->error) {
    co_return failure{errc::name_unknown, "the name " + address.host +
                                              " cannot be resolved: " + lookup->error->message()};
  }
  co_return std::move(lookup->endpoints);
}

awaitable<result<bool>> connect_tcp(tcp::socket& socket, tcp::resolver::results_type endpoints) {
  const auto [error, endpoint] = co_await asio::async_connect(socket, endpoints, net::token);
  if (error) {
    const bool refused = error == asio::error::connection_refused;
    co_return failure{errc::unreachable,
                      "no connection: " + error.message() +
                          (refused ? " (does a core run there, and is that its port?)" : "")};
  }
  error_code ignored;  // options that cannot be set only cost speed
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  co_return true;
}

awaitable<result<bool>> handshake_tls(tls_stream& stream) {
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, net::token);
  if (error) {
    co_return failure{errc::tls_refused,
                      net::describe_handshake_failure(stream.native_handle(), error)};
  }
  co_return true;
}

std::string host_header(const server_address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + address.host + "]" : address.host;
  const std::uint16_t usual = address.security == transport::tls ? 443 : 80;
  return address.port == usual ? host : host + ":" + std::to_string(address.port);
}

template <typename Stream>
awaitable<result<std::unique_ptr<websocket>>> upgrade(
    std::shared_ptr<asio::ssl::context> context, Stream stream, server_address address,
    websocket_config config, std::string token, std::function<void(control_frame)> on_control) {
  const auto limit = config.connect_within;
  auto connection = std::make_unique<websocket_connection<Stream>>(
      std::move(context), std::move(stream), std::move(config), std::move(on_control));
  const auto upgraded = co_await net::with_deadline(
      limit, "the WebSocket upgrade",
      connection->upgrade(host_header(address), address.path, std::move(token)));
  if (!upgraded) co_return upgraded.error();
  co_return std::unique_ptr<websocket>(std::move(connection));
}

}  // namespace

awaitable<result<std::unique_ptr<websocket>>> connect_websocket(
    server_address address, websocket_config config,
    std::function<void(control_frame)> on_control) {
  const auto limit = config.connect_within;
  auto token = read_token(config.token_file);
  if (!token) co_return token.error();
  auto endpoints = co_await resolve(address, limit);
  if (!endpoints) co_return endpoints.error();
  tcp::socket socket(co_await asio::this_coro::executor);
  const auto connected =
      co_await net::with_deadline(limit, "connecting", connect_tcp(socket, *endpoints));
  if (!connected) co_return connected.error();
  if (address.security == transport::plain) {
    co_return co_await upgrade(nullptr, std::move(socket), std::move(address), std::move(config),
                               *std::move(token), std::move(on_control));
  }
  auto context = net::create_client_context(config.tls);
  if (!context) co_return context.error();
  tls_stream stream(std::move(socket), **context);
  if (!net::expect_host(stream.native_handle(), address.host)) {
    co_return failure{errc::tls_refused, "TLS cannot be set up for host " + address.host};
  }
  const auto secured =
      co_await net::with_deadline(limit, "the TLS handshake", handshake_tls(stream));
  if (!secured) co_return secured.error();
  co_return co_await upgrade(*std::move(context), std::move(stream), std::move(address),
                             std::move(config), *std::move(token), std::move(on_control));
}

}  // namespace gantry::myko
