#include "myko/session/own_row.hpp"

#include <algorithm>
#include <utility>

#include "model/json.hpp"
#include "myko/printable.hpp"

namespace gantry::myko {
namespace {

constexpr std::size_t earlier_clients_max = 16;
constexpr std::size_t shown_max = 64;  // characters of an id that a stranger chose

struct seen_row {
  std::string owner;  // nobody, which is empty: there is none, or it says Unavailable
  std::string message;
};

seen_row read_row(const std::optional<json::text>& row) {
  if (!row) return {};
  const auto item = json::parse(row->bytes);
  if (!item || json::find_string(*item, "status") == "Unavailable") return {};
  return {std::string(json::find_string(*item, "clientId").value_or("")),
          std::string(json::find_string(*item, "message").value_or(""))};
}

}  // namespace

void own_row::connected(const std::string& client) {
  keep_earlier();
  was_taken_ = !taken_by_.empty() || was_taken();
  server_tells_client_ = false;
  before_.clear();
  current_.clear();
  sign_.clear();
  asked_ = false;
  taken_by_.clear();
  watched_.clear();
  warning_.clear();
  anew_at_.reset();
  if (!client.empty()) told_client(client);
}

void own_row::told_client(const std::string& client) {
  server_tells_client_ = true;
  if (client != client_) keep_earlier();  // the row may show the one before for a while
  client_ = client;
}

void own_row::shows(const std::optional<json::text>& row, time_point now) {
  const bool first = !std::exchange(asked_, true);
  const bool was_somebodys = !current_.empty() || !taken_by_.empty();
  const seen_row seen = read_row(row);
  current_ = seen.owner;
  if (!server_tells_client_ && !sign_.empty() && seen.message == sign_ && !current_.empty()) {
    learn_client(current_);
    return keep();
  }
  if (first) {
    if (current_.empty() || current_ == client_ || was_ours(current_)) return;
    before_ = current_;
    if (server_tells_client_) watched_ = before_;  // it may be gone: that server keeps its row
    return;
  }
  if (current_.empty()) {  // said again, or by a core that never shows an owner: no news
    if (was_somebodys) free(now);
    return;
  }
  if (!client_.empty() && current_ == client_) return keep();
  // What a connection before sent may be read late: that is neither our client nor a stranger.
  if (client_.empty() || was_ours(current_)) return;
  if (current_ != taken_by_) take(now);
}

void own_row::keep() {
  if (taken_by_.empty()) return;
  if (watched_ == taken_by_) watched_.clear();
  taken_by_.clear();
}

// A row that was free until just now is not taken back from who was quicker.
void own_row::take(time_point now) {
  taken_by_ = current_;
  anew_at_.reset();
  if (server_tells_client_) watched_ = taken_by_;
  if (warned_at_ && now < *warned_at_ + config_.warn_every) return;
  warned_at_ = now;
  warning_ =
      "another executor has taken this gantry's place in the core, most likely a second gantry "
      "with the same service.id: set service.id (GANTRY_SERVICE_ID) to one of its own for each. "
      "Until the other is gone this gantry sends no Instance, and the core's commands go to the "
      "other (client " +
      printable(taken_by_, shown_max) + ")";
}

void own_row::settled() {
  if (!asked_ || !client_.empty() || current_.empty() || was_ours(current_)) return;
  learn_client(current_);
}

void own_row::client_is(bool connected, time_point now) {
  const std::string who = std::exchange(watched_, {});
  if (who.empty()) return;
  if (who == taken_by_) {
    if (!connected) return free(now);
    watched_ = who;
  } else if (connected) {
    take_over_from(who);
  }
}

std::string own_row::take_warning() { return std::exchange(warning_, {}); }

bool own_row::tick(time_point now) {
  if (!anew_at_ || now < *anew_at_) return false;
  anew_at_.reset();
  taken_by_.clear();
  last_anew_ = now;
  return true;
}

void own_row::free(time_point now) {
  watched_.clear();
  if (anew_at_) return;
  anew_at_ = now + config_.anew_after;
  if (last_anew_) anew_at_ = std::max(*anew_at_, *last_anew_ + config_.anew_every);
}

// Whoever had the row until our SET, if that was somebody else, is connected: a rust core sets the
// row of one that is not Unavailable.
void own_row::learn_client(const std::string& client) {
  client_ = client;
  const std::string before = std::exchange(before_, {});
  if (!before.empty() && before != client_) take_over_from(before);
}

void own_row::take_over_from(const std::string& client) {
  warning_ =
      "this gantry has taken the place of another executor in the core that is still connected, "
      "most likely a second gantry with the same service.id: set service.id (GANTRY_SERVICE_ID) to "
      "one of its own for each (the other is client " +
      printable(client, shown_max) + ")";
}

void own_row::keep_earlier() {
  if (client_.empty()) return;
  earlier_clients_.push_back(std::exchange(client_, {}));
  if (earlier_clients_.size() > earlier_clients_max) earlier_clients_.pop_front();
}

bool own_row::was_ours(const std::string& client) const {
  return std::ranges::find(earlier_clients_, client) != earlier_clients_.end();
}

}  // namespace gantry::myko
