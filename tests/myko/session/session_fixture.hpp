// A session on a fake clock, whose frames are read back as messages, so that tests read as prose.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fake_source.hpp"
#include "model/json.hpp"
#include "myko/parse.hpp"
#include "myko/session/session.hpp"
#include "myko/write.hpp"

namespace gantry::myko::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline model::emitter_id emitter_named(const std::string& name) {
  return model::emitter_id("s:t:" + name);
}

inline model::pulse pulse_from(const std::string& emitter, const std::string& text) {
  return {.emitter = emitter_named(emitter),
          .data = {R"({"text":")" + text + "\"}"},
          .timestamp = 1'795'251'600'000};
}

// One machine, one instance, the target s:t with the action "run" and two emitters.
inline model::catalogue one_target() {
  model::catalogue out;
  out.machine = {.id = model::machine_id("m"), .name = "m"};
  out.instance = {.id = model::instance_id("m:s"),
                  .service = model::service_id("s"),
                  .machine = model::machine_id("m"),
                  .status = model::instance_status::available};
  out.put(model::target{.id = model::target_id("s:t"), .name = "t"});
  out.put(model::action{.id = model::action_id("s:t:run"),
                        .target = model::target_id("s:t"),
                        .schema = json::text{R"({"type":"object"})"}});
  for (const char* name : {"output", "state"}) {
    out.put(model::emitter{.id = emitter_named(name), .target = model::target_id("s:t")});
  }
  out.put(model::target_status{.target = model::target_id("s:t"),
                               .instance = model::instance_id("m:s"),
                               .status = model::liveness::online});
  return out;
}

class session_fixture : public testing::Test {
 protected:
  session_fixture() { make_session({}); }

  void make_session(session_config config) {
    config.machine.publish = machine_;
    source_.emplace();
    session_.emplace(
        config, *source_, [this] { return chance_ += 0x9E3779B97F4A7C15ULL; },
        [this](log_level level, const std::string& line) { logs_.emplace_back(level, line); });
  }

  // ---- What happens

  void publish(model::catalogue all) { perform(session_->publish(std::move(all), now_)); }
  void queue(const std::string& text) {
    source_->append(pulse_from("output", text));
    perform(session_->pump(now_));
  }
  void set_latest(const std::string& emitter, const std::string& text) {
    perform(session_->set_latest(pulse_from(emitter, text), now_));
  }
  void leave() { perform(session_->leave(now_)); }
  void connect() { perform(session_->connected(now_)); }
  void disconnect() { session_->disconnected(now_); }
  void hear(std::string_view frame) { perform(session_->received(frame, now_)); }
  void hear(const message& from) { hear(write(from)); }
  void hear_pong() { session_->heard(sign_of_life::pong, now_); }
  void written(std::size_t frames) { perform(session_->written(frames, now_)); }

  void hear_command(const std::string& id, const std::string& body) {
    hear(R"({"event":"ws:m:command","data":{"commandId":")" + id + R"(","command":)" + body + "}}");
  }
  void hear_client_id(const std::string& client, const std::string& tx = "id-tx") {
    hear_command("SetClientId", R"({"tx":")" + tx + R"(","clientId":")" + client + "\"}");
  }
  void hear_docs_client_id(const std::string& client) {
    hear_command("client:setId", R"({"clientId":")" + client + "\"}");
  }
  void hear_exec(const std::string& tx, const std::string& action = "s:t:run") {
    hear_command("ExecTargetAction", R"({"tx":")" + tx + R"(","action":{"id":")" + action + "\"}}");
  }
  // The server echoes every ping of ours that it has not echoed yet.
  void echo_pings() {
    const auto pings = std::exchange(pings_, {});
    for (const ping& each : pings) hear(each);
  }

  // What was sent is behind the window of a server of today; what was kept meanwhile is sent.
  void settle() {
    echo_pings();
    pass(milliseconds(100));
    echo_pings();
    pass(milliseconds(50));
  }

  // Time passes; the session is woken whenever it asked for it.
  void pass(milliseconds time) {
    const auto end = now_.steady + time;
    for (int wakes = 0;; ++wakes) {
      const auto next = session_->next_wakeup();
      if (!next || *next > end) break;
      ASSERT_LT(wakes, 10'000) << "the session wants to be woken without end";
      move_to(std::max(*next, now_.steady));
      perform(session_->tick(now_));
      if (!dropped_.empty() || closed_) return;
    }
    move_to(end);
  }

  void connect_to_rust() {
    connect();
    pass(milliseconds(250));
  }
  void connect_to_ts(const std::string& client = "c-1") {
    connect();
    hear_client_id(client);
  }
  void connect_to_docs(const std::string& client = "c-1") {
    connect();
    hear_docs_client_id(client);
  }

  // ---- What the session did

  // What was sent since the last call, one line a frame:
  // "SET Target s:t", "DEL ...", "PING", "RESPONSE tx value", "ERROR tx command: text",
  // "ASK GetTargetsByIds", "CANCEL tx".
  std::vector<std::string> sent() {
    std::vector<std::string> out;
    for (const message& each : frames_) out.push_back(in_words(each));
    frames_.clear();
    return out;
  }
  // The same without pings and questions.
  std::vector<std::string> said() {
    std::vector<std::string> out = sent();
    std::erase_if(out, [](const std::string& each) {
      return each == "PING" || each.starts_with("ASK ") || each.starts_with("CANCEL ");
    });
    return out;
  }
  // The items of this type that were sent since the last call.
  std::vector<std::string> items(const std::string& type) {
    std::vector<std::string> out;
    for (const message& each : frames_) {
      const auto* event = std::get_if<myko::event>(&each);
      if (event != nullptr && event->item_type == type) out.push_back(event->item.bytes);
    }
    frames_.clear();
    return out;
  }
  static std::string field(const std::string& item, const std::string& name) {
    const auto parsed = json::parse(item);
    const json::value* found = parsed ? json::find(*parsed, name) : nullptr;
    if (found == nullptr) return "(absent)";
    return found->IsString() ? std::string(found->GetString()) : json::write(*found);
  }
  std::vector<std::string> fields(const std::string& type, const std::string& name) {
    std::vector<std::string> out;
    for (const std::string& each : items(type)) out.push_back(field(each, name));
    return out;
  }
  int logged(log_level level, const std::string& part) const {
    int times = 0;
    for (const auto& [at, line] : logs_) {
      if (at == level && line.find(part) != std::string::npos) ++times;
    }
    return times;
  }

  static std::string in_words(const message& from) {
    if (const auto* event = std::get_if<myko::event>(&from)) {
      std::string what = event->change == change_type::set ? "SET " : "DEL ";
      what += event->item_type + " " + field(event->item.bytes, "id");
      if (event->item_type == "Instance" || event->item_type == "TargetStatus") {
        what += " " + field(event->item.bytes, "status");
      }
      if (event->item_type == "Pulse") {
        what += " " + field(field(event->item.bytes, "data"), "text");
      }
      return what;
    }
    if (std::holds_alternative<ping>(from)) return "PING";
    if (const auto* response = std::get_if<command_response>(&from)) {
      return "RESPONSE " + response->tx + " " + response->response.bytes;
    }
    if (const auto* error = std::get_if<command_error>(&from)) {
      return "ERROR " + error->tx + " " + error->command + ": " + error->message;
    }
    if (const auto* query = std::get_if<myko::query>(&from)) return "ASK " + query->id;
    if (const auto* cancel = std::get_if<query_cancel>(&from)) return "CANCEL " + cancel->tx;
    return "something else";
  }

  void perform(const session_actions& actions) {
    std::size_t frames = 0;
    for (const session_action& each : actions) {
      if (const auto* frame = std::get_if<send_frame>(&each)) {
        ++frames;
        note(frame->text);
      } else if (const auto* action = std::get_if<perform_action>(&each)) {
        requests_.push_back(action->request);
      } else if (const auto* drop = std::get_if<drop_connection>(&each)) {
        dropped_.push_back(drop->reason);
      } else if (std::holds_alternative<close_connection>(each)) {
        closed_ = true;
      } else {
        ++control_pings_;
      }
    }
    if (socket_takes_all_ && frames > 0) written(frames);
  }

  std::optional<fake_source> source_;
  std::optional<session> session_;
  moment now_{std::chrono::steady_clock::time_point(std::chrono::hours(1)),
              std::chrono::system_clock::time_point(milliseconds(1'795'251'600'000))};
  std::uint64_t chance_ = 0;
  // Without a question, so that a test need not answer one.
  machine_publishing machine_ = machine_publishing::always;
  bool socket_takes_all_ = true;

  std::vector<message> frames_;
  std::size_t largest_ = 0;  // of their sizes, as long as a test does not put it back
  std::vector<ping> pings_;  // not echoed yet
  std::vector<action_request> requests_;
  std::vector<failure> dropped_;
  int control_pings_ = 0;
  bool closed_ = false;
  std::vector<std::pair<log_level, std::string>> logs_;

 private:
  void note(const std::string& frame) {
    largest_ = std::max(largest_, frame.size());
    const auto parsed = parse(frame);
    ASSERT_TRUE(parsed) << frame;
    frames_.push_back(*parsed);
    if (const auto* ping = std::get_if<myko::ping>(&*parsed)) pings_.push_back(*ping);
  }
  void move_to(std::chrono::steady_clock::time_point when) {
    now_.wall += std::chrono::duration_cast<milliseconds>(when - now_.steady);
    now_.steady = when;
  }
};

}  // namespace gantry::myko::test
