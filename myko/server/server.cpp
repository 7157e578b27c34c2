#include "myko/server/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <map>
#include <string_view>
#include <utility>

#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/server/connection.hpp"

namespace gantry::myko {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;

// After accept() failed, as it does while there are no file descriptors left.
constexpr std::chrono::milliseconds accept_retry{100};

}  // namespace

class server::impl final : private connection_host {
 public:
  impl(asio::any_io_executor executor, server_config config, log_sink log)
      : config_(std::move(config)),
        log_(std::move(log)),
        core_(config_.plays, config_.limits, net::system_random()),
        acceptor_(executor),
        ticker_(executor),
        emptied_(executor, asio::steady_timer::time_point::max()) {}

  result<std::uint16_t> listen() {
    error_code error;
    const auto address = asio::ip::make_address(config_.address, error);
    if (error) return failure{error, config_.address + " is no IP address"};
    settings_ = {.plays = config_.plays,
                 .compress = config_.compress,
                 .ping_every = config_.plays == generation::ts ? config_.websocket_ping_every
                                                               : std::chrono::milliseconds(0),
                 .limits = config_.connection,
                 .tls = nullptr};
    if (config_.tls) {
      auto context = create_server_context(*config_.tls);
      if (!context) return context.error();
      settings_.tls = *std::move(context);
    }
    rules_ = {.plays = config_.plays,
              .listens_on = address.is_loopback() ? reach::loopback : reach::network,
              .host_id = core_.host_id(),
              .token = config_.token,
              .pages = config_.pages};
    return bind({address, config_.port});
  }

  awaitable<void> run() {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await net::until_all(accept_all(), tick_on_time());
    while (!connections_.empty()) co_await emptied_.async_wait(net::token);
  }

  void stop(stop_mode mode) {
    stopped_ = true;
    error_code ignored;  // a listener that cannot be closed will be by the destructor
    acceptor_.close(ignored);
    ticker_.cancel();
    for (const auto& [id, each] : connections_) each->stop(mode);
  }

  [[nodiscard]] const core& state() const { return core_; }

 private:
  result<std::uint16_t> bind(const tcp::endpoint& where) {
    const auto failed = [&](const error_code& error) {
      const bool v6 = where.address().is_v6();
      const std::string host = v6 ? "[" + config_.address + "]" : config_.address;
      return failure{error, "cannot listen on " + host + ":" + std::to_string(where.port()) + ": " +
                                error.message()};
    };
    error_code error;
    acceptor_.open(where.protocol(), error);
    if (error) return failed(error);
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (error) return failed(error);
    acceptor_.bind(where, error);
    if (error) return failed(error);
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failed(error);
    const auto bound = acceptor_.local_endpoint(error);
    if (error) return failed(error);
    return bound.port();
  }

  // ---- Coroutines

  awaitable<void> accept_all() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!stopped_) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (!error) {
        take(std::move(socket));
      } else if (error == asio::error::operation_aborted) {
        if (!stopped_) stop(stop_mode::abrupt);  // run() was cancelled
      } else {
        log_(log_level::warning, "accept: " + error.message());
        co_await net::sleep(accept_retry);
      }
    }
  }

  void take(tcp::socket socket) {
    if (connections_.size() >= config_.connection.connections_max) {
      log_(log_level::warning, "too many connections: one was refused");
      return;
    }
    error_code ignored;  // costs speed only
    socket.set_option(tcp::no_delay(true), ignored);
    const auto id = connection_id{++last_id_};
    auto one = create_connection(id, std::move(socket), settings_, *this, log_);
    connections_.emplace(id, one);
    const auto ended = [this, id, one](const std::exception_ptr& bug) {
      connections_.erase(id);
      emptied_.cancel();
      deliver(core_.disconnected(id));
      if (bug) std::rethrow_exception(bug);
    };
    asio::co_spawn(acceptor_.get_executor(), one->run(), ended);
  }

  awaitable<void> tick_on_time() {
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!stopped_) {
      ticker_.expires_at(core_.next_tick().value_or(asio::steady_timer::time_point::max()));
      const auto [interrupted] = co_await ticker_.async_wait(net::token);
      const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
      if (cancelled != asio::cancellation_type::none) break;
      if (!interrupted) deliver(core_.tick(net::now()));
    }
  }

  // ---- What connections tell

  http_decision asked(const request_head& request) override { return decide(rules_, request); }
  void upgraded(connection_id id) override { deliver(core_.connected(id, net::now())); }
  void text(connection_id id, std::string_view frame) override {
    deliver(core_.received(id, frame, net::now()));
  }
  void binary(connection_id id, std::string_view frame) override {
    deliver(core_.received_binary(id, frame, net::now()));
  }

  void deliver(outputs all) {
    for (const std::string& line : core_.take_log()) log_(log_level::warning, line);
    for (output& each : all) {
      const auto to = connections_.find(each.to);
      if (to != connections_.end()) to->second->send(std::move(each.frame));
    }
    if (core_.next_tick().value_or(asio::steady_timer::time_point::max()) < ticker_.expiry()) {
      ticker_.cancel();
    }
  }

  const server_config config_;
  const log_sink log_;
  connection_settings settings_;
  http_rules rules_;
  core core_;
  tcp::acceptor acceptor_;
  asio::steady_timer ticker_;   // the core's next tick; cancelled when it comes nearer
  asio::steady_timer emptied_;  // never expires; cancelled when a connection ended
  std::map<connection_id, std::shared_ptr<connection>> connections_;
  std::uint64_t last_id_ = 0;
  bool stopped_ = false;
};

server::server(asio::any_io_executor executor, server_config config, log_sink log)
    : impl_(std::make_unique<impl>(std::move(executor), std::move(config), std::move(log))) {}

server::~server() = default;

result<std::uint16_t> server::listen() { return impl_->listen(); }

awaitable<void> server::run() { return impl_->run(); }

void server::stop(stop_mode mode) { impl_->stop(mode); }

const core& server::state() const { return impl_->state(); }

}  // namespace gantry::myko
