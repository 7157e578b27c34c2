#include "executor/fleet/call_plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class call_planning : public testing::Test {
 protected:
  using ids = std::vector<std::string>;
  using outcome = call_plan::outcome;

  // All that is to begin now; what is given up is noted.
  ids begin() {
    ids out;
    while (const auto id = plan_.give_up(now_)) given_up_.push_back(*id);
    while (auto id = plan_.begin(now_)) out.push_back(*std::move(id));
    return out;
  }
  ids begin_after(std::chrono::milliseconds time) {
    now_ += time;
    return begin();
  }
  bool end(const std::string& id, outcome how = outcome::answered) {
    return plan_.ended(id, how, now_);
  }
  void want(const std::string& prefix, int count) {
    for (int each = 0; each < count; ++each) plan_.want(prefix + std::to_string(each));
  }
  ids hanging() { return plan_.hanging(now_, now_); }

  call_plan::time_point now_{1000h};
  call_plan plan_{{.at_once = 2, .slow_max = 4}};
  ids given_up_;
};

TEST_F(call_planning, asks_about_each_once_in_their_order) {
  for (const char* const id : {"a", "b", "a", "c"}) plan_.want(id);
  EXPECT_THAT(begin(), ElementsAre("a", "b"));
  EXPECT_THAT(begin(), IsEmpty());
  end("a");
  EXPECT_THAT(begin(), ElementsAre("c"));
}

TEST_F(call_planning, asks_once_more_behind_a_call_that_is_out) {
  plan_.want("a");
  begin();
  plan_.want("a");
  plan_.want("a");
  EXPECT_THAT(begin(), IsEmpty());
  EXPECT_FALSE(plan_.is_settled(now_));
  end("a");
  EXPECT_THAT(begin(), ElementsAre("a"));
  end("a");
  EXPECT_THAT(begin(), IsEmpty());
  EXPECT_TRUE(plan_.is_settled(now_));
}

TEST_F(call_planning, lets_others_pass_what_takes_long) {
  want("slow", 2);
  plan_.want("quick");
  EXPECT_THAT(begin(), ElementsAre("slow0", "slow1"));
  EXPECT_THAT(begin_after(999ms), IsEmpty());
  EXPECT_EQ(plan_.next_due(now_), now_ + 1ms);
  EXPECT_THAT(begin_after(1ms), ElementsAre("quick"));
}

TEST_F(call_planning, has_so_many_calls_out_at_most) {
  want("stuck", 100);
  std::size_t most = 0;
  std::size_t out = 0;
  for (int turn = 0; turn < 100; ++turn) {
    out += begin_after(100ms).size();
    out -= given_up_.size();
    given_up_.clear();
    most = std::max(most, out);
  }
  EXPECT_EQ(most, 6U);
}

TEST_F(call_planning, gives_up_the_oldest_that_hangs_where_there_is_no_room) {
  want("stuck", 5);
  begin();
  begin_after(1s);
  begin_after(1s);
  EXPECT_THAT(given_up_, IsEmpty());
  plan_.want("quick");
  EXPECT_THAT(begin_after(1s), ElementsAre("quick"));  // the fifth has made way, too
  begin_after(3s);
  EXPECT_THAT(given_up_, ElementsAre("stuck0", "stuck1"));
  EXPECT_FALSE(end("stuck0"));  // it means nothing any more
}

TEST_F(call_planning, tells_once_what_hangs_and_that_it_does_not_any_more) {
  plan_.want("a");
  begin();
  now_ += 4'999ms;
  EXPECT_THAT(hanging(), IsEmpty());
  now_ += 1ms;
  EXPECT_THAT(hanging(), ElementsAre("a"));
  EXPECT_THAT(hanging(), IsEmpty());
  now_ += 25s;
  EXPECT_FALSE(end("a", outcome::hung));
  EXPECT_THAT(begin_after(1s), ElementsAre("a"));
  now_ += 6s;
  EXPECT_THAT(hanging(), IsEmpty());
  EXPECT_TRUE(end("a"));
  EXPECT_FALSE(end("a"));
}

TEST_F(call_planning, does_not_say_of_one_what_holds_of_all) {
  plan_.want("a");
  begin();
  const auto last_byte = now_ + 1ms;
  now_ += 20s;
  EXPECT_THAT(plan_.hanging(now_, last_byte), IsEmpty());
  EXPECT_THAT(plan_.hanging(now_, std::nullopt), IsEmpty());
  EXPECT_TRUE(plan_.next_due(now_));  // it may yet be so
  EXPECT_THAT(plan_.hanging(now_, now_ - 1s), ElementsAre("a"));
}

TEST_F(call_planning, asks_again_later_and_later) {
  plan_.want("a");
  begin();
  std::vector<int> pauses;
  for (int turn = 0; turn < 9; ++turn) {
    end("a", outcome::failed);
    const auto ended = now_;
    plan_.want("a");  // whoever else wants it
    while (begin_after(1s).empty()) {
    }
    pauses.push_back(static_cast<int>((now_ - ended) / 1s));
  }
  EXPECT_THAT(pauses, ElementsAre(1, 2, 4, 8, 16, 32, 60, 60, 60));
  end("a");
  plan_.want("a");
  EXPECT_THAT(begin(), ElementsAre("a"));
}

TEST_F(call_planning, keeps_room_from_those_that_are_asked_about_again) {
  want("stuck", 2);
  begin();
  end("stuck0", outcome::hung);
  end("stuck1", outcome::hung);
  begin_after(10s);
  want("quick", 9);
  int answered = 0;
  for (ids now = begin(); !now.empty(); now = begin()) {
    for (const std::string& id : now) {
      EXPECT_TRUE(id.starts_with("quick")) << id;
      end(id);
      ++answered;
    }
  }
  EXPECT_EQ(answered, 9);
}

TEST_F(call_planning, asks_all_that_hang_when_one_answers_again) {
  want("stuck", 2);
  begin();
  for (int turn = 0; turn < 6; ++turn) {
    end("stuck0", outcome::hung);
    end("stuck1", outcome::hung);
    begin_after(60s);
  }
  end("stuck1", outcome::hung);
  EXPECT_THAT(begin(), IsEmpty());
  end("stuck0");
  EXPECT_THAT(begin(), ElementsAre("stuck1"));
}

TEST_F(call_planning, asks_all_anew_when_the_engine_is_back) {
  want("a", 3);
  begin();
  now_ += 10s;
  hanging();
  plan_.start_over();
  EXPECT_FALSE(plan_.is_out("a0"));
  EXPECT_FALSE(end("a0"));
  EXPECT_EQ(begin().size(), 2U);
}

TEST_F(call_planning, forgets_what_is_not_to_be_asked_about) {
  want("a", 3);
  begin();
  now_ += 10s;
  EXPECT_EQ(hanging().size(), 2U);
  EXPECT_TRUE(plan_.forget("a0"));
  EXPECT_FALSE(plan_.forget("a2"));
  EXPECT_FALSE(end("a0", outcome::answered));
  EXPECT_THAT(begin(), IsEmpty());
}

// Whatever hangs: what answers is asked within the time that it takes those to make way.
TEST_F(call_planning, never_lets_one_wait_for_long) {
  for (const auto seed : test::seeds(20)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    call_plan plan({});
    auto now = now_;
    std::map<std::string, call_plan::time_point> wanted;
    std::map<std::string, call_plan::time_point> out;
    for (int turn = 0; turn < 2'000; ++turn) {
      now += 50ms;
      const std::string id = (dice.one_in(4) ? "stuck" : "good") + std::to_string(dice.upto(19));
      plan.want(id);
      if (id.starts_with("good")) wanted.try_emplace(id, now);
      while (const auto gone = plan.give_up(now)) out.erase(*gone);
      while (const auto begun = plan.begin(now)) {
        if (begun->starts_with("good")) {
          EXPECT_LE(now - wanted.at(*begun), 6s) << *begun;
          wanted.erase(*begun);
        }
        out[*begun] = now;
      }
      ASSERT_LE(out.size(), 32U);
      std::erase_if(out, [&](const auto& each) {
        if (each.first.starts_with("stuck") && now - each.second < 30s) return false;
        (void)plan.ended(each.first,
                         each.first.starts_with("good") ? outcome::answered : outcome::hung, now);
        return true;
      });
    }
  }
}

}  // namespace
}  // namespace gantry::fleet
