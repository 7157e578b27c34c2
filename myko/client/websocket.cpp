#include "myko/client/websocket.hpp"

#include <algorithm>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <utility>

#include "myko/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/connect.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/read_budget.hpp"
#include "myko/net/stream_layer.hpp"
#include "myko/printable.hpp"
#include "myko/small_file.hpp"

namespace gantry::myko {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using boost::system::error_code;
using net::awaitable;

constexpr std::size_t write_buffer_bytes = 64U << 10U;

// ---- An established connection --------------------------------------------------------------

failure why_lost(const error_code& error, const ws::close_reason& reason) {
  // Whoever closes so may not read to the end what we were writing: that failure comes first, then.
  const bool too_large = reason.code == ws::close_code::too_big;
  if (error == ws::error::closed || too_large) {
    std::string text = "the server closed the connection";
    if (reason.code != ws::close_code::none) {
      text += " (code " + std::to_string(reason.code);
      if (!reason.reason.empty())
        text += ": " + printable({reason.reason.data(), reason.reason.size()});
      text += ")";
    }
    return {too_large ? errc::frame_too_large : errc::closed_by_server, text};
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

class websocket_connection final : public websocket {
 public:
  websocket_connection(net::stream stream, websocket_config config,
                       std::function<void(control_frame)> on_control)
      : config_(std::move(config)),
        on_control_(std::move(on_control)),
        stream_(std::move(stream), config_.close_within) {
    stream_.next_layer().get().before_each_read(
        [this] { return budget_.spend(net::now().steady); });
    stream_.control_callback([this](ws::frame_type type, beast::string_view) {
      if (!budget_.spend(net::now().steady)) abort();
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
    do {
      const auto [error, size] = co_await stream_.async_read_some(buffer_, 0, net::token);
      if (error) co_return lost(error);
      if (size > 0 && stream_.got_text()) budget_.pay_back();
    } while (!stream_.is_message_done());
    const auto data = buffer_.cdata();
    const bool brings_something = data.size() > 0 && stream_.got_text();
    if (!brings_something && !budget_.spend(net::now().steady)) co_return lost({});
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

  void abort() override { stream_.next_layer().get().close(); }

 private:
  failure lost(const error_code& error) {
    if (!budget_.is_spent()) return why_lost(error, stream_.reason());
    // Not a loss: it was us, and says nothing of what the server does with events.
    return {make_error_code(boost::system::errc::protocol_error),
            "the connection was dropped: the server sends nothing but empty or binary frames, and "
            "that fast"};
  }

  awaitable<result<bool>> do_write(std::string_view text) {
    const auto [error, size] = co_await stream_.async_write(asio::buffer(text), net::token);
    if (error) co_return lost(error);
    co_return true;
  }

  awaitable<result<bool>> do_ping() {
    const auto [error] = co_await stream_.async_ping({}, net::token);
    if (error) co_return lost(error);
    co_return true;
  }

  awaitable<result<bool>> do_close() {
    const auto [error] = co_await stream_.async_close(ws::close_code::normal, net::token);
    co_return !error;
  }

  websocket_config config_;
  std::function<void(control_frame)> on_control_;
  net::read_budget budget_;
  ws::stream<net::stream_layer> stream_;
  beast::flat_buffer buffer_;
};

// ---- The way there --------------------------------------------------------------------------

awaitable<result<net::stream>> connect_to(const server_address& address,
                                          const websocket_config& config) {
  auto looking = net::look_up(address.host, config.connect_within, config.resolve);
  const auto found = co_await std::move(looking);
  if (!found) co_return failure{errc::name_unknown, found.error().message};
  const net::connect_limits limits{.each = config.connect_within, .all = config.connect_within};
  auto connecting = net::connect_tcp(*found, address.port, limits);
  auto connected = co_await std::move(connecting);
  if (connected) co_return connected;
  failure why = connected.error();
  const bool refused = why.code == asio::error::connection_refused;
  why.message = "no connection: " + why.message +
                (refused ? " (does a core run there, and is that its port?)" : "");
  if (why.code != boost::system::errc::timed_out) why.code = errc::unreachable;
  co_return why;
}

awaitable<result<void>> secure(net::stream& stream, const server_address& address,
                               const websocket_config& config) {
  const auto context = net::create_client_context(config.tls);
  if (!context) co_return context.error();
  auto securing = net::secure(stream, *context, address.host, config.connect_within);
  const auto secured = co_await std::move(securing);
  if (secured) co_return secured;
  failure why = secured.error();
  if (why.code != boost::system::errc::timed_out) why.code = errc::tls_refused;
  co_return why;
}

std::string host_header(const server_address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + address.host + "]" : address.host;
  const std::uint16_t usual = address.security == transport::tls ? 443 : 80;
  return address.port == usual ? host : host + ":" + std::to_string(address.port);
}

}  // namespace

awaitable<result<std::unique_ptr<websocket>>> connect_websocket(
    server_address address, websocket_config config,
    std::function<void(control_frame)> on_control) {
  const auto limit = config.connect_within;
  auto token = read_token_file(config.token_file);
  if (!token) co_return token.error();
  auto stream = co_await connect_to(address, config);
  if (!stream) co_return stream.error();
  if (address.security == transport::tls) {
    const auto secured = co_await secure(*stream, address, config);
    if (!secured) co_return secured.error();
  }
  auto connection = std::make_unique<websocket_connection>(*std::move(stream), std::move(config),
                                                           std::move(on_control));
  auto upgrading = connection->upgrade(host_header(address), address.path, *std::move(token));
  const auto upgraded =
      co_await net::with_deadline(limit, "the WebSocket upgrade", std::move(upgrading));
  if (!upgraded) co_return upgraded.error();
  co_return std::unique_ptr<websocket>(std::move(connection));
}

}  // namespace gantry::myko
