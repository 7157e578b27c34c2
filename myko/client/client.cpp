#include "myko/client/client.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <optional>
#include <set>
#include <utility>

#include "myko/client/event_trial.hpp"
#include "myko/client/server_choice.hpp"
#include "myko/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"

namespace gantry::myko {
namespace {

namespace asio = boost::asio;
using net::awaitable;

// However a task of a connection ends, the connection does, too: what its siblings wait for in it
// cannot always be cancelled.
class ends_connection {
 public:
  explicit ends_connection(websocket& connection) : connection_(connection) {}
  ~ends_connection() { connection_.abort(); }
  ends_connection(const ends_connection&) = delete;
  ends_connection& operator=(const ends_connection&) = delete;

 private:
  websocket& connection_;
};

// What follows behind the server's address.
std::string takes_no_events(std::chrono::milliseconds tried_every, bool is_alone, bool says_1009) {
  return std::string(says_1009
                         ? " closed the connection five times in a row since a message was too "
                           "large for it (1009), though all were small: look at its limit. "
                         : " closed the connection within a second of our first event, five times "
                           "in a row, and said nothing else: it is a gateway that may only be "
                           "read, or it is broken. ") +
         std::string(is_alone ? "Name a core that takes events in core.server; this one"
                              : "The next core of the list is tried now, and this one") +
         " is tried every " + std::to_string(tried_every.count() / 1'000) + " s";
}

}  // namespace

class client::impl {
 public:
  impl(asio::any_io_executor executor, client_config config, pulse_source& source,
       random_source random, action_handler on_action, log_sink log)
      : config_(std::move(config)),
        log_(log),
        on_action_(std::move(on_action)),
        session_(config_.session, source, random, std::move(log)),
        choice_(config_.servers, config_.backoff, config_.doubted_every, std::move(random)),
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
      const server_choice::attempt next = choice_.next(net::now().steady);
      if (next.wait.count() > 0) (void)co_await unless_leaving(pause(next.wait));
      if (session_.left()) break;
      co_await try_server(next.server);
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
      const auto other_port = choice_.no_connection(connected.error());
      say_once(to_string(server) + ": " + connected.error().message +
               (other_port ? "; no port is named, so " + std::to_string(*other_port) + " is tried"
                           : "; trying again"));
      co_return;
    }
    if (!choice_.is_doubted()) said_.clear();
    log_(level_now(log_level::info), "connected to " + to_string(server));
    warn_of_risks(server);
    connected_to_ = server;
    const auto since = net::now().steady;
    const failure reason = co_await serve(**connected);
    if (session_.left()) {
      log_(log_level::info, "left " + to_string(server));
    } else {
      settle(server, reason, since);
    }
  }

  // What an end of a connection means for the next tries.
  void settle(const server_address& server, const failure& reason,
              std::chrono::steady_clock::time_point since) {
    const auto now = net::now().steady;
    const log_level level = level_now(log_level::warning);
    const bool refused =  // by the server, not us
        !ended_ && (trial_.refused_events(reason, now) || session_.is_puzzled());
    const auto verdict = choice_.ended(refused, now - since, now);
    log_(level, to_string(server) + ": " + reason.message + "; trying again");
    if (verdict == server_choice::verdict::now_doubted) {
      log_(log_level::warning,
           to_string(server) +
               takes_no_events(config_.doubted_every, choice_.is_alone(), session_.is_puzzled()));
    }
  }

  // A server that is doubted is no news every 5 s.
  log_level level_now(log_level usual) const {
    return choice_.is_doubted() ? log_level::debug : usual;
  }

  // On every connect, so that nobody forgets.
  void warn_of_risks(const server_address& server) {
    const bool encrypted = server.security == transport::tls;
    if (encrypted && config_.websocket.tls.verify == net::verification::off) {
      log_(level_now(log_level::warning),
           to_string(server) + ": the server's certificate is NOT verified");
    }
    if (!encrypted && !config_.websocket.token_file.empty()) {
      log_(level_now(log_level::warning),
           to_string(server) + ": the token was sent without encryption");
    }
  }

  // Reader, writer and clock are siblings: the first to end ends all.
  awaitable<failure> serve(websocket& connection) {
    outbox_.clear();
    outbox_bytes_ = 0;
    close_by_.reset();
    ended_.reset();
    trial_ = {};
    perform(session_.connected(net::now(), to_string(*connected_to_)));
    std::optional<failure> reason;
    const net::first_end first =
        co_await net::until_first(net::keep(read_all(connection), reason),
                                  net::keep(write_all(connection), reason), keep_time(connection));
    connected_to_.reset();
    using enum session::end_of_connection;
    const bool too_large = !ended_ && reason && reason->code == errc::frame_too_large;
    session_.disconnected(net::now(), too_large ? frame_too_large : of_any_kind);
    tell_change();
    first.rethrow();
    if (ended_) co_return *ended_;
    co_return *reason;
  }

  awaitable<failure> read_all(websocket& connection) {
    const ends_connection at_the_end(connection);
    while (true) {
      auto incoming = co_await connection.read();
      if (!incoming) co_return incoming.error();
      if (incoming->text) {
        trial_.read(incoming->bytes);
        perform(session_.received(incoming->bytes, net::now()));
      } else {
        session_.heard(sign_of_life::other, net::now());
      }
    }
  }

  awaitable<failure> write_all(websocket& connection) {
    const ends_connection at_the_end(connection);
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
        trial_.wrote(frame->text, net::now().steady);
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
  awaitable<void> keep_time(websocket& connection) {
    const ends_connection at_the_end(connection);
    while (!ended_) {
      const auto next = next_wakeup();
      wakeup_.expires_at(next.value_or(asio::steady_timer::time_point::max()));
      co_await wakeup_.async_wait(net::token);
      const auto now = net::now();
      if (close_by_ && now.steady >= *close_by_) {
        end({errc::connection_lost, "the server did not take the last words in time"});
        co_return;
      }
      believe(now.steady);
      if (next && now.steady >= *next) perform(session_.tick(now));
    }
  }

  std::optional<std::chrono::steady_clock::time_point> next_wakeup() const {
    const auto next = close_by_ ? close_by_ : session_.next_wakeup();
    const auto stands = choice_.is_doubted() ? trial_.stands_at() : std::nullopt;
    if (!next || !stands) return next ? next : stands;
    return std::min(*next, *stands);
  }

  // A server that was doubted has kept its connection open behind our events.
  void believe(std::chrono::steady_clock::time_point now) {
    const auto stands = trial_.stands_at();
    if (!choice_.is_doubted() || !stands || now < *stands) return;
    choice_.takes_events();
    said_.clear();
    log_(log_level::info, "connected to " + to_string(*connected_to_) + ", which takes events now");
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
  server_choice choice_;
  event_trial trial_;  // of the present connection
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
