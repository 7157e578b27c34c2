// The executor's side of Myko: keeps a connection to a core, and a session over it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "myko/client/address.hpp"
#include "myko/client/websocket.hpp"
#include "myko/session/backoff.hpp"
#include "myko/session/session.hpp"

namespace gantry::myko {

struct client_config {
  std::vector<server_address> servers;  // at least one; tried in this order
  websocket_config websocket;
  session_config session;
  backoff_config backoff;
  // How often a server is tried that closes at our first event, five times in a row.
  std::chrono::milliseconds doubted_every{5'000};
  std::size_t outbox_bytes_max = 256U << 20U;  // written too slowly: the connection is dropped
  // state().takes_pulses() is another than when this was called last, or than at the start, when
  // it is false. Called on the client's thread when all else is done, so it may call the client.
  std::function<void()> on_change;
};

// Called for each action that a core asks for, on the client's thread; the outcome is to be given
// to client::answer(), at once or later.
using action_handler = std::function<void(action_request)>;

// Lifetime: outlives its run(), as its source outlives it. Thread rule: all calls on the executor's
// one thread. Calls work any time, connected or not, but from within the source's functions; run()
// does the rest.
class client {
 public:
  client(boost::asio::any_io_executor executor, client_config config, pulse_source& source,
         random_source random, action_handler on_action, log_sink log);
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void publish(model::catalogue all);
  void set_latest(model::pulse pulse);
  void answer(std::uint64_t ticket, const action_outcome& outcome);

  // The source has something again: to be called after it had nothing to give.
  void pump();

  // Connects, and connects again, for ever; ends after leave(), when all has been said or could
  // not be. Cancelling it drops the connection.
  [[nodiscard]] boost::asio::awaitable<void> run();

  // Last words: everything offline, then a proper close, within session_config::leave_within and
  // websocket_config::close_within.
  void leave();

  [[nodiscard]] const session& state() const;
  // The server of the present connection; nothing when there is none.
  [[nodiscard]] std::optional<server_address> connected_to() const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace gantry::myko
