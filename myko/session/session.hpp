// One executor's conversation with a core, over any number of connections: what to send, when,
// and what to do with what comes. Decides only; myko/client performs.
//
// Source: the Myko protocol page, all of it; the Executor API page, Getting Started.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/catalogue.hpp"
#include "model/item_json.hpp"
#include "model/result.hpp"
#include "myko/generation.hpp"
#include "myko/log.hpp"
#include "myko/messages.hpp"
#include "myko/session/command_desk.hpp"
#include "myko/session/delivery.hpp"
#include "myko/session/early_commands.hpp"
#include "myko/session/event_window.hpp"
#include "myko/session/frame_limit.hpp"
#include "myko/session/heartbeat.hpp"
#include "myko/session/last_values.hpp"
#include "myko/session/machine_row.hpp"
#include "myko/session/moment.hpp"
#include "myko/session/own_row.hpp"
#include "myko/session/pulse_source.hpp"
#include "myko/session/read_back.hpp"
#include "myko/session/row_query.hpp"

namespace gantry::myko {

struct session_config {
  std::chrono::milliseconds id_grace{250};  // silence after the handshake that means rust
  // Of it: then it is most likely rust, and is asked who has our Instance before we send it.
  std::chrono::milliseconds ask_after{150};
  std::chrono::milliseconds leave_within{2'000};  // last words are waited for so long
  std::size_t early_commands_max = 1'024;         // commands before registration is done; those
  std::size_t early_bytes_max = 16U << 20U;       // that do not fit are answered with an error
  // The last pulse of each emitter is kept for whoever asks for it; the oldest are let go.
  std::size_t last_values_bytes_max = 4U << 20U;
  // Of leave_within, for last words that come too soon behind others for the server's window.
  std::chrono::milliseconds farewell_within{200};
  event_window_config window;
  heartbeat_config heartbeat;
  delivery_config delivery;
  frame_limit_config frames;
  command_desk_config desk;
  machine_config machine;
  own_row_config own_row;
  read_back_config read_back;
  std::chrono::milliseconds ask_anew_every{1'000};  // at the most, when answers are missing
};

// ---- What the session asks for -------------------------------------------------------------

// One WebSocket text frame, to be written in order.
struct send_frame {
  std::string text;
  bool operator==(const send_frame&) const = default;
};
// One WebSocket ping, in its place among the frames: servers that answer no ws:m:ping answer this.
struct send_control_ping {
  bool operator==(const send_control_ping&) const = default;
};
// Begin this action, and tell its outcome to answer().
struct perform_action {
  action_request request;
  bool operator==(const perform_action&) const = default;
};
// Give the connection up and try again: it is dead.
struct drop_connection {
  failure reason;
};
// All has been said: write what is queued, close properly, and do not come back.
struct close_connection {
  bool operator==(const close_connection&) const = default;
};

using session_action =
    std::variant<send_frame, send_control_ping, perform_action, drop_connection, close_connection>;
using session_actions = std::vector<session_action>;

// Frames that say nothing but that the server is alive.
enum class sign_of_life { pong, other };

// Plain counters, for the status.
struct session_counters {
  std::uint64_t connections = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t frames_received = 0;
  std::uint64_t not_json = 0;  // text that is no JSON, such as "Error parsing message"
  std::uint64_t unusable = 0;  // JSON, but no message
  std::uint64_t unknown = 0;   // messages of an unknown kind
  std::uint64_t commands = 0;
  std::uint64_t pulses_sent = 0;  // those sent again included
};

// Thread rule: all calls on one thread. Calls that return actions expect all of them to be
// performed, in order, before the next call.
//
// The pulses that matter come from a pulse_source, at most a window of them at a time, so that all
// else goes out right behind that window. The source must not call back.
class session {
 public:
  session(session_config config, pulse_source& source, random_source random, log_sink log);

  // ---- What is to be published. Works any time, connected or not.

  // Everything there is now. What changed is sent; everything on the next connection.
  // The instance's client id and, while registering, its status are the session's own.
  [[nodiscard]] session_actions publish(model::catalogue all, moment now);
  // The source may have something: sends as much of it as the window takes.
  [[nodiscard]] session_actions pump(moment now);
  // A value of which only the newest matters: sent now and at each registration, while its emitter
  // is published.
  [[nodiscard]] session_actions set_latest(model::pulse pulse, moment now);
  // What became of an action. One that comes after its command was answered changes nothing.
  [[nodiscard]] session_actions answer(std::uint64_t ticket, const action_outcome& outcome,
                                       moment now);
  // The program ends: all targets offline, the instance Unavailable, then close_connection. Said
  // also to a server that was not registered with yet: it may know us from before.
  [[nodiscard]] session_actions leave(moment now);

  // ---- What happens to the connection.

  // `server`: the same for each connection to the same one.
  [[nodiscard]] session_actions connected(moment now, const std::string& server = {});
  [[nodiscard]] session_actions received(std::string_view frame, moment now);
  // A frame that is no text.
  void heard(sign_of_life what, moment now);
  // The oldest `frames` frames not yet so reported were taken by the socket.
  [[nodiscard]] session_actions written(std::size_t frames, moment now);
  enum class end_of_connection {
    of_any_kind,
    frame_too_large,  // says the server: it closed with 1009
  };
  void disconnected(moment now, end_of_connection how = end_of_connection::of_any_kind);

  // To be called at next_wakeup(), or at any other time.
  [[nodiscard]] session_actions tick(moment now);
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_wakeup() const;

  // ---- What there is to know.

  [[nodiscard]] bool registered() const { return state_ == state::registered; }
  [[nodiscard]] bool left() const { return state_ == state::left; }
  // Would pump() send anything, given room in the window?
  [[nodiscard]] bool takes_pulses() const { return registered() && !published_nothing(); }
  [[nodiscard]] generation server_generation() const { return generation_; }
  // Are echoes missing, so that pulses count as delivered when the socket took them?
  [[nodiscard]] bool without_echo() const { return delivery_.echoes() == delivery::echo::missing; }
  // The last connection ended with 1009, though nothing of any size was on its way: to be tried
  // again is of little use.
  [[nodiscard]] bool is_puzzled() const { return puzzled_; }
  [[nodiscard]] const session_counters& counters() const { return counters_; }
  // Pulses that are not acknowledged yet.
  [[nodiscard]] std::size_t in_flight() const { return delivery_.in_flight(); }
  [[nodiscard]] std::uint64_t pulses_acknowledged() const { return delivery_.acknowledged(); }

 private:
  using time_point = std::chrono::steady_clock::time_point;

  enum class state {
    offline,     // -> settling
    settling,    // connected, waiting for a client id or the end of the grace -> registered
    registered,  // everything is published, commands are taken -> leaving, offline
    leaving,     // last words are on their way -> left
    left,
  };

  // Our pings, told from the server's own.
  static constexpr std::string_view ping_prefix = "gantry-";

  // Sending.
  void register_all(moment now, session_actions& out);
  void begin_last_words(moment now, session_actions& out);
  void send_changes(const std::vector<model::change>& changes, moment now, session_actions& out);
  [[nodiscard]] event make_event(change_type change, std::string_view type, json::text item,
                                 moment now);
  void send_pulses(moment now, session_actions& out);
  void send_ping(const std::string& id, moment now, session_actions& out);

  // Frames, and what is too large for one: session_frames.cpp.
  std::size_t send(const message& message, session_actions& out);
  std::size_t push(std::string frame, std::string_view what, std::uint64_t number,
                   session_actions& out);
  void send_instead(const message& message, std::size_t bytes, session_actions& out);
  void learn_from_end(end_of_connection how);
  void leave_out(const std::string& what, std::size_t bytes);
  [[nodiscard]] std::string pulse_frame(const model::pulse& pulse, moment now);
  std::size_t send_pulse(const model::pulse& pulse, moment now, session_actions& out);
  void send_next_pulse(model::pulse next, moment now, session_actions& out);
  void say_left_out(moment now, session_actions& out);
  [[nodiscard]] std::string frame_words() const;

  void forget_values_of_the_gone(const model::catalogue& before);
  void lose_connection();
  void check_silence(moment now, session_actions& out);
  void check_left(moment now, session_actions& out);
  // The core of 2026 has no Alerts, and drops them with a warning for each. Who has not told yet
  // which core it is may have some.
  [[nodiscard]] bool takes_alerts() const {
    const bool before_it = state_ == state::settling;
    const bool left_before_it = state_ == state::leaving && published_nothing();
    return generation_ != generation::rust || before_it || left_before_it;
  }
  [[nodiscard]] bool published_nothing() const { return published_.instance.id.empty(); }
  [[nodiscard]] std::string next_ping_id();

  // The server's window: session_window.cpp.
  [[nodiscard]] bool windowed() const { return generation_ == generation::rust; }
  void send_or_keep(const model::entity& of, event what, session_actions& out);
  // A query shows that an item is gone: what is set of it, or belongs to it, waits its time.
  void deleted_by_server(const std::string& type, const std::string& id);
  void tend_window(moment now, session_actions& out);
  void send_kept(event what, moment now, session_actions& out);
  bool ping_behind_window(moment now, session_actions& out);
  void hear_window_ping(moment now);
  void open_window(session_actions& out);
  void say_farewell(moment now, session_actions& out);
  [[nodiscard]] time_point farewell_at() const;

  // Receiving: session_receive.cpp.
  void on(const message& message, moment now, session_actions& out);
  void on_command(const command& command, moment now, session_actions& out);
  void on_ping(const ping& ping, moment now, session_actions& out);
  void adopt(const set_client_id& id, const command& command, moment now, session_actions& out);
  void keep_early(const command& command, moment now, session_actions& out);
  void answer_late_early(moment now, session_actions& out);
  void handle(const command& command, moment now, session_actions& out);
  std::optional<std::string> resend_value(const resend_emitter_value& what, moment now,
                                          session_actions& out);
  void follow(const command_desk::orders& orders, session_actions& out);
  void complain(const std::string& what);

  // What the core holds of us: session_queries.cpp.
  [[nodiscard]] bool asks_early() const;
  [[nodiscard]] std::string make_sign();
  [[nodiscard]] bool has_queries() const { return generation_ != generation::docs; }
  void ask_for_rows(moment now, session_actions& out);
  void registration_read(moment now);
  void keep_rows(moment now, session_actions& out);
  void on_rows(const query_response& answer, moment now, session_actions& out);
  void on_query_error(const query_error& error, moment now, session_actions& out);
  void open_query(std::optional<row_query>& into, const row_choice& what, session_actions& out);
  void close_query(std::optional<row_query>& which, session_actions& out);
  void ask_anew(moment now, session_actions& out);
  void watch_own_row(session_actions& out);
  void watch_client(session_actions& out);
  void show_own_row(const query_response& answer, moment now, session_actions& out);
  [[nodiscard]] bool may_send(const model::entity& item) const;
  void decide_machine(moment now, session_actions& out);
  void give_up_machine(session_actions& out);
  void send_machine(moment now, session_actions& out);
  void stop_read_back(session_actions& out);
  void read_back_as(generation spoken, moment now, session_actions& out);
  void judge_read_back(read_back_result found, moment now, session_actions& out);
  void say_missing(const std::set<item_key>& missing, moment now, session_actions& out);
  void remove_strays(const std::vector<stray_row>& strays, moment now, session_actions& out);
  void forget_missing();
  void set_message();
  void forget_queries();
  [[nodiscard]] std::optional<time_point> next_query_deadline() const;

  session_config config_;
  pulse_source& source_;
  random_source random_;
  log_sink log_;
  session_counters counters_;

  // Outlives connections.
  model::catalogue catalogue_;
  delivery delivery_;
  heartbeat heartbeat_;
  std::map<model::emitter_id, model::pulse> latest_;  // of the latest-class emitters
  last_values last_;                                  // of those that the source gave
  command_desk desk_;
  // Of our own pulses. Begins at random, so that no hash is like one of an earlier process.
  std::uint64_t sequence_;
  std::uint64_t pings_ = 0;
  own_row own_row_;
  std::string fleet_message_;  // of the instance, as it was published
  std::string missing_;        // what a core did not store, in words; put behind that message
  std::string strays_said_;
  frame_limit frames_;
  bool puzzled_ = false;
  bool machine_said_ = false;  // why it was not sent

  // Of the present connection.
  state state_ = state::offline;
  generation generation_ = generation::rust;
  model::client_id client_;
  model::catalogue published_;  // told, or kept by the window
  event_window window_;
  std::optional<model::catalogue> last_words_;  // not yet said
  std::string window_ping_;                     // on its way behind what the window let go
  std::uint64_t window_ping_frame_ = 0;
  time_point connected_at_;
  time_point leaving_since_;
  std::string leave_ping_;  // its echo says that the last words were read
  std::uint64_t sent_ = 0;  // frames
  std::uint64_t written_ = 0;
  bool complained_ = false;
  std::set<std::string> left_out_;  // what was too large; some of it
  std::string frame_words_said_;
  bool replaced_said_ = false;
  early_commands early_;
  read_back read_back_;
  std::string registration_ping_;  // its echo says that the registration was read
  std::optional<row_query> own_query_;
  std::optional<row_query> client_query_;
  std::string client_asked_for_;  // by that one
  std::optional<row_query> machine_query_;
  time_point machine_deadline_;
  std::optional<time_point> asked_anew_;  // the last time
  std::optional<time_point> ask_anew_at_;
};

}  // namespace gantry::myko
