// Whatever happens to the connections: every pulse is acknowledged once, in order, and not before
// the server has read it, where the server can tell.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "session_fixture.hpp"
#include "tests/support/seed.hpp"

namespace gantry::myko::test {
namespace {

enum class manners { rust, ts, docs, pongs_only };

// A session, its source, a socket that takes as much as it likes, and a server that reads as much
// as it likes of that. Pulses are numbered, in their text.
class simulation : public session_fixture {
 protected:
  using number = std::size_t;

  void begin(std::uint64_t seed) {
    dice_.emplace(seed);
    session_config config;
    config.delivery.window_bytes = 1 + dice_->upto(4'000);
    make_session(config);
    source_->on_acknowledged([this](const model::pulse& pulse) { check_acknowledged(pulse); });
    publish_quietly();
    connected_ = hangs_ = hung_ = false;
    acknowledged_ = 0;
    read_.clear();
    hashes_.clear();
  }

  // ---- What may happen

  void connect_to(manners server) {
    if (connected_) lose();
    server_ = server;
    connected_ = true;
    hangs_ = false;
    wire_.clear();
    taken_ = server_read_ = 0;
    taken_numbers_.clear();
    next_on_wire_ = acknowledged_ + 1;
    carry_out(session_->connected(now_));
    if (server == manners::docs) {
      say(R"({"event":"ws:m:command","data":{"commandId":"client:setId",)"
          R"("command":{"clientId":"c"}}})");
    } else if (server != manners::rust) {
      say(R"({"event":"ws:m:command","data":{"commandId":"SetClientId",)"
          R"("command":{"tx":"t","clientId":"c"}}})");
    }
  }

  void lose() {
    const int before = source_->rewinds();
    const bool some = source_->in_flight() > 0;
    session_->disconnected(now_);
    connected_ = false;
    EXPECT_EQ(source_->rewinds() - before, some ? 1 : 0);
    EXPECT_EQ(session_->in_flight(), 0U);
  }

  void append(std::size_t count) {
    for (; count > 0; --count) {
      source_->append(pulse_from("output", std::to_string(source_->appended_count() + 1)));
    }
    carry_out(session_->pump(now_));
  }

  void socket_takes(std::size_t items) {
    for (; connected_ && items > 0 && taken_ < wire_.size(); --items) {
      const std::optional<message> item = wire_[taken_++];
      if (!item) continue;
      if (const auto pulse = pulse_number(*item)) taken_numbers_.insert(*pulse);
      carry_out(session_->written(1, now_));
    }
  }

  void server_reads(std::size_t items) {
    for (; connected_ && !hangs_ && items > 0 && server_read_ < taken_; --items) {
      const std::optional<message> item = wire_[server_read_++];
      if (!item) {
        session_->heard(sign_of_life::pong, now_);
      } else if (const auto pulse = pulse_number(*item)) {
        read_.insert(*pulse);
      } else if (std::holds_alternative<ping>(*item) && echoes()) {
        carry_out(session_->received(write(*item), now_));
      }
    }
  }

  // Once a run: more often, and a server that only ever speaks is taken for one without answers.
  void server_hangs() {
    if (hung_) return;
    hung_ = hangs_ = true;
    wait(seconds(100));
    EXPECT_FALSE(connected_ && server_ != manners::docs && !session_->without_echo());
  }

  void wait(milliseconds time) {
    const auto end = now_.steady + time;
    while (connected_) {
      const auto next = session_->next_wakeup();
      if (!next || *next > end) break;
      set_time(std::max(*next, now_.steady));
      carry_out(session_->tick(now_));
    }
    set_time(end);
  }

  void live_on(milliseconds step) {
    wait(step);
    socket_takes(1'000);
    server_reads(1'000);
  }

  // ---- What must hold

  void check_acknowledged(const model::pulse& pulse) {
    const number which = std::stoul(field(pulse.data.bytes, "text"));
    EXPECT_EQ(which, ++acknowledged_);
    if (session_->without_echo()) {
      EXPECT_TRUE(taken_numbers_.contains(which)) << which << " is still in the program";
    } else {
      EXPECT_TRUE(read_.contains(which)) << which << " was not read";
    }
  }

  void check() {
    EXPECT_EQ(session_->pulses_acknowledged(), acknowledged_);
    EXPECT_EQ(session_->in_flight(), source_->in_flight());
    EXPECT_FALSE(connected_ && echoes() && session_->without_echo());
  }

  std::optional<gantry::test::dice> dice_;
  bool connected_ = false;

 private:
  bool echoes() const { return server_ == manners::rust || server_ == manners::ts; }

  void publish_quietly() { carry_out(session_->publish(one_target(), now_)); }
  void say(std::string_view frame) { carry_out(session_->received(frame, now_)); }
  void set_time(std::chrono::steady_clock::time_point when) {
    now_.wall += std::chrono::duration_cast<milliseconds>(when - now_.steady);
    now_.steady = when;
  }

  void carry_out(const session_actions& actions) {
    bool dropped = false;
    for (const session_action& each : actions) {
      if (const auto* frame = std::get_if<send_frame>(&each)) {
        put_on_wire(*parse(frame->text));
      } else if (std::holds_alternative<send_control_ping>(each)) {
        wire_.emplace_back(std::nullopt);
      } else {
        dropped = dropped || std::holds_alternative<drop_connection>(each);
      }
    }
    if (dropped && connected_) lose();
  }

  // The pulses of a connection: those not acknowledged, in order, without a gap, with the hash
  // that they had before.
  void put_on_wire(const message& frame) {
    wire_.emplace_back(frame);
    const auto pulse = pulse_number(frame);
    if (!pulse) return;
    EXPECT_EQ(*pulse, next_on_wire_++);
    const std::string hash = field(std::get<event>(frame).item.bytes, "hash");
    EXPECT_EQ(hashes_.emplace(*pulse, hash).first->second, hash);
  }

  static std::optional<number> pulse_number(const message& frame) {
    const auto* event = std::get_if<myko::event>(&frame);
    if (event == nullptr || event->item_type != "Pulse") return std::nullopt;
    return std::stoul(field(field(event->item.bytes, "data"), "text"));
  }

  manners server_ = manners::rust;
  bool hangs_ = false;                        // this connection's server reads nothing more
  bool hung_ = false;                         // one did
  std::vector<std::optional<message>> wire_;  // nothing: a control ping
  std::size_t taken_ = 0;                     // of them, by the socket
  std::size_t server_read_ = 0;
  number next_on_wire_ = 1;
  number acknowledged_ = 0;
  std::set<number> taken_numbers_;  // on this connection
  std::set<number> read_;           // ever
  std::map<number, std::string> hashes_;
};

TEST_F(simulation, acknowledges_every_pulse_once_in_order_and_not_too_early) {
  for (const std::uint64_t seed : gantry::test::seeds(200)) {
    SCOPED_TRACE(gantry::test::seed_text(seed));
    begin(seed);
    for (int step = 0; step < 150; ++step) {
      switch (dice_->upto(15)) {
        case 0:
          connect_to(static_cast<manners>(dice_->upto(3)));
          break;
        case 1:
          if (connected_ && dice_->one_in(2)) lose();
          break;
        case 2:
          if (connected_ && dice_->one_in(5)) server_hangs();
          break;
        case 3:
        case 4:
          live_on(milliseconds(dice_->upto(2'500)));
          break;
        case 5:
        case 6:
        case 7:
          append(1 + dice_->upto(8));
          break;
        case 8:
        case 9:
        case 10:
        case 11:
          socket_takes(1 + dice_->upto(10));
          break;
        default:
          server_reads(1 + dice_->upto(10));
      }
      check();
      if (HasFailure()) return;
    }
    connect_to(dice_->one_in(2) ? manners::rust : manners::ts);
    for (int round = 0; round < 2'000 && source_->size() > 0; ++round) live_on(milliseconds(100));
    EXPECT_EQ(source_->size(), 0U);
    EXPECT_EQ(source_->acknowledged_count(), source_->appended_count());
    check();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::myko::test
