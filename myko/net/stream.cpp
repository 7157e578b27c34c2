#include "myko/net/stream.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <optional>
#include <vector>

#include "myko/net/deadline.hpp"
#include "myko/net/readable.hpp"
#include "myko/net/stream_layer.hpp"
#include "myko/net/tls.hpp"

namespace gantry::net {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using generic_socket = asio::generic::stream_protocol::socket;

constexpr std::size_t tls_record_bytes = 16U << 10U;

failure stream_failure(const error_code& error) { return {error, error.message()}; }

result<void> outcome_of_stream(const error_code& error) {
  if (error) return stream_failure(error);
  return result<void>();
}

}  // namespace

// The socket, as what TLS runs over, too.
class asked_socket {
 public:
  using executor_type = generic_socket::executor_type;
  using lowest_layer_type = generic_socket;

  explicit asked_socket(generic_socket socket) : socket_(std::move(socket)) {}

  executor_type get_executor() { return socket_.get_executor(); }
  lowest_layer_type& lowest_layer() { return socket_; }
  void before_each_read(std::function<bool()> may_read) { may_read_ = std::move(may_read); }

  void close() {
    error_code ignored;  // it is closed, whatever this says
    socket_.close(ignored);
  }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    if (may_read_ && !may_read_()) close();
    return socket_.async_read_some(into, std::forward<Token>(token));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& bytes, Token&& token) {
    return socket_.async_write_some(bytes, std::forward<Token>(token));
  }

 private:
  generic_socket socket_;
  std::function<bool()> may_read_;
};

using tls_socket = ssl::stream<asked_socket&>;

class stream_socket {
 public:
  using executor_type = asio::any_io_executor;

  explicit stream_socket(generic_socket socket) : bare_(std::move(socket)) {}

  executor_type get_executor() { return bare_.get_executor(); }
  generic_socket& bare() { return bare_.lowest_layer(); }
  asked_socket& asked() { return bare_; }
  tls_socket* tls() { return tls_ ? &*tls_ : nullptr; }

  tls_socket& begin_tls(std::shared_ptr<ssl::context> context) {
    context_ = std::move(context);
    return tls_.emplace(bare_, *context_);
  }

  void read(read_buffers into, io_handler then) {
    if (tls_) {
      tls_->async_read_some(into, std::move(then));
    } else {
      bare_.async_read_some(into, std::move(then));
    }
  }

  void write(write_buffers bytes, io_handler then) {
    if (tls_) {
      tls_->async_write_some(one_record(bytes), std::move(then));
    } else {
      bare_.async_write_some(bytes, std::move(then));
    }
  }

  // For asio::async_write.
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& bytes, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](io_handler then, write_buffers buffers) { write(buffers, std::move(then)); }, token,
        write_buffers(bytes));
  }
  template <typename Token>
  auto async_read_some(asio::mutable_buffer into, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](io_handler then, read_buffers buffers) { read(buffers, std::move(then)); }, token,
        read_buffers(into));
  }

 private:
  // TLS makes a record of each buffer, so the head of a frame would be one: small ones are joined.
  asio::const_buffer one_record(const write_buffers& bytes) {
    if (bytes.end() - bytes.begin() <= 1) {
      return bytes.begin() == bytes.end() ? asio::const_buffer() : *bytes.begin();
    }
    const std::size_t size = std::min(asio::buffer_size(bytes), tls_record_bytes);
    record_.resize(size);
    asio::buffer_copy(asio::buffer(record_), bytes);
    return asio::buffer(record_);
  }

  asked_socket bare_;
  std::shared_ptr<ssl::context> context_;  // outlives what was made of it
  std::optional<tls_socket> tls_;
  std::vector<char> record_;
};

namespace {

// Asio's shutdown would wait for the peer's close_notify, which comes only when the peer is done,
// too. OpenSSL is told that it has come, so that it makes ours and asks for no more. The truth is
// restored before that is on its way: a read under way would take the lie for the end.
awaitable<error_code> send_close_notify(tls_socket& stream) {
  const auto begin = [&stream](auto then) {
    SSL* const tls = stream.native_handle();
    const int before = SSL_get_shutdown(tls);
    SSL_set_shutdown(tls, before | SSL_RECEIVED_SHUTDOWN);
    stream.async_shutdown(std::move(then));
    SSL_set_shutdown(tls, before | SSL_SENT_SHUTDOWN);
  };
  const auto [error] =
      co_await asio::async_initiate<decltype(token), void(error_code)>(begin, token);
  co_return error;
}

error_code send_fin(stream_socket& socket) {
  error_code error;
  socket.bare().shutdown(generic_socket::shutdown_send, error);
  return error;
}

awaitable<result<void>> exchange_ends(std::shared_ptr<stream_socket> socket) {
  if (socket->tls() != nullptr) (void)co_await send_close_notify(*socket->tls());
  error_code error = send_fin(*socket);
  std::array<char, 4096> unread;
  while (!error) {
    const auto [ended, bytes] =
        co_await socket->bare().async_read_some(asio::buffer(unread), token);
    error = ended;
  }
  co_return result<void>();
}

awaitable<void> finish_socket(std::shared_ptr<stream_socket> socket,
                              std::chrono::milliseconds limit) {
  struct closes {
    std::shared_ptr<stream_socket> socket;
    ~closes() { socket->asked().close(); }
  } const at_the_end{socket};
  co_await asio::post(asio::use_awaitable);  // Beast expects no answer before it has asked
  (void)co_await with_deadline(limit, "closing", exchange_ends(socket));
}

}  // namespace

// ---- What others see --------------------------------------------------------------------------

stream make_stream(generic_socket socket) {
  return stream(std::make_shared<stream_socket>(std::move(socket)));
}

void start_read(stream_socket& from, read_buffers into, io_handler then) {
  from.read(into, std::move(then));
}

void start_write(stream_socket& to, write_buffers bytes, io_handler then) {
  to.write(bytes, std::move(then));
}

void start_finish(const stream& one, std::chrono::milliseconds limit, end_handler then) {
  const auto slot = asio::get_associated_cancellation_slot(then);
  auto ended = [then = std::move(then)](const std::exception_ptr& cancelled) mutable {
    std::move(then)(cancelled ? error_code(asio::error::operation_aborted) : error_code());
  };
  asio::co_spawn(one.executor(), finish_socket(one.socket(), limit),
                 asio::bind_cancellation_slot(slot, std::move(ended)));
}

stream::stream(std::shared_ptr<stream_socket> socket) : socket_(std::move(socket)) {}

stream& stream::operator=(stream&& other) noexcept {
  if (socket_) close();
  socket_ = std::move(other.socket_);
  return *this;
}

stream::~stream() {
  if (socket_) close();
}

asio::any_io_executor stream::executor() const { return socket_->get_executor(); }

awaitable<result<void>> stream::secure_as_client(std::shared_ptr<ssl::context> context,
                                                 std::string host) {
  tls_socket& tls = socket_->begin_tls(std::move(context));
  if (!expect_host(tls.native_handle(), host)) {
    co_return failure{make_error_code(boost::system::errc::invalid_argument),
                      "no certificate can be for the host " + host};
  }
  const auto [error] = co_await tls.async_handshake(ssl::stream_base::client, token);
  if (!error) co_return result<void>();
  co_return failure{error, describe_handshake_failure(tls.native_handle(), error)};
}

awaitable<result<void>> stream::secure_as_server(std::shared_ptr<ssl::context> context) {
  tls_socket& tls = socket_->begin_tls(std::move(context));
  const auto [error] = co_await tls.async_handshake(ssl::stream_base::server, token);
  co_return outcome_of_stream(error);
}

awaitable<result<std::size_t>> stream::read_some(asio::mutable_buffer into) {
  const auto [error, bytes] = co_await socket_->async_read_some(into, token);
  const bool ended = error == asio::error::eof || error == ssl::error::stream_truncated;
  if (error && !ended) co_return stream_failure(error);
  co_return bytes;
}

awaitable<result<void>> stream::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  const auto [error, written] = co_await asio::async_write(*socket_, buffer, token);
  co_return outcome_of_stream(error);
}

awaitable<result<void>> stream::close_writing() {
  if (socket_->tls() == nullptr) co_return outcome_of_stream(send_fin(*socket_));
  const error_code error = co_await send_close_notify(*socket_->tls());
  co_return outcome_of_stream(error);
}

awaitable<result<void>> stream::wait_readable() {
  const auto error = co_await net::wait_readable(socket_->bare());
  co_return outcome_of_stream(error);
}

awaitable<void> stream::finish(std::chrono::milliseconds limit) {
  co_await finish_socket(socket_, limit);
}

void stream::close() { socket_->asked().close(); }

void stream::before_each_read(std::function<bool()> may_read) {
  socket_->asked().before_each_read(std::move(may_read));
}

}  // namespace gantry::net
