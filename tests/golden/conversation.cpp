#include "tests/golden/conversation.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <variant>

#include "myko/net/clock.hpp"

namespace gantry::test {
namespace {

// More would be a conversation without end.
constexpr int rounds_max = 1'000;

constexpr std::uint64_t step = 0x9E3779B97F4A7C15ULL;

}  // namespace

conversation::conversation(fleet::stage& play, myko::generation plays)
    : play_(play),
      plays_(plays),
      session_(
          {}, source_, [this] { return chance_ += step; }, [](log_level, const std::string&) {}) {
  play_.core.behind = this;
  start_core();
}

void conversation::start_core() {
  core_.emplace(plays_, myko::core_limits{}, [this] { return core_chance_ += step; });
}

void conversation::publish(model::catalogue all) {
  perform(session_.publish(std::move(all), net::now()));
}
void conversation::set_latest(model::pulse pulse) {
  perform(session_.set_latest(std::move(pulse), net::now()));
}
void conversation::answer(std::uint64_t ticket, const myko::action_outcome& outcome) {
  perform(session_.answer(ticket, outcome, net::now()));
}

// ---- The connection -------------------------------------------------------------------------

void conversation::connect() {
  connected_ = true;
  stalled_ = false;
  ++connections_;
  perform(session_.connected(net::now()));
  deliver(core_->connected(myko::connection_id{connections_}, net::now()));
  go_on();
}

void conversation::stall() { stalled_ = true; }

void conversation::lose() {
  connected_ = false;
  to_core_.clear();
  to_gantry_.clear();
  session_.disconnected(net::now());
  (void)core_->disconnected(myko::connection_id{connections_});
}

void conversation::restart() {
  lose();
  start_core();
}

void conversation::hear(const std::string& frame) {
  perform(session_.received(frame, net::now()));
  go_on();
}

void conversation::leave() {
  perform(session_.leave(net::now()));
  go_on();
}

void conversation::deliver(myko::outputs outputs) {
  for (myko::output& each : outputs) to_gantry_.push_back(std::move(each.frame));
}

// ---- What the session asks for --------------------------------------------------------------

// In order, also when the controller calls back in the middle of it.
void conversation::perform(myko::session_actions actions) {
  for (auto& each : actions) to_perform_.push_back(std::move(each));
  if (std::exchange(performing_, true)) return;
  while (!to_perform_.empty()) {
    const myko::session_action next = std::move(to_perform_.front());
    to_perform_.pop_front();
    on(next);
  }
  performing_ = false;
}

void conversation::on(const myko::session_action& action) {
  if (const auto* frame = std::get_if<myko::send_frame>(&action)) {
    frames_.push_back(frame->text);
    to_core_.push_back(frame->text);
  } else if (std::holds_alternative<myko::send_control_ping>(action)) {
    session_.heard(myko::sign_of_life::pong, net::now());
  } else if (const auto* act = std::get_if<myko::perform_action>(&action)) {
    play_.perform(act->request);
  } else if (const auto* drop = std::get_if<myko::drop_connection>(&action)) {
    ADD_FAILURE() << "gave the connection up: " << drop->reason.message;
  }
}

// ---- Time -----------------------------------------------------------------------------------

void conversation::take_pulses() {
  const auto& all = play_.outbox.pulses;
  if (pulses_taken_ == all.size()) return;
  while (pulses_taken_ < all.size()) source_.append(all[pulses_taken_++]);
  perform(session_.pump(net::now()));
}

void conversation::exchange_frames() {
  if (!to_core_.empty()) {
    const std::string frame = std::move(to_core_.front());
    to_core_.pop_front();
    perform(session_.written(1, net::now()));
    deliver(core_->received(myko::connection_id{connections_}, frame, net::now()));
  } else {
    const std::string frame = std::move(to_gantry_.front());
    to_gantry_.pop_front();
    perform(session_.received(frame, net::now()));
  }
}

void conversation::go_on() {
  take_pulses();
  if (!connected_ || stalled_) return;
  if (core_->next_tick() && *core_->next_tick() <= net::now().steady) {
    deliver(core_->tick(net::now()));
  }
  const auto due = session_.next_wakeup();
  if (due && *due <= net::now().steady) perform(session_.tick(net::now()));
  for (int round = 0; !to_core_.empty() || !to_gantry_.empty(); ++round) {
    ASSERT_LT(round, rounds_max) << "they talk without end";
    exchange_frames();
  }
}

}  // namespace gantry::test
