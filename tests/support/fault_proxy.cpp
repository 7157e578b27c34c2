#include "tests/support/fault_proxy.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <list>
#include <utility>
#include <vector>

#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;
using socket_type = asio::generic::stream_protocol::socket;
using endpoint_type = asio::generic::stream_protocol::endpoint;

constexpr std::size_t piece_bytes = 64U << 10U;

endpoint_type endpoint_of(const proxy_upstream& upstream) {
  if (const auto* path = std::get_if<std::string>(&upstream)) {
    return asio::local::stream_protocol::endpoint(*path);
  }
  return tcp::endpoint(asio::ip::address_v4::loopback(), std::get<std::uint16_t>(upstream));
}

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

// Fails on a Unix socket, and on one that is gone: nothing depends on it there.
template <typename Option>
void try_option(socket_type& socket, const Option& option) {
  error_code ignored;
  socket.set_option(option, ignored);
}

// Both ends of one connection through the proxy.
struct link {
  link(const asio::any_io_executor& executor, socket_type from_client)
      : client(std::move(from_client)), server(executor), age(executor), changed(executor) {}

  void end(cut_kind how) {
    over = true;
    for (socket_type* each : {&client, &server}) {
      error_code ignored;  // either may be gone already
      if (how == cut_kind::reset) {
        try_option(*each, asio::socket_base::linger(true, 0));
      } else {
        each->shutdown(asio::socket_base::shutdown_send, ignored);
      }
      each->close(ignored);
    }
    age.cancel();
    changed.notify();
  }

  socket_type client;
  socket_type server;
  asio::steady_timer age;
  net::signal changed;  // told when it is over, or the proxy's orders change
  bool over = false;
};

}  // namespace

class fault_proxy::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(asio::any_io_executor executor, proxy_upstream upstream)
      : executor_(std::move(executor)), upstream_(std::move(upstream)), acceptor_(executor_) {
    listen(0);
  }

  void start() { asio::co_spawn(executor_, accept_all(shared_from_this()), rethrow); }

  void listen(std::uint16_t port) {
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    acceptor_.open(here.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(here);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
  }

  void relisten() {
    if (acceptor_.is_open()) return;
    listen(port_);
    start();
  }

  void close_acceptor() {
    error_code ignored;  // nothing is left to be done about it
    acceptor_.close(ignored);
  }

  void cut_all(cut_kind how) {
    const std::vector<std::shared_ptr<link>> all(links_.begin(), links_.end());
    for (const auto& each : all) cut_one(*each, how);
  }

  void cut_one(link& which, cut_kind how) {
    if (which.over) return;
    ++counters_.cuts;
    which.end(how);
  }

  void set_age(std::optional<std::chrono::milliseconds> age) {
    age_max_ = age;
    for (const auto& each : links_) watch_age(each);
  }

  void tell_all() {
    for (const auto& each : links_) each->changed.notify();
  }

  asio::any_io_executor executor_;
  proxy_upstream upstream_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  proxy_counters counters_;
  std::list<std::shared_ptr<link>> links_;
  bool stalled_ = false;
  std::chrono::milliseconds delay_{0};
  std::size_t slice_ = 0;
  std::optional<std::chrono::milliseconds> age_max_;

 private:
  // `self` keeps this alive for as long as the coroutine runs; so below.
  awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) co_return;
      ++counters_.connections;
      const auto made = std::make_shared<link>(executor_, socket_type(std::move(socket)));
      links_.push_back(made);
      asio::co_spawn(executor_, serve(made, self), rethrow);
    }
  }

  awaitable<void> serve(std::shared_ptr<link> both, std::shared_ptr<impl>) {
    try_option(both->client, tcp::no_delay(true));
    watch_age(both);
    while (stalled_ && !both->over) co_await both->changed.wait();
    const endpoint_type where = endpoint_of(upstream_);
    if (!both->over) {
      const auto [error] = co_await both->server.async_connect(where, net::token);
      if (error) both->end(cut_kind::reset);
    }
    if (!both->over) {
      try_option(both->server, tcp::no_delay(true));
      co_await net::until_all(forward(*both, both->client, both->server),
                              forward(*both, both->server, both->client));
    }
    both->end(cut_kind::close);
    links_.remove(both);
  }

  // One direction, to its end; the other may go on. serve() keeps both.
  awaitable<void> forward(link& both, socket_type& from, socket_type& to) {
    std::vector<char> buffer(piece_bytes);
    while (!both.over) {
      const auto [error, size] = co_await from.async_read_some(asio::buffer(buffer), net::token);
      if (error == asio::error::eof) break;
      if (error) {
        both.end(cut_kind::reset);  // as it came
        co_return;
      }
      if (delay_.count() > 0) co_await net::sleep(delay_);
      std::size_t done = 0;
      while (done < size && !both.over) {
        while (stalled_ && !both.over) co_await both.changed.wait();
        const std::size_t next = slice_ == 0 ? size - done : std::min(slice_, size - done);
        const auto piece = asio::buffer(buffer.data() + done, next);
        const auto [refused, written] = co_await asio::async_write(to, piece, net::token);
        if (refused) {
          both.end(cut_kind::reset);
          co_return;
        }
        done += written;
        counters_.bytes += written;
      }
    }
    error_code ignored;  // it may be gone
    to.shutdown(asio::socket_base::shutdown_send, ignored);
  }

  void watch_age(const std::shared_ptr<link>& which) {
    which->age.cancel();
    if (!age_max_ || which->over) return;
    which->age.expires_after(*age_max_);
    which->age.async_wait([self = shared_from_this(), which](const error_code& error) {
      if (error) return;
      self->cut_one(*which, self->counters_.cuts % 2 == 0 ? cut_kind::close : cut_kind::reset);
    });
  }
};

fault_proxy::fault_proxy(asio::any_io_executor executor, proxy_upstream upstream)
    : impl_(std::make_shared<impl>(std::move(executor), std::move(upstream))) {
  impl_->start();
}

fault_proxy::~fault_proxy() {
  impl_->close_acceptor();
  impl_->cut_all(cut_kind::reset);
}

std::uint16_t fault_proxy::port() const { return impl_->port_; }
std::size_t fault_proxy::open() const { return impl_->links_.size(); }
const proxy_counters& fault_proxy::counters() const { return impl_->counters_; }
void fault_proxy::cut(cut_kind how) { impl_->cut_all(how); }
void fault_proxy::refuse() { impl_->close_acceptor(); }
void fault_proxy::accept() { impl_->relisten(); }
void fault_proxy::stall() { impl_->stalled_ = true; }
void fault_proxy::flow() {
  impl_->stalled_ = false;
  impl_->tell_all();
}
void fault_proxy::delay(std::chrono::milliseconds by) { impl_->delay_ = by; }
void fault_proxy::slice(std::size_t bytes) { impl_->slice_ = bytes; }
void fault_proxy::cut_after(std::optional<std::chrono::milliseconds> age) { impl_->set_age(age); }

void fault_proxy::heal() {
  flow();
  delay(std::chrono::milliseconds(0));
  slice(0);
  cut_after(std::nullopt);
  accept();
}

}  // namespace gantry::test
