// A core that answers queries as it likes: the session stays calm, and what it publishes is set.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "session_fixture.hpp"
#include "tests/support/seed.hpp"

namespace gantry::myko::test {
namespace {

using gantry::test::dice;
using gantry::test::seed_text;
using gantry::test::seeds;

class hostile_core : public session_fixture {
 protected:
  void begin(std::uint64_t seed) {
    dice_.emplace(seed);
    machine_ = dice_->upto(1) == 0 ? machine_publishing::automatic : machine_publishing::always;
    make_session({});
    frames_.clear();
    pings_.clear();
    dropped_.clear();
    questions_.clear();
    last_.clear();
    closed_ = connected_ = false;
    inputs_ = 0;
    sent_ = 0;
    publish_some();
  }

  void do_something() {
    ++inputs_;
    const auto what = dice_->upto(99);
    if (!connected_) {
      begin_connection();
    } else if (what < 55) {
      answer_something();
    } else if (what < 60) {
      hear(query_error{any_question(), "no"});
    } else if (what < 75) {
      echo_pings();
    } else if (what < 90) {
      pass(milliseconds(dice_->upto(what == 89 ? 11'000 : 300)));
    } else if (what < 96) {
      publish_some();
    } else if (what == 96) {
      hear_client_id("c-" + std::to_string(dice_->upto(3)));
    } else if (what == 97) {
      hear_docs_client_id("c-" + std::to_string(dice_->upto(3)));
    } else {
      end_connection();
    }
    note_frames();
    if (!dropped_.empty()) end_connection();
  }

  // It behaves at last.
  void calm_down() {
    if (!connected_) begin_connection();
    for (int step = 0; step < 150 && dropped_.empty(); ++step) {
      pass(milliseconds(100));
      hear_pong();
      echo_pings();
      note_frames();
    }
  }

  void check_published() {
    for (const auto& [id, each] : all_.targets) check("Target", id.value);
    for (const auto& [id, each] : all_.actions) check("Action", id.value);
    for (const auto& [id, each] : all_.emitters) check("Emitter", id.value);
    for (const auto& [id, each] : all_.statuses) check("TargetStatus", id.value);
  }

  std::size_t inputs_ = 0;
  std::size_t sent_ = 0;

 private:
  void check(const std::string& type, const std::string& id) {
    const auto found = last_.find({type, id});
    ASSERT_TRUE(found != last_.end()) << type << " " << id << " was never told";
    EXPECT_TRUE(found->second == change_type::set) << type << " " << id << " was deleted";
  }

  void begin_connection() {
    connected_ = true;
    dropped_.clear();
    last_.clear();
    pings_.clear();
    questions_.clear();
    switch (dice_->upto(3)) {
      case 0:
        return connect_to_ts("c-" + std::to_string(dice_->upto(3)));
      case 1:
        return connect_to_docs("c-" + std::to_string(dice_->upto(3)));
      default:
        return connect_to_rust();
    }
  }
  void end_connection() {
    connected_ = false;
    dropped_.clear();
    disconnect();
  }

  void publish_some() {
    all_ = one_target();
    for (const char* name : {"exec", "stop"}) {
      if (dice_->upto(1) == 0) continue;
      all_.put(model::action{.id = model::action_id(std::string("s:t:") + name),
                             .target = model::target_id("s:t")});
    }
    if (dice_->upto(1) == 0) all_.emitters.erase(emitter_named("output"));
    if (dice_->upto(1) == 0) all_.put(model::target{.id = model::target_id("s:u"), .name = "u"});
    all_.instance.message = std::to_string(dice_->upto(3));
    publish(all_);
  }

  std::string any_question() {
    if (questions_.empty()) return "nobody's";
    // The last ones are those that are open.
    const auto back = std::min<std::size_t>(dice_->upto(3), questions_.size() - 1);
    return questions_[questions_.size() - 1 - back];
  }
  std::string any_row() {
    static const std::vector<std::string> ids{"m:s", "m",      "c-0",      "c-1",       "s:t:exec",
                                              "s:t", "s:lost", "s:t:stop", "s:t:output"};
    static const std::vector<std::string> statuses{"Available", "Unavailable", "Starting"};
    return R"({"id":")" + ids[dice_->upto(dice_->upto(1) == 0 ? 0 : ids.size() - 1)] +
           R"(","targetId":"s:t","serviceId":"s","clientId":"c-)" + std::to_string(dice_->upto(3)) +
           R"(","status":")" + statuses[dice_->upto(2)] + "\"}";
  }
  void answer_something() {
    const std::string tx = any_question();
    query_response out{.tx = tx, .sequence = 0, .upserts = {}, .deletes = {}};
    std::uint64_t& next = next_[tx];
    const auto kind = dice_->upto(9);
    if (kind > 1) out.sequence = next;
    if (kind == 9) out.sequence = dice_->upto(5);
    next = out.sequence + 1;
    for (auto rows = dice_->upto(3); rows > 0; --rows) out.upserts.push_back({"", {any_row()}});
    if (dice_->upto(4) == 0) out.deletes.push_back("m:s");
    hear(out);
  }

  void note_frames() {
    sent_ += frames_.size();
    for (const message& each : std::exchange(frames_, {})) {
      if (const auto* question = std::get_if<query>(&each)) questions_.push_back(question->tx);
      const auto* what = std::get_if<event>(&each);
      if (what == nullptr) continue;
      last_[{what->item_type, field(what->item.bytes, "id")}] = what->change;
    }
  }

  std::optional<dice> dice_;
  model::catalogue all_;
  bool connected_ = false;
  std::vector<std::string> questions_;
  std::map<std::string, std::uint64_t> next_;
  std::map<std::pair<std::string, std::string>, change_type> last_;
};

TEST_F(hostile_core, does_not_talk_the_session_out_of_what_it_publishes) {
  for (const std::uint64_t seed : seeds(40)) {
    SCOPED_TRACE(seed_text(seed));
    begin(seed);
    for (int step = 0; step < 300; ++step) {
      do_something();
      if (HasFatalFailure()) return;
    }
    calm_down();
    check_published();
    EXPECT_LT(sent_, 60 * inputs_) << "it is not to be made to talk";
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::myko::test
