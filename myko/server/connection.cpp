#include "myko/server/connection.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>
#include <utility>

#include "myko/net/deadline.hpp"
#include "myko/net/stream_layer.hpp"
#include "myko/server/outbox.hpp"

namespace gantry::myko {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ws = boost::beast::websocket;
using boost::system::error_code;
using net::awaitable;

using request_type = http::request<http::empty_body>;

constexpr std::size_t read_buffer_kept = 64U << 10U;  // after a larger message it is given back

result<bool> outcome_of(const error_code& error) {
  if (error) return failure{error, error.message()};
  return true;
}

std::string_view view(beast::string_view in) { return {in.data(), in.size()}; }

request_head head_of(const request_type& request, bool early_bytes) {
  request_head out;
  if (request.method() == http::verb::head) out.method = http_method::head;
  if (request.method() != http::verb::head && request.method() != http::verb::get) {
    out.method = http_method::other;
  }
  out.target = view(request.target());
  out.host = view(request[http::field::host]);
  out.authorization = view(request[http::field::authorization]);
  if (const auto origin = request.find(http::field::origin); origin != request.end()) {
    out.origin = view(origin->value());
  }
  out.upgrade = ws::is_upgrade(request);
  out.early_bytes = early_bytes;
  return out;
}

http::response<http::string_body> response_of(const request_type& request, http_answer answer) {
  http::response<http::string_body> out{http::status(answer.status), request.version()};
  out.set(http::field::content_type, answer.page.content_type);
  out.set(http::field::cache_control, "no-store");
  out.set("X-Content-Type-Options", "nosniff");
  out.set("Referrer-Policy", "no-referrer");
  out.set("Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  if (answer.status == 401) out.set(http::field::www_authenticate, "Bearer");
  if (answer.status == 405) out.set(http::field::allow, "GET, HEAD");
  if (answer.status == 426) out.set(http::field::upgrade, "websocket");
  out.keep_alive(request.keep_alive());
  out.content_length(answer.page.body.size());
  if (request.method() != http::verb::head) out.body() = std::move(answer.page.body);
  return out;
}

class socket_connection final : public connection {
 public:
  socket_connection(connection_id id, net::stream stream, connection_settings settings,
                    connection_host& host, log_sink log)
      : id_(id),
        settings_(std::move(settings)),
        host_(host),
        log_(std::move(log)),
        stream_(std::move(stream), settings_.limits.close_max),
        wake_(stream_.get_executor(), asio::steady_timer::time_point::max()),
        clock_(stream_.get_executor()),
        outbox_(settings_.limits) {}

  awaitable<void> run() override {
    if (co_await secure()) {
      const bool upgrade = co_await serve_http();
      if (upgrade && co_await accept()) co_await speak();
    }
    drop();
  }

  void send(std::string frame) override {
    if (ended_) return;
    if (!outbox_.push(std::move(frame))) {
      log_(log_level::warning, name() + " does not read: dropped");
      return drop();
    }
    wake_.cancel();
  }

  void stop(stop_mode mode) override {
    if (mode == stop_mode::abrupt || !speaking_) return drop();
    begin_close(ws::close_code::going_away);
  }

 private:
  [[nodiscard]] std::string name() const {
    return "client " + std::to_string(static_cast<std::uint64_t>(id_));
  }

  net::stream& bytes() { return stream_.next_layer().get(); }

  // Ends everything: each operation under way fails, each loop sees `ended_`.
  void drop() {
    ended_ = true;
    bytes().close();
    wake_.cancel();
    clock_.cancel();
  }

  // The writer says so, after what waits to be written, and the clock sees that it comes to an
  // end. Until then what the client sends is read and ignored, or it might not read our reason.
  void begin_close(ws::close_code why) {
    closing_ = why;
    wake_.cancel();
    clock_.cancel();
  }

  // ---- Before Myko

  awaitable<bool> secure() {
    if (!settings_.tls) co_return true;
    const auto done = co_await net::with_deadline(settings_.limits.handshake_max, "TLS",
                                                  bytes().secure_as_server(settings_.tls));
    if (!done) log_(log_level::info, name() + ": no TLS: " + done.error().message);
    co_return done.has_value();
  }

  // Answers requests until one is an upgrade (true: it is in request_) or no more come.
  awaitable<bool> serve_http() {
    auto patience = settings_.limits.handshake_max;
    for (;;) {
      const auto read = co_await net::with_deadline(patience, "the request", read_request());
      if (!read) {
        if (read.error().code != http::error::header_limit) co_return false;
        request_ = {};
        request_.keep_alive(false);
        http_answer too_long = plain_answer(431, "the request's head is too long");
        co_return co_await respond(std::move(too_long));
      }
      http_decision decision = host_.asked(head_of(request_, buffer_.size() > 0));
      if (std::holds_alternative<upgrade_granted>(decision)) co_return true;
      http_answer answer = std::get<http_answer>(std::move(decision));
      const bool more = co_await respond(std::move(answer));
      if (!more) co_return false;
      patience = settings_.limits.keep_alive_max;
    }
  }

  awaitable<result<bool>> read_request() {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(settings_.limits.request_head_bytes_max));
    const auto [error, size] =
        co_await http::async_read_header(stream_.next_layer(), buffer_, parser, net::token);
    if (error) co_return outcome_of(error);
    // A body would be read as the next request. GET has none; whoever sends one is not served.
    const bool has_body = parser.chunked() || parser.content_length().value_or(0) > 0;
    request_ = parser.release();
    if (has_body) request_.keep_alive(false);
    co_return true;
  }

  // May the client ask again?
  awaitable<bool> respond(http_answer answer) {
    auto response = response_of(request_, std::move(answer));
    const bool keep_alive = response.keep_alive();
    const auto written = co_await net::with_deadline(settings_.limits.write_max, "the response",
                                                     write_response(std::move(response)));
    if (written && keep_alive) co_return true;
    co_await bytes().finish(settings_.limits.close_max);  // or the client may lose the response
    co_return false;
  }

  awaitable<result<bool>> write_response(http::response<http::string_body> response) {
    const auto [error, size] =
        co_await http::async_write(stream_.next_layer(), response, net::token);
    co_return outcome_of(error);
  }

  awaitable<bool> accept() {
    ws::permessage_deflate deflate;
    deflate.server_enable = settings_.compress && settings_.plays != generation::rust;
    stream_.set_option(deflate);
    // Beast's own timer bounds the closing handshake; there is none for a silent client.
    stream_.set_option(
        ws::stream_base::timeout{settings_.limits.close_max, ws::stream_base::none(), false});
    std::string protocol;
    if (settings_.plays == generation::ts) {  // seen: echoed, where rust names none
      protocol = view(request_[http::field::sec_websocket_protocol]);
      protocol.resize(std::min(protocol.find(','), protocol.size()));
    }
    stream_.set_option(ws::stream_base::decorator([protocol](ws::response_type& response) {
      if (!protocol.empty()) response.set(http::field::sec_websocket_protocol, protocol);
    }));
    stream_.read_message_max(0);  // read_frames() has the limit: Beast would close without draining
    stream_.auto_fragment(false);
    stream_.text(true);
    const auto done = co_await net::with_deadline(settings_.limits.handshake_max, "the upgrade",
                                                  accept_upgrade());
    if (!done) log_(log_level::info, name() + ": no upgrade: " + done.error().message);
    co_return done.has_value();
  }

  awaitable<result<bool>> accept_upgrade() {
    const auto [error] = co_await stream_.async_accept(request_, net::token);
    co_return outcome_of(error);
  }

  // ---- Myko

  // Reader, writer and clock are siblings: who sees the connection end ends the others. A failed
  // write is left to the reader, who learns why.
  awaitable<void> speak() {
    speaking_ = true;
    buffer_.clear();
    log_(log_level::info, name() + " connected");
    host_.upgraded(id_);
    co_await net::until_all(read_frames(), write_frames(), keep_time());
  }

  awaitable<void> read_frames() {
    while (!ended_) {
      const auto [error, size] = co_await stream_.async_read_some(buffer_, 0, net::token);
      if (error) {
        if (!ended_) log_(log_level::info, name() + " is gone: " + error.message());
        co_return drop();
      }
      if (buffer_.size() > message_max()) {
        log_(log_level::warning, name() + " sent too large a message: closing");
        buffer_ = {};
        if (settings_.plays == generation::rust) co_return drop();  // seen: without a close frame
        co_return begin_close(ws::close_code::too_big);
      }
      if (stream_.is_message_done()) take_message();
    }
  }

  [[nodiscard]] std::size_t message_max() const {
    const std::size_t own = settings_.limits.frame_bytes_max;
    return own > 0 ? own : frame_bytes_max(settings_.plays);
  }

  void take_message() {
    const auto data = buffer_.cdata();
    const std::string_view frame(static_cast<const char*>(data.data()), data.size());
    stream_.got_text() ? host_.text(id_, frame) : host_.binary(id_, frame);
    buffer_.clear();
    if (buffer_.capacity() > read_buffer_kept) buffer_.shrink_to_fit();
  }

  awaitable<void> write_frames() {
    while (!ended_) {
      if (!outbox_.empty()) {
        const auto written = co_await net::with_deadline(settings_.limits.write_max, "a frame",
                                                         write_frame(outbox_.pop()));
        if (!written) co_return give_up(written.error());
      } else if (closing_) {
        (void)co_await stream_.async_close(*closing_, net::token);
        co_return drop();
      } else {
        co_await wake_.async_wait(net::token);
      }
    }
  }

  awaitable<result<bool>> write_frame(std::string frame) {
    const auto [error, size] = co_await stream_.async_write(asio::buffer(frame), net::token);
    co_return outcome_of(error);
  }

  // Pings, and sees that closing comes to an end.
  awaitable<void> keep_time() {
    const auto never = asio::steady_timer::time_point::max();
    while (!ended_) {
      const bool was_closing = closing_.has_value();
      const auto wait = closing_ ? settings_.limits.close_max : settings_.ping_every;
      clock_.expires_at(wait.count() > 0 ? asio::steady_timer::clock_type::now() + wait : never);
      const auto [interrupted] = co_await clock_.async_wait(net::token);
      if (interrupted) continue;
      if (was_closing) co_return drop();
      const auto pinged =
          co_await net::with_deadline(settings_.limits.write_max, "a ping", write_ping());
      if (!pinged) co_return give_up(pinged.error());
    }
  }

  // After a write failed. One that was cancelled half-way leaves the stream unusable.
  void give_up(const failure& why) {
    if (why.code == boost::system::errc::timed_out) {
      log_(log_level::warning, name() + " takes nothing: dropped");
      drop();
    }
  }

  awaitable<result<bool>> write_ping() {
    const auto [error] = co_await stream_.async_ping({}, net::token);
    co_return outcome_of(error);
  }

  const connection_id id_;
  const connection_settings settings_;
  connection_host& host_;
  const log_sink log_;
  ws::stream<net::stream_layer> stream_;
  beast::flat_buffer buffer_;
  request_type request_;
  asio::steady_timer wake_;   // never expires; cancelled when the writer has something to do
  asio::steady_timer clock_;  // the next ping, or the end of closing
  outbox outbox_;
  bool speaking_ = false;
  std::optional<ws::close_code> closing_;
  bool ended_ = false;
};

}  // namespace

std::shared_ptr<connection> create_connection(connection_id id, boost::asio::ip::tcp::socket socket,
                                              connection_settings settings, connection_host& host,
                                              log_sink log) {
  return std::make_shared<socket_connection>(id, net::make_stream(std::move(socket)),
                                             std::move(settings), host, std::move(log));
}

}  // namespace gantry::myko
