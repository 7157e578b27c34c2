// Whatever changes, however fast, and however the link and the server hang: a server that gathers
// events in windows ends with the last state of each item.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "model/item_json.hpp"
#include "session_fixture.hpp"
#include "tests/support/seed.hpp"
#include "window_server.hpp"

namespace gantry::myko::test {
namespace {

class history : public session_fixture {
 protected:
  void begin(std::uint64_t seed) {
    dice_.emplace(seed);
    server_.emplace([this] { return milliseconds(dice_->upto(40)); });
    make_session({});
    links_.clear();
    values_.clear();
    wanted_ = {};
    wanted_.machine = one_target().machine;
    wanted_.instance = one_target().instance;
    stopped_ = hangs_ = connected_ = false;
    for (const char* name : {"a", "b", "c"}) make_target(name);
    carry_out(session_->publish(wanted_, now_));
    connect_anew();
    live(milliseconds(dice_->upto(600)));
  }

  // ---- What may happen

  void change_something() {
    const std::string name = pick({"a", "b", "c"});
    const model::target_id id("s:" + name);
    switch (dice_->upto(6)) {
      case 0:
        remove_target(name);
        break;
      case 1:
        make_target(name);
        break;
      case 2:
        if (wanted_.targets.contains(id)) wanted_.targets[id].name = pick({"x", "y"});
        break;
      case 3:
        if (const model::emitter_id of("s:" + name + ":state"); wanted_.emitters.contains(of)) {
          set_value(of);
        }
        return;
      default:
        if (wanted_.targets.contains(id)) set_status(name, dice_->one_in(2));
    }
    carry_out(session_->publish(wanted_, now_));
  }

  void stop_or_resume() {
    stopped_ = !stopped_;
    stopped_ ? server_->stop(now_.steady) : server_->resume(now_.steady);
  }
  void hang_or_pass() { hangs_ = !hangs_; }

  // The server may read what was on its way, and notices the end then, or later.
  void cut() {
    if (!connected_) return;
    connected_ = false;
    session_->disconnected(now_);
    link& old = links_.back();
    old.back.clear();
    if (dice_->one_in(3)) old.there.clear();
    old.cut = true;
    old.gone_at = now_.steady + milliseconds(dice_->one_in(2) ? 0 : dice_->upto(500));
    hangs_ = false;
    until_next_ = milliseconds(dice_->upto(300));
  }

  // Leaves when all but the session is at rest.
  void leave_in_peace() {
    rest(true);
    for (std::size_t count = dice_->upto(3); count > 0; --count) change_something();
    live(milliseconds(dice_->upto(200)));
    const auto since = now_.steady;
    carry_out(session_->leave(now_));
    while (!closed_ && now_.steady < since + milliseconds(300)) step();
    EXPECT_TRUE(closed_);
    EXPECT_LE(now_.steady - since, milliseconds(210));
    for (int times = 0; times < 300; ++times) step();
    for (const auto& [what, row] : server_->rows()) {
      if (what.type == "TargetStatus") {
        EXPECT_EQ(row.status, "offline") << what.id;
      }
      if (what.type == "Instance") {
        EXPECT_EQ(row.status, "Unavailable");
      }
    }
  }

  // ---- Time

  void live(milliseconds time) {
    for (; time.count() > 0; --time) step();
  }
  // Nothing hangs any more, and all that is owed is done.
  void rest(bool briefly = false) {
    if (stopped_) stop_or_resume();
    hangs_ = false;
    until_next_ = milliseconds(0);
    live(briefly ? seconds(1) : seconds(3));
  }

  void step() {
    set_time(now_.steady + milliseconds(1));
    if (!connected_ && !stopped_ && !session_->left() &&
        (until_next_ -= milliseconds(1)).count() < 0)
      connect_anew();
    if (const auto next = session_->next_wakeup(); next && *next <= now_.steady) {
      carry_out(session_->tick(now_));
    }
    if (!stopped_) serve();
    if (connected_ && !hangs_) {
      for (const message& each : std::exchange(links_.back().back, {})) {
        carry_out(session_->received(write(each), now_));
      }
    }
  }

  // ---- What must hold

  void check_store() {
    const auto wanted = model::publication(wanted_);
    std::set<window_server::item> known;
    for (const model::change& each : wanted) {
      const window_server::item key{std::string(model::item_type(each.item)),
                                    model::id_of(each.item)};
      if (!event_window::gathers(key.type) || each.type == model::change_type::del) continue;
      known.insert(key);
      const auto row = server_->rows().find(key);
      ASSERT_NE(row, server_->rows().end()) << key.type << " " << key.id << " is not there";
      EXPECT_EQ(row->second.bytes, bytes_of(each.item));
    }
    for (const auto& [key, row] : server_->rows()) {
      EXPECT_TRUE(!event_window::gathers(key.type) || known.contains(key))
          << key.type << " " << key.id << " is there, and not published";
    }
    for (const auto& [emitter, text] : values_) {
      const auto row = server_->rows().find({"Pulse", emitter.value});
      ASSERT_NE(row, server_->rows().end()) << "no value of " << emitter.value;
      EXPECT_NE(row->second.bytes.find(text), std::string::npos) << row->second.bytes;
    }
    EXPECT_FALSE(session_->without_echo());
  }

  std::optional<gantry::test::dice> dice_;

 private:
  struct link {
    std::deque<message> there;
    std::deque<message> back;
    bool cut = false;
    bool noticed = false;
    std::chrono::steady_clock::time_point gone_at;
  };

  std::string pick(const std::vector<std::string>& of) { return of[dice_->upto(of.size() - 1)]; }

  void make_target(const std::string& name) {
    const model::target_id id("s:" + name);
    if (wanted_.targets.contains(id)) return;
    wanted_.put(model::target{.id = id, .name = pick({"x", "y"})});
    for (const char* action : {"run", "stop"}) {
      if (dice_->one_in(2)) {
        wanted_.put(model::action{.id = model::action_id(id.value + ":" + action), .target = id});
      }
    }
    const model::emitter_id state(id.value + ":state");
    wanted_.put(model::emitter{.id = state, .target = id});
    set_status(name, dice_->one_in(2));
    set_value(state);
    for (const model::change& each : model::publication(wanted_)) {
      if (each.type == model::change_type::del) continue;
      wanted_.leftovers.erase({std::string(model::item_type(each.item)), model::id_of(each.item)});
    }
  }
  // Deleted at each connection from now on: a cut may have swallowed the deletion.
  void remove_target(const std::string& name) {
    const model::target_id id("s:" + name);
    const model::catalogue before = wanted_;
    wanted_.targets.erase(id);
    std::erase_if(wanted_.actions, [&](const auto& each) { return each.second.target == id; });
    std::erase_if(wanted_.emitters, [&](const auto& each) { return each.second.target == id; });
    std::erase_if(wanted_.statuses, [&](const auto& each) { return each.second.target == id; });
    for (const model::change& each : model::difference(before, wanted_)) {
      if (each.type != model::change_type::del) continue;
      model::leftover left{.type = std::string(model::item_type(each.item)),
                           .id = model::id_of(each.item),
                           .item = {bytes_of(each.item)}};
      wanted_.leftovers[{left.type, left.id}] = std::move(left);
    }
    values_.erase(model::emitter_id(id.value + ":state"));
  }
  void set_status(const std::string& name, bool online) {
    wanted_.put(model::target_status{
        .target = model::target_id("s:" + name),
        .instance = wanted_.instance.id,
        .status = online ? model::liveness::online : model::liveness::offline});
  }
  void set_value(const model::emitter_id& of) {
    const std::string text = "value-" + std::to_string(++last_value_) + "-";
    carry_out(session_->set_latest({.emitter = of, .data = {R"({"text":")" + text + "\"}"}}, now_));
    values_[of] = text;
  }

  void connect_anew() {
    links_.emplace_back();
    connected_ = true;
    carry_out(session_->connected(now_));
  }

  void serve() {
    for (std::size_t which = 0; which < links_.size(); ++which) {
      link& each = links_[which];
      const bool passes = each.cut || !hangs_;
      while (passes && !each.there.empty()) {
        const message next = std::move(each.there.front());
        each.there.pop_front();
        if (const auto* event = std::get_if<myko::event>(&next)) {
          server_->read(*event, static_cast<int>(which) + 1, now_.steady);
        } else if (std::holds_alternative<ping>(next)) {
          each.back.push_back(next);
        }
      }
      if (each.cut && !each.noticed && now_.steady >= each.gone_at) {
        each.noticed = true;
        server_->client_gone(static_cast<int>(which) + 1);
      }
    }
    server_->run(now_.steady);
  }

  static std::string bytes_of(const model::entity& entity) {
    return std::visit(
        [](const auto& item) {
          if constexpr (requires { model::to_item(item, model::schema_form::object); }) {
            return model::to_item(item, model::schema_form::object).bytes;
          } else {
            return model::to_item(item).bytes;
          }
        },
        entity);
  }

  void carry_out(const session_actions& actions) {
    std::size_t frames = 0;
    for (const session_action& each : actions) {
      if (const auto* frame = std::get_if<send_frame>(&each)) {
        links_.back().there.push_back(*parse(frame->text));
        ++frames;
      } else if (std::holds_alternative<close_connection>(each)) {
        closed_ = true;
      }
    }
    if (frames > 0) carry_out(session_->written(frames, now_));
  }

  void set_time(std::chrono::steady_clock::time_point when) {
    now_.wall += std::chrono::duration_cast<milliseconds>(when - now_.steady);
    now_.steady = when;
  }

  std::optional<window_server> server_;
  std::deque<link> links_;  // the last is the present one
  model::catalogue wanted_;
  std::map<model::emitter_id, std::string> values_;
  std::uint64_t last_value_ = 0;
  bool connected_ = false;
  bool stopped_ = false;  // the server
  bool hangs_ = false;    // the link
  milliseconds until_next_{0};
};

TEST_F(history, ends_with_the_last_state_of_each_item) {
  for (const std::uint64_t seed : gantry::test::seeds(200)) {
    SCOPED_TRACE(gantry::test::seed_text(seed));
    begin(seed);
    for (std::size_t steps = 5 + dice_->upto(25); steps > 0; --steps) {
      const std::size_t what = dice_->upto(39);
      if (what == 0) cut();
      if (what == 1) stop_or_resume();
      if (what == 2) hang_or_pass();
      if (what > 2) change_something();
      if (dice_->one_in(2)) live(milliseconds(dice_->upto(dice_->one_in(4) ? 400 : 60)));
    }
    rest();
    check_store();
    if (HasFailure()) return;
  }
}

TEST_F(history, ends_offline_when_it_leaves) {
  for (const std::uint64_t seed : gantry::test::seeds(200)) {
    SCOPED_TRACE(gantry::test::seed_text(seed));
    begin(seed);
    closed_ = false;
    leave_in_peace();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::myko::test
