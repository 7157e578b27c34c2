#include "myko/net/connect.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/stream_layer.hpp"

namespace gantry::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;
using generic_socket = asio::generic::stream_protocol::socket;
using std::chrono::milliseconds;

// The kernel has no event for a place in a queue that was full.
constexpr milliseconds unix_retry{20};

std::string within(milliseconds limit) {
  return " within " + std::to_string(limit.count()) + " ms";
}

// All addresses of a host that are being tried. The handlers of connections that come too late, or
// never, share it.
class connect_race : public std::enable_shared_from_this<connect_race> {
 public:
  connect_race(const asio::any_io_executor& executor, addresses where, std::uint16_t port,
               const connect_limits& limits)
      : where_(alternate_families(std::move(where))),
        port_(port),
        limits_(limits),
        plan_(where_.size(), limits, now().steady),
        changed_(executor) {
    for (std::size_t at = 0; at < where_.size(); ++at) tries_.emplace_back(executor);
  }

  awaitable<result<tcp::socket>> run() {
    while (!winner_ && !plan_.over(now().steady)) {
      if (const auto late = plan_.give_up(now().steady)) {
        end(*late, make_error_code(boost::system::errc::timed_out));
      } else if (const auto next = plan_.begin(now().steady)) {
        begin(*next);
      } else {
        changed_.expires_at(plan_.wake_at());
        co_await changed_.async_wait(token);
      }
    }
    if (winner_) co_return std::move(tries_[*winner_].socket);
    co_return outcome();
  }

  void abandon() {
    for (attempt& each : tries_) {
      error_code ignored;
      each.socket.close(ignored);
    }
  }

 private:
  struct attempt {
    explicit attempt(const asio::any_io_executor& executor) : socket(executor) {}
    tcp::socket socket;
    std::optional<error_code> error;
  };

  void begin(std::size_t which) {
    error_code error;
    const auto address = asio::ip::make_address(where_[which], error);
    if (error) return failed(which, error);
    tries_[which].socket.async_connect({address, port_},
                                       [self = shared_from_this(), which](const error_code& ended) {
                                         self->connected(which, ended);
                                       });
  }

  void connected(std::size_t which, const error_code& error) {
    if (tries_[which].error || winner_) return;  // given up before
    if (error) return failed(which, error);
    winner_ = which;
    changed_.cancel();
  }

  void failed(std::size_t which, const error_code& error) {
    plan_.failed(which, now().steady);
    end(which, error);
    changed_.cancel();
  }

  void end(std::size_t which, const error_code& error) {
    tries_[which].error = error;
    error_code ignored;
    tries_[which].socket.close(ignored);
  }

  failure outcome() const {
    failure out{{}, ""};
    for (std::size_t at = 0; at < plan_.begun(); ++at) {
      const error_code& error = *tries_[at].error;
      if (out.code != asio::error::connection_refused) out.code = error;
      if (at > 0) out.message += "; ";
      if (where_.size() > 1) out.message += where_[at] + ": ";
      out.message += error == boost::system::errc::timed_out ? "no answer" : error.message();
    }
    const std::size_t rest = where_.size() - plan_.begun();
    if (out.code == boost::system::errc::timed_out) out.message += within(limits_.all);
    if (rest > 0) out.message += "; not tried for lack of time: " + std::to_string(rest);
    return out;
  }

  const addresses where_;
  const std::uint16_t port_;
  const connect_limits limits_;
  connect_plan plan_;
  std::vector<attempt> tries_;
  std::optional<std::size_t> winner_;
  asio::steady_timer changed_;  // cancelled when something has
};

// A stream may rightly be silent for days, so only the kernel can tell that a peer on another
// machine is gone: 60 s of silence, then four probes, 15 s apart. And small packets must not wait.
void set_options(tcp::socket& socket) {
  const auto set = [&](int level, int option, int value) {
    // Refusal is no reason to do without the connection.
    (void)::setsockopt(socket.native_handle(), level, option, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

// Asio takes the refusal of a full queue (EAGAIN) for a connection that is being made.
error_code try_unix(generic_socket& socket, const asio::local::stream_protocol::endpoint& where) {
  const int failed = ::connect(socket.native_handle(), where.data(), socklen_t(where.size()));
  return failed == 0 ? error_code() : error_code(errno, boost::system::system_category());
}

}  // namespace

awaitable<result<stream>> connect_tcp(addresses where, std::uint16_t port, connect_limits limits) {
  const auto race = std::make_shared<connect_race>(co_await asio::this_coro::executor,
                                                   std::move(where), port, limits);
  struct abandons {
    std::shared_ptr<connect_race> race;
    ~abandons() { race->abandon(); }
  } const the_others{race};
  auto socket = co_await race->run();
  if (!socket) co_return socket.error();
  set_options(*socket);
  co_return make_stream(*std::move(socket));
}

awaitable<result<stream>> connect_unix(std::string path, milliseconds limit) {
  const asio::local::stream_protocol::endpoint where(path);
  const auto end = now().steady + limit;
  generic_socket socket(co_await asio::this_coro::executor);
  error_code error;
  socket.open(asio::local::stream_protocol(), error);
  if (!error) socket.native_non_blocking(true, error);
  while (!error) {
    error = try_unix(socket, where);
    if (!error) co_return make_stream(std::move(socket));
    if (error != asio::error::would_block) break;
    if (now().steady >= end) {
      co_return failure{
          make_error_code(boost::system::errc::timed_out),
          "no answer" + within(limit) + ": it listens, but takes no connections (does it hang?)"};
    }
    co_await sleep(unix_retry);
    error.clear();
  }
  co_return failure{error, error.message()};
}

awaitable<result<void>> secure(stream& plain, std::shared_ptr<asio::ssl::context> context,
                               std::string host, milliseconds limit) {
  auto shaking = plain.secure_as_client(std::move(context), std::move(host));
  co_return co_await with_deadline(limit, "the TLS handshake", std::move(shaking));
}

}  // namespace gantry::net
