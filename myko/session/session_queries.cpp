// What a session asks the core of its own rows: is everything stored, is our Instance there and
// ours, may we write the Machine.
#include <algorithm>
#include <utility>

#include "model/json_object.hpp"
#include "myko/printable.hpp"
#include "myko/session/session.hpp"

namespace gantry::myko {
namespace {

// The last value of an emitter, as it is deleted.
json::text pulse_of(const std::string& emitter) {
  return json::object()
      .set("id", emitter)
      .set("emitterId", emitter)
      .set("data", json::object())
      .to_text();
}

std::size_t count_of(const std::vector<stray_row>& strays, std::string_view type) {
  return static_cast<std::size_t>(
      std::ranges::count(strays, type, [](const stray_row& each) { return each.type; }));
}

// "2 actions", or nothing.
std::string counted(std::size_t count, const char* noun) {
  if (count == 0) return "";
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string joined(const std::string& left, const char* between, const std::string& right) {
  return left + (left.empty() || right.empty() ? "" : between) + right;
}

std::string in_words(const std::vector<stray_row>& strays) {
  const std::string deleted = joined(counted(count_of(strays, "Action"), "action"), " and ",
                                     counted(count_of(strays, "Emitter"), "emitter"));
  const std::string unknown = counted(count_of(strays, "Target"), "target");
  return "the core held what this gantry does not publish: " +
         joined(deleted.empty() ? "" : deleted + " of its targets, now deleted", "; ",
                unknown.empty() ? "" : unknown + " that it does not know, now offline");
}

}  // namespace

// ---- Questions and answers ------------------------------------------------------------------

// A core of today may answer a query after what was sent behind it. So it is asked for our row
// while its silence is waited out.
bool session::asks_early() const {
  return state_ == state::settling && !own_query_ && !catalogue_.instance.id.empty();
}

// A second gantry of this identity sends the same Instance at the same time, perhaps.
std::string session::make_sign() {
  std::string out = "Gantry is registering (" + make_uuid(random_).substr(0, 8) + ").";
  own_row_.signs(out);
  return out;
}

// In front of the registration, so that the first answer tells what was there before.
void session::ask_for_rows(moment now, session_actions& out) {
  stop_read_back(out);
  ask_anew_at_.reset();
  if (!own_query_) watch_own_row(out);
  if (config_.machine.publish != machine_publishing::automatic) return;
  open_query(machine_query_, {.type = "Machine", .ids = {catalogue_.machine.id.value}}, out);
  machine_deadline_ = now.steady + config_.machine.wait_max;
}

void session::registration_read(moment now) {
  registration_ping_.clear();
  if (has_queries()) read_back_.begin(published_, generation_, now.steady);
}

// What is due.
void session::keep_rows(moment now, session_actions& out) {
  if (machine_query_ && now.steady >= machine_deadline_) give_up_machine(out);
  if (const auto question = read_back_.tick(make_uuid(random_), now.steady)) {
    own_row_.settled();
    send(*question, out);
  }
  if (const auto tx = read_back_.take_abandoned()) send(query_cancel{*tx}, out);
  if (ask_anew_at_ && now.steady >= *ask_anew_at_) {
    ask_anew_at_.reset();
    asked_anew_ = now.steady;
    watch_own_row(out);
    watch_client(out);
  }
  if (read_back_.take_silence()) {
    log_(log_level::info,
         "the core does not answer queries in time: what it has stored is not known");
    forget_missing();
    send_changes(model::difference(published_, catalogue_), now, out);
    published_ = catalogue_;
  }
  const bool was_ours = own_row_.is_ours();
  if (own_row_.tick(now.steady)) {
    log_(log_level::warning,
         std::string(was_ours ? "this instance was deleted in the core, or set Unavailable"
                              : "the client that had taken the place of this instance is gone") +
             ": everything is published anew");
    register_all(now, out);
  }
  if (const auto warning = own_row_.take_warning(); !warning.empty()) {
    log_(log_level::warning, warning);
  }
}

void session::on_rows(const query_response& answer, moment now, session_actions& out) {
  if (state_ != state::registered && state_ != state::settling) return;
  if (own_query_ && own_query_->tx() == answer.tx) {
    show_own_row(answer, now, out);
  } else if (client_query_ && client_query_->tx() == answer.tx) {
    if (client_query_->receive(answer)) {
      own_row_.client_is(client_query_->rows().contains(client_asked_for_), now.steady);
      watch_client(out);
    } else {
      ask_anew(now, out);
    }
  } else if (machine_query_ && machine_query_->tx() == answer.tx) {
    if (machine_query_->receive(answer)) decide_machine(now, out);
  } else if (read_back_.receive(answer, published_, now.steady)) {
    send(query_cancel{answer.tx}, out);
    if (const auto found = read_back_.take_result()) judge_read_back(*found, now, out);
  }
  if (state_ == state::registered) keep_rows(now, out);
}

void session::on_query_error(const query_error& error, moment now, session_actions& out) {
  if (machine_query_ && machine_query_->tx() == error.tx) return give_up_machine(out);
  if (own_query_ && own_query_->tx() == error.tx) {
    log_(log_level::info,
         "the core has no query for this instance: if another client takes its "
         "place, nothing will tell");
    own_query_.reset();
  } else if (client_query_ && client_query_->tx() == error.tx) {
    client_query_.reset();
  } else if (read_back_.is_asking(error.tx)) {
    read_back_.refused(now.steady);
    if (const auto found = read_back_.take_result()) judge_read_back(*found, now, out);
  }
}

void session::open_query(std::optional<row_query>& into, const row_choice& what,
                         session_actions& out) {
  close_query(into, out);
  const std::string tx = make_uuid(random_);
  into.emplace(tx, what.ids);
  send(make_query(what, generation_, tx), out);
}

void session::close_query(std::optional<row_query>& which, session_actions& out) {
  if (which) send(query_cancel{which->tx()}, out);
  which.reset();
}

void session::forget_queries() {
  read_back_.stop();
  (void)read_back_.take_abandoned();
  asked_anew_.reset();
  ask_anew_at_.reset();
  registration_ping_.clear();
  own_query_.reset();
  client_query_.reset();
  client_asked_for_.clear();
  machine_query_.reset();
}

std::optional<std::chrono::steady_clock::time_point> session::next_query_deadline() const {
  if (state_ != state::registered) return std::nullopt;
  std::optional<time_point> out = own_row_.next_deadline();
  const auto add = [&out](std::optional<time_point> due) {
    if (due && (!out || *due < *out)) out = due;
  };
  add(read_back_.next_deadline());
  add(ask_anew_at_);
  if (machine_query_) add(machine_deadline_);
  return out;
}

// ---- Our own Instance -----------------------------------------------------------------------

// An answer is missing: what there is is asked for from the beginning. At once, the first time; but
// a core that never counts as it should is not asked as fast as it answers.
void session::ask_anew(moment now, session_actions& out) {
  close_query(own_query_, out);
  close_query(client_query_, out);
  ask_anew_at_ = now.steady;
  if (asked_anew_) ask_anew_at_ = std::max(now.steady, *asked_anew_ + config_.ask_anew_every);
}

void session::watch_own_row(session_actions& out) {
  open_query(own_query_, {.type = "Instance", .ids = {catalogue_.instance.id.value}}, out);
}

void session::show_own_row(const query_response& answer, moment now, session_actions& out) {
  const std::string& id = catalogue_.instance.id.value;
  const bool was_there = own_query_->rows().contains(id);
  if (!own_query_->receive(answer)) return ask_anew(now, out);
  const auto row = own_query_->rows().find(id);
  const bool is_there = row != own_query_->rows().end();
  if (was_there && !is_there) deleted_by_server("Instance", id);
  const bool was_ours = own_row_.is_ours();
  own_row_.shows(is_there ? std::optional(row->second) : std::nullopt, now.steady);
  if (!was_ours && own_row_.is_ours()) {  // with what was not sent while it was another's
    send_changes({{model::change_type::set, published_.instance}}, now, out);
  }
  watch_client(out);
}

// The query on the client that own_row asks about, and on no other.
void session::watch_client(session_actions& out) {
  const std::string& wanted = own_row_.client_to_watch();
  if (client_query_ && wanted == client_asked_for_) return;
  close_query(client_query_, out);
  client_asked_for_ = wanted;
  if (!wanted.empty()) open_query(client_query_, {.type = "Client", .ids = {wanted}}, out);
}

// Alerts are of servers that know them, the Machine has its own rule, and an Instance that is
// another's is left to it.
bool session::may_send(const model::entity& item) const {
  if (model::item_type(item) == "Alert") return takes_alerts();
  if (std::holds_alternative<model::instance>(item)) return own_row_.is_ours();
  if (!std::holds_alternative<model::machine>(item)) return true;
  const bool as_ever = generation_ == generation::docs;
  return config_.machine.publish == machine_publishing::always ||
         (as_ever && config_.machine.publish == machine_publishing::automatic);
}

// ---- The Machine ----------------------------------------------------------------------------

void session::decide_machine(moment now, session_actions& out) {
  const auto& rows = machine_query_->rows();
  const auto row = rows.find(catalogue_.machine.id.value);
  const json::text ours = model::to_item(catalogue_.machine);
  std::vector<std::string> others;
  if (row != rows.end()) others = values_of_others(row->second, config_.machine.last_sent, ours);
  close_query(machine_query_, out);
  if (others.empty()) return send_machine(now, out);
  if (std::exchange(machine_said_, true)) return;
  std::string names;
  for (const std::string& each : others) names += (names.empty() ? "" : ", ") + each;
  log_(log_level::info, "machine " + catalogue_.machine.id.value +
                            " is described in the core by others (" + printable(names) +
                            "): it is left as it is");
}

void session::give_up_machine(session_actions& out) {
  close_query(machine_query_, out);
  if (std::exchange(machine_said_, true)) return;
  log_(log_level::warning, "the core did not say in time what it knows of machine " +
                               catalogue_.machine.id.value +
                               ": the Machine is not sent, lest it replace what others wrote");
}

void session::send_machine(moment now, session_actions& out) {
  const json::text item = model::to_item(catalogue_.machine);
  config_.machine.last_sent = item;
  if (config_.machine.on_sent) config_.machine.on_sent(item);
  send(make_event(change_type::set, "Machine", item, now), out);
}

// ---- Reading back ---------------------------------------------------------------------------

void session::stop_read_back(session_actions& out) {
  read_back_.stop();
  if (const auto tx = read_back_.take_abandoned()) send(query_cancel{*tx}, out);
}

// The server said late of which generation it is: the questions had the names of another.
void session::read_back_as(generation spoken, moment now, session_actions& out) {
  if (spoken == generation::docs) return forget_queries();
  if (state_ != state::registered || published_nothing() || !registration_ping_.empty()) return;
  stop_read_back(out);
  read_back_.begin(published_, spoken, now.steady);
}

// Between an answer and the last of them much may have been published, deleted, or kept for the
// window: what is deleted here, or told to be missing, is judged by what is true now.
void session::judge_read_back(read_back_result found, moment now, session_actions& out) {
  std::erase_if(found.strays, [&](const stray_row& each) {
    const bool we_deleted_it =
        each.type == "Target" && published_.leftovers.contains({each.type, each.id});
    return we_deleted_it || publishes(published_, {each.type, each.id});
  });
  std::erase_if(found.missing, [&](const item_key& each) {
    return !publishes(published_, each) || window_.remembers({each.first, each.second});
  });
  if (!own_row_.is_ours()) found.strays.clear();  // they are the other's
  remove_strays(found.strays, now, out);
  say_missing(found.missing, now, out);
}

void session::say_missing(const std::set<item_key>& missing, moment now, session_actions& out) {
  const std::string words = missing.empty() ? "" : in_words(missing, keys_of(published_));
  if (words == missing_) return;
  if (words.empty()) {
    log_(log_level::info, "the core has stored everything now");
  } else {
    log_(log_level::warning, "the core has not stored everything that it was told: missing " +
                                 words + ". Its own log may say why");
  }
  missing_ = words;
  set_message();
  if (published_nothing()) return;
  send_changes(model::difference(published_, catalogue_), now, out);
  published_ = catalogue_;
}

// It was said of another core, or of this one long ago.
void session::forget_missing() {
  missing_.clear();
  set_message();
}

void session::set_message() {
  std::string words = fleet_message_;
  if (!missing_.empty()) words += " The core has not stored " + missing_ + ".";
  words += frame_words();
  if (words.starts_with(' ')) words.erase(0, 1);
  catalogue_.instance.message = std::move(words);
}

// Buttons and outputs that do nothing any more are deleted. A target may be bound to by somebody:
// it is set offline.
void session::remove_strays(const std::vector<stray_row>& strays, moment now,
                            session_actions& out) {
  if (strays.empty()) return;
  std::vector<model::change> changes;
  const auto add_del = [&changes](std::string type, const std::string& id, json::text item) {
    model::leftover gone{std::move(type), id, model::change_type::del, std::move(item)};
    changes.push_back({model::change_type::del, std::move(gone)});
  };
  for (const stray_row& each : strays) {
    if (each.type == "Emitter") add_del("Pulse", each.id, pulse_of(each.id));
  }
  for (const char* type : {"Emitter", "Action"}) {
    for (const stray_row& each : strays) {
      if (each.type == type) add_del(type, each.id, each.item);
    }
  }
  for (const stray_row& each : strays) {
    if (each.type != "Target") continue;
    changes.push_back({model::change_type::set,
                       model::target_status{model::target_id(each.id), catalogue_.instance.id,
                                            model::liveness::offline}});
  }
  send_changes(changes, now, out);
  const std::string words = in_words(strays);
  log_(words == strays_said_ ? log_level::debug : log_level::info, words);
  strays_said_ = words;
}

}  // namespace gantry::myko
