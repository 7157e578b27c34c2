// What a session does with what comes.
#include <utility>

#include "model/json.hpp"
#include "myko/error.hpp"
#include "myko/parse.hpp"
#include "myko/printable.hpp"
#include "myko/session/session.hpp"

namespace gantry::myko {
namespace {

std::optional<std::string> our_ping_id(const ping& ping, std::string_view prefix) {
  const auto data = json::parse(ping.data.bytes);
  if (!data) return std::nullopt;
  const auto id = json::find_string(*data, "id");
  if (!id || !id->starts_with(prefix)) return std::nullopt;
  return std::string(*id);
}

constexpr std::string_view not_read = "Error parsing message";

// It is in every pulse. Servers give a UUID.
constexpr std::size_t client_id_bytes_max = 1'024;

// As if no alert had been told of it.
void forget_alerts(model::catalogue& published) {
  published.alerts.clear();
  std::erase_if(published.leftovers, [](const auto& each) { return each.first.first == "Alert"; });
}

}  // namespace

session_actions session::received(std::string_view frame, moment now) {
  session_actions out;
  ++counters_.frames_received;
  heartbeat_.heard(now.steady);
  const result<message> parsed = parse(frame);
  if (parsed) {
    on(*parsed, now, out);
  } else if (parsed.error().code == errc::not_json) {
    ++counters_.not_json;
    // What it holds may be secret, but for the words of a TypeScript server about a message of
    // ours.
    complain(frame == not_read
                 ? "that it could not read a message: " + std::string(not_read)
                 : "text that is not JSON, of " + std::to_string(frame.size()) + " bytes");
  } else {
    ++counters_.unusable;
    complain("an unusable message: " + printable(parsed.error().message));
  }
  tend_window(now, out);
  return out;
}

void session::heard(sign_of_life what, moment now) {
  heartbeat_.heard(now.steady);
  if (what != sign_of_life::pong) return;
  heartbeat_.answered();
  delivery_.ponged(now.steady);
}

void session::on(const message& message, moment now, session_actions& out) {
  if (const auto* command = std::get_if<myko::command>(&message)) {
    on_command(*command, now, out);
  } else if (const auto* ping = std::get_if<myko::ping>(&message)) {
    on_ping(*ping, now, out);
  } else if (const auto* list = std::get_if<message_list>(&message)) {
    for (const auto& each : list->messages) on(each, now, out);
  } else if (const auto* event = std::get_if<myko::event>(&message)) {
    // Newer servers may ask for a value this way too; then nobody waits for an answer.
    if (event->item_type != "ResendEmitterValue") return;
    const auto item = json::parse(event->item.bytes);
    if (!item) return;
    (void)resend_value({std::string(json::find_string(*item, "instanceId").value_or("")),
                        std::string(json::find_string(*item, "emitterId").value_or(""))},
                       now, out);
  } else if (const auto* rows = std::get_if<query_response>(&message)) {
    on_rows(*rows, now, out);
  } else if (const auto* error = std::get_if<query_error>(&message)) {
    on_query_error(*error, now, out);
  } else if (const auto* unknown = std::get_if<unknown_message>(&message)) {
    ++counters_.unknown;
    log_(log_level::debug, "ignored a message of unknown kind " + printable(unknown->event));
  }
}

void session::on_command(const command& command, moment now, session_actions& out) {
  ++counters_.commands;
  if (const auto* id = std::get_if<set_client_id>(&command.content)) {
    adopt(*id, command, now, out);
  } else if (state_ == state::settling || (registered() && published_nothing())) {
    keep_early(command, now, out);
  } else {
    handle(command, now, out);
  }
}

void session::keep_early(const command& command, moment now, session_actions& out) {
  if (early_.keep(command, now) || command.tx.empty()) return;
  send(command_error{command.tx, command.id,
                     "gantry is still registering and its queue of commands is full: try again"},
       out);
}

// Registration may take longer than an answer may: there may be nothing to publish yet.
void session::answer_late_early(moment now, session_actions& out) {
  while (const auto late = early_.take_late(now.steady - config_.desk.answer_within)) {
    if (late->tx.empty()) continue;
    send(command_error{late->tx, late->id, "gantry is still starting: try again"}, out);
  }
}

// The server's first words tell its generation. An id that comes late, or a new one, is published
// with the instance; a late docs server needs everything again, in its own form.
void session::adopt(const set_client_id& id, const command& command, moment now,
                    session_actions& out) {
  if (id.client.size() > client_id_bytes_max) {
    complain("a client id of " + std::to_string(id.client.size()) + " bytes, which is not used");
    if (!command.tx.empty()) send(command_error{command.tx, command.id, "the id is too long"}, out);
    return;
  }
  const generation spoken = command.id == "client:setId" ? generation::docs : generation::ts;
  const bool other_form = (spoken == generation::docs) != (generation_ == generation::docs);
  const bool other_generation = spoken != generation_;
  const bool news = id.client != client_.value || other_generation;
  client_ = model::client_id(id.client);
  if (!takes_alerts()) forget_alerts(published_);
  generation_ = spoken;
  own_row_.told_client(id.client);
  if (other_generation) read_back_as(spoken, now, out);
  if (!windowed()) open_window(out);
  if (!command.tx.empty()) send(command_response{command.tx, {}}, out);
  if (state_ == state::settling || (state_ == state::registered && other_form)) {
    register_all(now, out);
  } else if (state_ == state::registered && news) {
    catalogue_.instance.client = client_;
    if (published_nothing()) return;
    log_(log_level::info, "the server told the client id late: " + printable(client_.value));
    send_changes(model::difference(published_, catalogue_), now, out);
    published_ = catalogue_;
  }
}

void session::handle(const command& command, moment now, session_actions& out) {
  if (state_ != state::registered) {
    if (command.tx.empty()) return;
    send(command_error{command.tx, command.id, "gantry is stopping"}, out);
    return;
  }
  if (const auto* resend = std::get_if<resend_emitter_value>(&command.content)) {
    const auto objection = resend_value(*resend, now, out);
    if (command.tx.empty()) return;
    if (objection) {
      send(command_error{command.tx, command.id, *objection}, out);
    } else {
      send(command_response{command.tx, {R"({"resent":true})"}}, out);
    }
    return;
  }
  follow(desk_.received(command, catalogue_, now.steady), out);
}

// Why not, or nothing when the value is on its way.
std::optional<std::string> session::resend_value(const resend_emitter_value& what, moment now,
                                                 session_actions& out) {
  if (!what.instance.empty() && what.instance != catalogue_.instance.id.value) {
    return "the command is for instance " + what.instance + ", and this is " +
           catalogue_.instance.id.value;
  }
  const model::emitter_id id(what.emitter);
  if (!catalogue_.emitters.contains(id)) return "there is no emitter " + what.emitter + " here";
  const auto latest = latest_.find(id);
  const model::pulse* last = latest != latest_.end() ? &latest->second : last_.find(id);
  if (last == nullptr) {
    return "emitter " + what.emitter +
           (last_.let_go(id) ? " has had no value of late: its last one is not kept any more"
                             : " has had no value yet");
  }
  model::pulse again = *last;
  again.sequence = ++sequence_;  // and so another hash, or watchers would hear nothing
  if (!takes_pulses() || send_pulse(again, now, out) > 0) return std::nullopt;
  return "the last value of emitter " + what.emitter + " is too large for the server";
}

void session::on_ping(const ping& ping, moment now, session_actions& out) {
  // A ping of the server's own is not echoed: it would be echoed back for ever.
  const auto id = our_ping_id(ping, ping_prefix);
  if (!id) return;
  heartbeat_.answered();
  frames_.echoed(*id);
  delivery_.echoed(*id);
  if (*id == registration_ping_) registration_read(now);
  if (*id == window_ping_) hear_window_ping(now);
  if (state_ == state::leaving && *id == leave_ping_) {
    state_ = state::left;
    out.emplace_back(close_connection{});
    return;
  }
  send_pulses(now, out);
}

void session::follow(const command_desk::orders& orders, session_actions& out) {
  const bool can_send = state_ == state::registered;
  for (const message& answer : orders.answers) {
    if (can_send) send(answer, out);
  }
  for (const action_request& request : orders.requests) out.emplace_back(perform_action{request});
}

// Once a connection: a server that understands nothing says so for each frame.
void session::complain(const std::string& what) {
  log_(complained_ ? log_level::debug : log_level::warning, "the server sent " + what);
  complained_ = true;
}

}  // namespace gantry::myko
