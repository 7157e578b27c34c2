// How a session sends the events of a server that gathers them in windows: event_window decides.
#include <algorithm>
#include <utility>

#include "model/json.hpp"
#include "myko/session/session.hpp"

namespace gantry::myko {
namespace {

// What the server deletes an item with.
std::vector<event_window::item> owners_of(const model::entity& entity) {
  std::vector<event_window::item> out;
  const auto add_target = [&](const model::target_id& id) { out.push_back({"Target", id.value}); };
  if (const auto* action = std::get_if<model::action>(&entity)) add_target(action->target);
  if (const auto* emitter = std::get_if<model::emitter>(&entity)) add_target(emitter->target);
  if (const auto* status = std::get_if<model::target_status>(&entity)) {
    add_target(status->target);
    out.push_back({"Instance", status->instance.value});
  }
  return out;
}

}  // namespace

void session::send_or_keep(const model::entity& of, event what, session_actions& out) {
  if (!windowed() || !event_window::gathers(what.item_type)) {
    send(what, out);
    return;
  }
  event_window::item item{what.item_type, model::id_of(of)};
  if (auto now = window_.submit(std::move(item), std::move(what), owners_of(of))) send(*now, out);
}

void session::deleted_by_server(const std::string& type, const std::string& id) {
  if (windowed() && state_ == state::registered) window_.deleted({type, id});
}

// What is due, and a ping behind what was sent.
void session::tend_window(moment now, session_actions& out) {
  const bool leaving = state_ == state::leaving;
  if (state_ != state::registered && !leaving) return;
  for (event& each : window_.take_due(now.steady)) send_kept(std::move(each), now, out);
  if (leaving) say_farewell(now, out);
  if (state_ == state::registered || last_words_) (void)ping_behind_window(now, out);
}

// The server deleted the value of an emitter together with the emitter.
void session::send_kept(event what, moment now, session_actions& out) {
  send(what, out);
  if (what.item_type != "Emitter" || what.change != change_type::set) return;
  const auto item = json::parse(what.item.bytes);
  const auto id = item ? json::find_string(*item, "id") : std::nullopt;
  if (!id) return;
  const auto value = latest_.find(model::emitter_id(std::string(*id)));
  if (value != latest_.end()) send_pulse(value->second, now, out);
}

// Was there need of one?
bool session::ping_behind_window(moment now, session_actions& out) {
  if (!window_.wants_ping()) return false;
  window_ping_ = next_ping_id();
  send_ping(window_ping_, now, out);
  window_ping_frame_ = sent_;
  if (!without_echo()) delivery_.barrier_sent(window_ping_, now.steady);
  window_.pinged();
  return true;
}

// An echo, or, where none will come, the socket has taken the ping.
void session::hear_window_ping(moment now) {
  if (window_ping_.empty()) return;
  window_ping_.clear();
  window_.echoed(now.steady);
}

// Kept states are for another kind of server than this one is: they go at once.
void session::open_window(session_actions& out) {
  window_ping_.clear();
  for (const event& each : window_.take_all()) send(each, out);
}

// The Instance is told last, when its targets are: they are waited for, but not for long.
void session::say_farewell(moment now, session_actions& out) {
  if (!last_words_) return;
  if (window_.keeps_any() && now.steady < farewell_at()) return;
  open_window(out);
  send_changes(model::difference(published_, *last_words_), now, out);
  last_words_.reset();
  leave_ping_ = next_ping_id();
  send_ping(leave_ping_, now, out);
  delivery_.barrier_sent(leave_ping_, now.steady);
}

session::time_point session::farewell_at() const {
  return leaving_since_ + std::min(config_.farewell_within, config_.leave_within);
}

}  // namespace gantry::myko
