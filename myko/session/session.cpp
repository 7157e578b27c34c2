#include "myko/session/session.hpp"

#include <algorithm>
#include <utility>

#include "myko/error.hpp"
#include "myko/printable.hpp"

namespace gantry::myko {
namespace {

json::text item_of(const model::entity& entity, model::schema_form form) {
  return std::visit(
      [form](const auto& item) {
        if constexpr (requires { model::to_item(item, form); }) {
          return model::to_item(item, form);
        } else {
          return model::to_item(item);
        }
      },
      entity);
}

}  // namespace

// The sequence keeps clear of 2^63, however many pulses there will be.
session::session(session_config config, pulse_source& source, random_source random, log_sink log)
    : config_(config),
      source_(source),
      random_(std::move(random)),
      log_(std::move(log)),
      delivery_(config.delivery, [&source](std::size_t count) { source.acknowledged(count); }),
      heartbeat_(config.heartbeat),
      last_(config.last_values_bytes_max),
      desk_(config.desk),
      sequence_(random_() >> 2U),
      own_row_(config.own_row),
      frames_(config.frames),
      window_(config.window),
      early_(config.early_commands_max, config.early_bytes_max),
      read_back_(config.read_back) {}

// ---- What is to be published ----------------------------------------------------------------

session_actions session::publish(model::catalogue all, moment now) {
  session_actions out;
  const model::catalogue before = std::exchange(catalogue_, std::move(all));
  catalogue_.instance.client = client_;
  fleet_message_ = catalogue_.instance.message;
  set_message();
  forget_values_of_the_gone(before);
  if (state_ != state::registered) return out;
  if (published_nothing()) {
    register_all(now, out);
    return out;
  }
  send_changes(model::difference(published_, catalogue_), now, out);
  for (const auto& [emitter, value] : latest_) {  // of what is published only now
    const bool is_new = !published_.emitters.contains(emitter);
    if (is_new && catalogue_.emitters.contains(emitter)) send_pulse(value, now, out);
  }
  published_ = catalogue_;
  say_left_out(now, out);
  tend_window(now, out);
  return out;
}

session_actions session::pump(moment now) {
  session_actions out;
  send_pulses(now, out);
  return out;
}

session_actions session::set_latest(model::pulse pulse, moment now) {
  session_actions out;
  pulse.sequence = ++sequence_;
  if (state_ == state::registered && published_.emitters.contains(pulse.emitter)) {
    send_pulse(pulse, now, out);
  }
  latest_.insert_or_assign(pulse.emitter, std::move(pulse));
  return out;
}

session_actions session::answer(std::uint64_t ticket, const action_outcome& outcome, moment) {
  session_actions out;
  follow(desk_.finished(ticket, outcome), out);
  return out;
}

session_actions session::leave(moment now) {
  session_actions out;
  if (state_ == state::leaving || state_ == state::left) return out;
  if (state_ == state::offline) {
    state_ = state::left;
    out.emplace_back(close_connection{});
    return out;
  }
  const std::string reason = "gantry is stopping; what was begun may still complete";
  follow(desk_.give_up(reason), out);
  for (const auto& each : early_.take_all()) {
    if (!each.what.tx.empty()) send(command_error{each.what.tx, each.what.id, reason}, out);
  }
  begin_last_words(now, out);
  state_ = state::leaving;
  leaving_since_ = now.steady;
  tend_window(now, out);
  return out;
}

void session::begin_last_words(moment now, session_actions& out) {
  const bool is_anothers = !own_row_.is_ours() || (published_nothing() && own_row_.was_taken());
  if (is_anothers) {  // whoever has our place has our targets, too: they stay as they are
    last_words_ = published_;
    return;
  }
  model::catalogue last_words = catalogue_;
  for (auto& [id, status] : last_words.statuses) status.status = model::liveness::offline;
  last_words.alerts.clear();  // nobody would clear them when they end
  last_words.instance.status = model::instance_status::unavailable;
  last_words.instance.message = "Gantry was stopped.";
  last_words.instance.client = client_;
  if (!published_nothing()) {  // the targets first, while their instance still stands
    model::catalogue offline = last_words;
    offline.instance = published_.instance;
    send_changes(model::difference(published_, offline), now, out);
    published_ = std::move(offline);
  } else {
    published_.alerts = catalogue_.alerts;  // a connection before may have told of them
  }
  last_words_ = std::move(last_words);
}

// ---- What happens to the connection ---------------------------------------------------------

session_actions session::connected(moment now, const std::string& server) {
  ++counters_.connections;
  frames_.connected(server);
  source_.limit_frames(frames_.bytes_max());
  lose_connection();
  state_ = state::settling;
  generation_ = generation::rust;
  client_ = {};
  published_ = {};
  heartbeat_.connected(now.steady);
  own_row_.connected("");
  connected_at_ = now.steady;
  complained_ = replaced_said_ = false;
  left_out_.clear();
  frame_words_said_ = frame_words();
  set_message();
  sent_ = written_ = 0;
  (void)early_.take_all();
  return {};
}

void session::disconnected(moment, end_of_connection how) {
  learn_from_end(how);
  lose_connection();
  state_ = state_ == state::leaving || state_ == state::left ? state::left : state::offline;
}

void session::lose_connection() {
  const bool lost = delivery_.in_flight() > 0;
  delivery_.reset();
  forget_queries();
  window_.reset();
  window_ping_.clear();
  if (lost) source_.rewind();
}

session_actions session::written(std::size_t frames, moment now) {
  session_actions out;
  written_ += frames;
  delivery_.written(written_);
  if (without_echo() && written_ >= window_ping_frame_) hear_window_ping(now);
  send_pulses(now, out);
  tend_window(now, out);
  check_left(now, out);
  return out;
}

session_actions session::tick(moment now) {
  session_actions out;
  if (state_ == state::offline || state_ == state::left) return out;
  if (asks_early() && now.steady >= connected_at_ + config_.ask_after) watch_own_row(out);
  if (state_ == state::settling && now.steady >= connected_at_ + config_.id_grace) {
    register_all(now, out);
  }
  follow(desk_.tick(now.steady), out);
  answer_late_early(now, out);
  if (delivery_.tick(now.steady)) {
    log_(log_level::warning,
         "the server does not echo pings: pulses count as delivered once the socket took them");
    if (written_ >= window_ping_frame_) hear_window_ping(now);
    send_pulses(now, out);
  }
  if (state_ == state::registered) keep_rows(now, out);
  check_silence(now, out);
  tend_window(now, out);
  check_left(now, out);
  return out;
}

std::optional<std::chrono::steady_clock::time_point> session::next_wakeup() const {
  if (state_ == state::offline || state_ == state::left) return std::nullopt;
  time_point next = heartbeat_.next_deadline();
  if (state_ == state::settling) next = std::min(next, connected_at_ + config_.id_grace);
  if (asks_early()) next = std::min(next, connected_at_ + config_.ask_after);
  if (state_ == state::leaving) next = std::min(next, leaving_since_ + config_.leave_within);
  if (const auto due = desk_.next_deadline()) next = std::min(next, *due);
  if (const auto due = delivery_.next_deadline()) next = std::min(next, *due);
  if (const auto due = next_query_deadline()) next = std::min(next, *due);
  if (const auto due = window_.next_deadline()) next = std::min(next, *due);
  if (last_words_) next = std::min(next, farewell_at());
  if (const auto oldest = early_.oldest()) {
    next = std::min(next, *oldest + config_.desk.answer_within);
  }
  return next;
}

// ---- Sending --------------------------------------------------------------------------------

// Definitions first, then the current values, then what makes them usable: a user who sees a
// target online can rely on all that it names.
void session::register_all(moment now, session_actions& out) {
  state_ = state::registered;
  published_ = {};
  catalogue_.instance.client = client_;
  if (catalogue_.instance.id.empty()) return;  // nothing to publish yet: publish() comes back here

  if (has_queries()) {
    ask_for_rows(now, out);
  } else {
    forget_missing();
  }
  model::catalogue definitions = catalogue_;
  definitions.instance.status = model::instance_status::starting;
  if (windowed()) definitions.instance.message = make_sign();
  definitions.statuses.clear();
  definitions.alerts.clear();
  send_changes(model::publication(definitions), now, out);
  for (const auto& [id, pulse] : latest_) {
    if (catalogue_.emitters.contains(id)) send_pulse(pulse, now, out);
  }
  model::catalogue usable = definitions;
  usable.statuses = catalogue_.statuses;
  usable.alerts = catalogue_.alerts;
  send_changes(model::difference(definitions, usable), now, out);
  send_changes(model::difference(usable, catalogue_), now, out);
  published_ = catalogue_;
  say_left_out(now, out);
  log_(log_level::info, "registered " + std::to_string(catalogue_.targets.size()) +
                            " targets with a server of the " + std::string(to_string(generation_)) +
                            " generation" +
                            (client_.empty() ? "" : " as client " + printable(client_.value)));
  if (generation_ == generation::docs) {
    log_(log_level::info,
         "a server of the docs generation does not echo pings: pulses count as "
         "delivered once the socket took them");
    delivery_.expect_no_echo();
  } else {  // whether it echoes is known before it matters
    const bool behind_all = ping_behind_window(now, out);
    registration_ping_ = behind_all ? window_ping_ : next_ping_id();
    if (!behind_all) send_ping(registration_ping_, now, out);
  }
  out.emplace_back(send_control_ping{});
  send_pulses(now, out);
  for (const auto& each : early_.take_all()) handle(each.what, each.when, out);
}

// A value without its emitter would be kept for ever, and mean nothing to a server. One that came
// before its emitter is published waits for it.
void session::forget_values_of_the_gone(const model::catalogue& before) {
  const auto gone = [&](const model::emitter_id& id) {
    return before.emitters.contains(id) && !catalogue_.emitters.contains(id);
  };
  std::erase_if(latest_, [&](const auto& each) { return gone(each.first); });
  last_.forget_if(gone);
}

void session::send_changes(const std::vector<model::change>& changes, moment now,
                           session_actions& out) {
  const auto form =
      generation_ == generation::docs ? model::schema_form::string : model::schema_form::object;
  for (const model::change& each : changes) {
    if (!may_send(each.item)) continue;
    const auto type = each.type == model::change_type::set ? change_type::set : change_type::del;
    event what = make_event(type, model::item_type(each.item), item_of(each.item, form), now);
    send_or_keep(each.item, std::move(what), out);
  }
}

event session::make_event(change_type change, std::string_view type, json::text item, moment now) {
  return {.item_type = std::string(type),
          .change = change,
          .item = std::move(item),
          .tx = make_uuid(random_),
          .created_at = rfc3339(now.wall)};
}

// As many pulses as the window takes, and a barrier behind them.
void session::send_pulses(moment now, session_actions& out) {
  if (!takes_pulses()) return;
  while (delivery_.has_room()) {
    std::optional<model::pulse> next = source_.next(now);
    if (!next) break;
    send_next_pulse(*std::move(next), now, out);
  }
  if (!delivery_.wants_barrier()) return;
  std::string id = next_ping_id();
  send_ping(id, now, out);
  delivery_.barrier_sent(std::move(id), now.steady);
}

std::string session::next_ping_id() { return std::string(ping_prefix) + std::to_string(++pings_); }

void session::send_ping(const std::string& id, moment now, session_actions& out) {
  heartbeat_.pinged(now.steady);
  frames_.pinged(id, sent_ + 1);
  send(ping{{R"({"id":")" + id + R"(","timestamp":)" + std::to_string(unix_ms(now.wall)) + "}"}},
       out);
}

// ---- Time -----------------------------------------------------------------------------------

void session::check_silence(moment now, session_actions& out) {
  switch (heartbeat_.tick(now.steady)) {
    case heartbeat::advice::none:
      return;
    case heartbeat::advice::ask:
      out.emplace_back(send_control_ping{});
      if (generation_ != generation::docs) send_ping(next_ping_id(), now, out);
      return;
    case heartbeat::advice::give_up:
      out.emplace_back(drop_connection{
          {errc::silent, "nothing was read from the server for " +
                             std::to_string(heartbeat_.silent_for(now.steady).count()) + " s"}});
  }
}

void session::check_left(moment now, session_actions& out) {
  if (state_ != state::leaving || last_words_) return;
  const bool all_written = without_echo() && written_ >= sent_;
  if (!all_written && now.steady < leaving_since_ + config_.leave_within) return;
  state_ = state::left;
  out.emplace_back(close_connection{});
}

}  // namespace gantry::myko
