#include "myko/session/event_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko::test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

const event_window::item status{"TargetStatus", "i:t"};
const event_window::item target{"Target", "t"};
const event_window::item action{"Action", "t:run"};

class event_window_test : public testing::Test {
 protected:
  // Was it to be sent now?
  bool set(const event_window::item& what, const std::string& state,
           std::vector<event_window::item> owners = {}) {
    return submit(what, change_type::set, state, std::move(owners));
  }
  bool del(const event_window::item& what, const std::string& state = "gone") {
    return submit(what, change_type::del, state, {});
  }
  bool submit(const event_window::item& what, change_type change, const std::string& state,
              std::vector<event_window::item> owners) {
    event as{.item_type = what.type, .change = change, .item = {state}, .tx = {}, .created_at = {}};
    const auto now = window_.submit(what, as, std::move(owners));
    if (now) {
      EXPECT_EQ(*now, as);
    }
    return now.has_value();
  }
  void ping() {
    ASSERT_TRUE(window_.wants_ping());
    window_.pinged();
  }
  void echo() { window_.echoed(now_); }
  void pass(int time) { now_ += milliseconds(time); }
  std::vector<std::string> due() { return states(window_.take_due(now_)); }
  static std::vector<std::string> states(const std::vector<event>& events) {
    std::vector<std::string> out;
    for (const event& each : events) out.push_back(each.item.bytes);
    return out;
  }
  // The server reads all that was sent, and its window passes.
  std::vector<std::string> settle() {
    std::vector<std::string> out;
    const auto take = [&] {
      for (std::string& each : due()) out.push_back(std::move(each));
    };
    ping();
    echo();
    pass(100);
    take();
    ping();
    echo();
    pass(50);
    take();
    return out;
  }

  event_window window_;
  event_window::time_point now_{std::chrono::hours(1)};
};

TEST_F(event_window_test, gathers_what_todays_server_gathers) {
  for (const char* type : {"Target", "TargetStatus", "Action", "Emitter"}) {
    EXPECT_TRUE(event_window::gathers(type)) << type;
  }
  for (const char* type : {"Instance", "Machine", "Pulse", "Alert", ""}) {
    EXPECT_FALSE(event_window::gathers(type)) << type;
  }
}

TEST_F(event_window_test, lets_the_first_state_of_each_item_go) {
  EXPECT_TRUE(set(status, "online"));
  EXPECT_TRUE(set(target, "t"));
  EXPECT_TRUE(set({"Target", "i:t"}, "another type"));
  EXPECT_FALSE(window_.keeps_any());
}

TEST_F(event_window_test, keeps_a_further_state_until_the_window_has_passed) {
  EXPECT_TRUE(set(status, "online"));
  EXPECT_FALSE(set(status, "offline"));
  EXPECT_TRUE(window_.keeps_any());
  ping();
  EXPECT_FALSE(window_.wants_ping());
  EXPECT_EQ(window_.next_deadline(), std::nullopt);
  pass(1'000);  // a link that hangs
  EXPECT_THAT(due(), IsEmpty());
  echo();
  EXPECT_FALSE(window_.wants_ping());
  EXPECT_EQ(window_.next_deadline(), now_ + milliseconds(100));
  pass(99);
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_FALSE(window_.wants_ping());
  pass(1);
  EXPECT_THAT(due(), IsEmpty());
  ping();
  EXPECT_EQ(window_.next_deadline(), std::nullopt);
  pass(1'000);  // the server was stopped before its window was over
  EXPECT_THAT(due(), IsEmpty());
  echo();
  pass(49);
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(window_.next_deadline(), now_ + milliseconds(1));
  pass(1);
  EXPECT_THAT(due(), ElementsAre("offline"));
  EXPECT_FALSE(window_.keeps_any());
  EXPECT_TRUE(window_.wants_ping());
}

TEST_F(event_window_test, keeps_the_last_of_the_further_states_only) {
  EXPECT_TRUE(set(status, "online"));
  EXPECT_FALSE(set(status, "offline"));
  EXPECT_FALSE(del(status));
  EXPECT_FALSE(set(status, "online again"));
  EXPECT_THAT(settle(), ElementsAre("online again"));
}

// Somebody may have changed it in between.
TEST_F(event_window_test, sends_a_further_state_that_is_like_the_first) {
  EXPECT_TRUE(set(status, "online"));
  EXPECT_FALSE(set(status, "offline"));
  EXPECT_FALSE(set(status, "online"));
  EXPECT_THAT(settle(), ElementsAre("online"));
}

TEST_F(event_window_test, counts_anew_from_a_state_that_was_kept) {
  EXPECT_TRUE(set(status, "1"));
  EXPECT_FALSE(set(status, "2"));
  EXPECT_THAT(settle(), ElementsAre("2"));
  EXPECT_FALSE(set(status, "3"));
  EXPECT_THAT(settle(), ElementsAre("3"));
}

TEST_F(event_window_test, forgets_what_is_behind_its_window) {
  EXPECT_TRUE(set(status, "online"));
  EXPECT_TRUE(set(target, "t"));
  EXPECT_EQ(window_.remembered(), 2U);
  EXPECT_THAT(settle(), IsEmpty());
  EXPECT_EQ(window_.remembered(), 0U);
  EXPECT_EQ(window_.next_deadline(), std::nullopt);
  EXPECT_FALSE(window_.wants_ping());
  EXPECT_TRUE(set(status, "offline"));
}

TEST_F(event_window_test, is_asked_for_nothing_before_anything_was_sent) {
  EXPECT_FALSE(window_.wants_ping());
  EXPECT_EQ(window_.next_deadline(), std::nullopt);
  EXPECT_THAT(due(), IsEmpty());
  window_.echoed(now_);
  EXPECT_THAT(states(window_.take_all()), IsEmpty());
}

TEST_F(event_window_test, has_one_ping_for_all_that_was_sent_before_it) {
  EXPECT_TRUE(set(status, "1"));
  EXPECT_TRUE(set(target, "1"));
  ping();
  EXPECT_TRUE(set(action, "1"));  // behind that ping
  EXPECT_FALSE(set(status, "2"));
  EXPECT_FALSE(set(target, "2"));
  EXPECT_FALSE(set(action, "2"));
  EXPECT_FALSE(window_.wants_ping());
  echo();
  EXPECT_TRUE(window_.wants_ping());
  pass(100);
  EXPECT_THAT(due(), IsEmpty());
  ping();  // the second of those, the first of this
  echo();
  pass(50);
  EXPECT_THAT(due(), ElementsAre("2", "2"));
  EXPECT_EQ(window_.next_deadline(), now_ + milliseconds(50));
  pass(50);
  EXPECT_THAT(due(), IsEmpty());
  ping();  // the second of this, the first of the two
  echo();
  pass(50);
  EXPECT_THAT(due(), ElementsAre("2"));
}

TEST_F(event_window_test, gives_back_in_the_order_of_submission) {
  EXPECT_TRUE(set(action, "1"));
  EXPECT_TRUE(set(status, "1"));
  EXPECT_TRUE(set(target, "1"));
  EXPECT_FALSE(set(status, "early"));
  EXPECT_FALSE(set(target, "target"));
  EXPECT_FALSE(set(action, "action"));
  EXPECT_FALSE(set(status, "status"));
  EXPECT_THAT(settle(), ElementsAre("target", "action", "status"));
}

// ---- Deletions --------------------------------------------------------------------------------

TEST_F(event_window_test, lets_a_set_wait_behind_a_deletion) {
  EXPECT_TRUE(del(target));
  EXPECT_FALSE(set(target, "back"));
  EXPECT_THAT(settle(), ElementsAre("back"));
}

TEST_F(event_window_test, lets_a_set_wait_behind_a_deletion_that_the_server_shows) {
  window_.deleted(target);
  EXPECT_FALSE(set(target, "back"));
  EXPECT_THAT(settle(), ElementsAre("back"));
}

TEST_F(event_window_test, counts_anew_from_a_deletion_that_the_server_shows) {
  EXPECT_TRUE(set(target, "1"));
  ping();
  echo();
  EXPECT_FALSE(set(target, "2"));
  window_.deleted(target);
  pass(100);
  EXPECT_THAT(due(), IsEmpty());
  ping();
  echo();
  pass(50);
  EXPECT_THAT(due(), IsEmpty());  // the first wave ends without it
  EXPECT_EQ(window_.remembered(), 1U);
  pass(50);
  EXPECT_THAT(due(), IsEmpty());
  ping();
  echo();
  pass(50);
  EXPECT_THAT(due(), ElementsAre("2"));
}

// With a target the server deletes its actions, also one that came after the deletion was read.
TEST_F(event_window_test, lets_a_set_wait_behind_the_deletion_of_its_owner) {
  EXPECT_TRUE(del(target));
  EXPECT_FALSE(set(target, "back"));
  EXPECT_FALSE(set(action, "new", {target}));
  EXPECT_TRUE(set({"Action", "u:run"}, "of another", {{"Target", "u"}}));
  EXPECT_THAT(settle(), ElementsAre("back", "new"));
}

TEST_F(event_window_test, lets_a_set_wait_behind_a_later_deletion_of_its_owner) {
  EXPECT_TRUE(set(action, "1", {target}));
  ping();
  echo();
  pass(90);
  EXPECT_TRUE(del(target));
  EXPECT_FALSE(del(action));
  EXPECT_FALSE(set(target, "target"));
  EXPECT_FALSE(set(action, "action", {target}));
  pass(10);
  EXPECT_THAT(due(), IsEmpty());
  ping();
  echo();
  pass(50);
  EXPECT_THAT(due(), IsEmpty());
  pass(50);
  EXPECT_THAT(due(), IsEmpty());
  ping();
  echo();
  pass(50);
  EXPECT_THAT(due(), ElementsAre("target", "action"));
}

TEST_F(event_window_test, lets_a_deletion_go_whatever_became_of_its_owner) {
  EXPECT_TRUE(del(target));
  EXPECT_TRUE(submit(action, change_type::del, "gone", {target}));
}

// ---- Giving up --------------------------------------------------------------------------------

TEST_F(event_window_test, gives_all_that_is_kept_in_order) {
  EXPECT_TRUE(set(status, "1"));
  EXPECT_TRUE(set(action, "1"));
  ping();
  EXPECT_TRUE(del(target));
  EXPECT_FALSE(set(target, "target"));
  EXPECT_FALSE(set(status, "status"));
  EXPECT_THAT(states(window_.take_all()), ElementsAre("target", "status"));
  EXPECT_EQ(window_.remembered(), 0U);
  EXPECT_FALSE(window_.keeps_any());
  EXPECT_FALSE(window_.wants_ping());
  EXPECT_THAT(states(window_.take_all()), IsEmpty());
}

TEST_F(event_window_test, knows_nothing_of_the_connection_before) {
  EXPECT_TRUE(set(status, "1"));
  EXPECT_FALSE(set(status, "2"));
  ping();
  window_.reset();
  EXPECT_FALSE(window_.keeps_any());
  EXPECT_TRUE(set(status, "2"));
  ping();
}

}  // namespace
}  // namespace gantry::myko::test
