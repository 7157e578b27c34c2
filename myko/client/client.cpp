#include "myko/client/client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "myko/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"

namespace gantry::myko {
namespace {

namespace asio = boost::asio;
using net::awaitable;

}  // namespace

class client::impl {
 public:
  impl(asio::any_io_executor executor, client_config config, pulse_source& source,
       random_source random, action_handler on_action, log_sink log)
      : config_(std::move(config)),
        log_(log),
        on_action_(std::move(on_action)),
        session_(config_.session, source, random, std::move(log)),
        backoff_(config_.backoff, std::move(random)),
        writable_(executor),
        leaving_(executor),
        wakeup_(executor) {}

  // What the session asked for, in order, also when a handler calls back in the middle of it.
  void perform(session_actions actions) {
    for (session_action& each : actions) to_perform_.push_back(std::move(each));
    if (performing_) return;
    performing_ = true;
    while (!to_perform_.empty()) {
      const session_action next = std::move(to_perform_.front());
      to_perform_.pop_front();
      std::visit([this](const auto& action) { on(action); }, next);
    }
    performing_ = false;
    wakeup_.cancel();  // the next deadline may be another now
    tell_change();
  }

  awaitable<void> run() {
    while (!session_.left()) {
      for (const server_address& server : config_.servers) {
        if (session_.left()) break;
        co_await try_server(server);
      }
      if (session_.left()) break;
      (void)co_await unless_leaving(pause(backoff_.next()));
    }
  }

  void leave() {
    perform(session_.leave(net::now()));
    leaving_.notify();
  }

  const session& state() const { return session_; }
  session& mutable_state() { return session_; }
  std::optional<server_address> connected_to() const { return connected_to_; }

 private:
  // What the handler does may change it again: it is told of that too, when it has returned.
  void tell_change() {
    if (telling_) return;
    telling_ = true;
    while (told_ != session_.takes_pulses()) {
      told_ = !told_;
      if (config_.on_change) config_.on_change();
    }
    telling_ = false;
  }

  // ---- What the session asks for

  void on(const send_frame& action) {
    outbox_bytes_ += action.text.size();
    outbox_.emplace_back(action);
    if (outbox_bytes_ > config_.outbox_bytes_max) {
      end({errc::connection_lost, "the server reads too slowly: " +
                                      std::to_string(outbox_bytes_ >> 20U) + " MiB are waiting"});
    }
    writable_.notify();
  }
  void on(const send_control_ping& action) {
    outbox_.emplace_back(action);
    writable_.notify();
  }
  void on(const perform_action& action) { on_action_(action.request); }
  void on(const drop_connection& action) { end(action.reason); }
  void on(const close_connection&) {
    close_by_ = net::now().steady + config_.websocket.close_within;
    writable_.notify();
  }

  // The connection's tasks see this and end.
  void end(failure reason) {
    if (!ended_) ended_ = std::move(reason);
    writable_.notify();
    wakeup_.cancel();
  }

  // ---- One connection

  awaitable<void> try_server(server_address server) {
    auto connected = co_await unless_leaving(
        connect_websocket(server, config_.websocket, [this](control_frame what) { heard(what); }));
    if (session_.left()) co_return;
    if (!connected && connected.error().code == asio::error::operation_aborted) co_return;
    if (!connected) {
      say_once(to_string(server) + ": " + connected.error().message + "; trying again");
      co_return;
    }
    said_.clear();
    log_(log_level::info, "connected to " + to_string(server));
    warn_of_risks(server);
    connected_to_ = server;
    const auto since = net::now().steady;
    const failure reason = co_await serve(**connected);
    backoff_.worked_for(net::now().steady - since);
    if (session_.left()) {
      log_(log_level::info, "left " + to_string(server));
    } else {
      log_(log_level::warning, to_string(server) + ": " + reason.message + "; trying again");
    }
  }

  // On every connect, so that nobody forgets.
  void warn_of_risks(const server_address& server) {
    const bool encrypted = server.security == transport::tls;
    if (encrypted && config_.websocket.tls.verify == net::verification::off) {
      log_(log_level::warning, to_string(server) + ": the server's certificate is NOT verified");
    }
    if (!encrypted && !config_.websocket.token_file.empty()) {
      log_(log_level::warning, to_string(server) + ": the token was sent without encryption");
    }
  }

  // Reader, writer and clock are siblings: the first to end ends all.
  awaitable<failure> serve(websocket& connection) {
    outbox_.clear();
    outbox_bytes_ = 0;
    close_by_.reset();
    ended_.reset();
    perform(session_.connected(net::now()));
    std::optional<failure> reason;
    const net::first_end first =
        co_await net::until_first(net::keep(read_all(connection), reason),
                                  net::keep(write_all(connection), reason), keep_time());
    connected_to_.reset();
    session_.disconnected(net::now());
    tell_change();
    first.rethrow();
    if (ended_) co_return *ended_;
    co_return *reason;
  }

  awaitable<failure> read_all(websocket& connection) {
    while (true) {
      auto incoming = co_await connection.read();
      if (!incoming) co_return incoming.error();
      if (incoming->text) {
        perform(session_.received(incoming->bytes, net::now()));
      } else {
        session_.heard(sign_of_life::other, net::now());
      }
    }
  }

  awaitable<failure> write_all(websocket& connection) {
    while (!ended_) {
      if (!outbox_.empty()) {
        const outgoing next = std::move(outbox_.front());
        outbox_.pop_front();
        const auto* frame = std::get_if<send_frame>(&next);
        auto writing = frame != nullptr ? connection.write(frame->text) : connection.ping();
        const auto sent = co_await std::move(writing);
        if (!sent) co_return sent.error();
        if (frame == nullptr) continue;
        outbox_bytes_ -= frame->text.size();
        perform(session_.written(1, net::now()));
      } else if (close_by_) {
        co_await connection.close();
        co_return failure{errc::connection_lost, "we closed the connection"};
      } else {
        co_await writable_.wait();
      }
    }
    co_return *ended_;
  }

  // Also ends a close that takes too long, such as one behind frames that the server does not read.
  awaitable<void> keep_time() {
    while (!ended_) {
      const auto next = close_by_ ? close_by_ : session_.next_wakeup();
      wakeup_.expires_at(next.value_or(asio::steady_timer::time_point::max()));
      co_await wakeup_.async_wait(net::token);
      const auto now = net::now();
      if (close_by_ && now.steady >= *close_by_) {
        end({errc::connection_lost, "the server did not take the last words in time"});
        co_return;
      }
      if (next && now.steady >= *next) perform(session_.tick(now));
    }
  }

  void heard(control_frame what) {
    session_.heard(what == control_frame::pong ? sign_of_life::pong : sign_of_life::other,
                   net::now());
    wakeup_.cancel();
  }

  // ---- Between connections

  // When the program is to end, what is under way is cancelled, and its outcome without meaning.
  template <typename T>
  awaitable<result<T>> unless_leaving(awaitable<result<T>> operation) {
    std::optional<result<T>> outcome;
    const net::first_end end =
        co_await net::until_first(net::keep(std::move(operation), outcome), until_left());
    end.rethrow();
    if (end.which == 1) co_return failure{asio::error::operation_aborted, "cancelled"};
    co_return *std::move(outcome);
  }

  awaitable<void> until_left() {
    while (!session_.left()) co_await leaving_.wait();
  }

  awaitable<result<bool>> pause(std::chrono::milliseconds duration) {
    co_await net::sleep(duration);
    co_return true;
  }

  // The same trouble again and again is one log line.
  void say_once(const std::string& what) {
    log_(said_.insert(what).second ? log_level::warning : log_level::debug, what);
  }

  client_config config_;
  log_sink log_;
  action_handler on_action_;
  session session_;
  backoff backoff_;
  std::set<std::string> said_;
  std::optional<server_address> connected_to_;

  std::deque<session_action> to_perform_;
  bool performing_ = false;
  bool told_ = false;  // what takes_pulses() was when on_change was called last
  bool telling_ = false;

  // Of the present connection.
  using outgoing = std::variant<send_frame, send_control_ping>;
  std::deque<outgoing> outbox_;
  std::size_t outbox_bytes_ = 0;  // of the frame that is being written, too
  std::optional<std::chrono::steady_clock::time_point> close_by_;
  std::optional<failure> ended_;

  net::signal writable_;
  net::signal leaving_;
  asio::steady_timer wakeup_;
};

client::client(asio::any_io_executor executor, client_config config, pulse_source& source,
               random_source random, action_handler on_action, log_sink log)
    : impl_(std::make_unique<impl>(std::move(executor), std::move(config), source,
                                   std::move(random), std::move(on_action), std::move(log))) {}

client::~client() = default;

void client::publish(model::catalogue all) {
  impl_->perform(impl_->mutable_state().publish(std::move(all), net::now()));
}

void client::pump() { impl_->perform(impl_->mutable_state().pump(net::now())); }

void client::set_latest(model::pulse pulse) {
  impl_->perform(impl_->mutable_state().set_latest(std::move(pulse), net::now()));
}

void client::answer(std::uint64_t ticket, const action_outcome& outcome) {
  impl_->perform(impl_->mutable_state().answer(ticket, outcome, net::now()));
}

awaitable<void> client::run() { return impl_->run(); }
void client::leave() { impl_->leave(); }
const session& client::state() const { return impl_->state(); }
std::optional<server_address> client::connected_to() const { return impl_->connected_to(); }

}  // namespace gantry::myko
