#include "executor/fleet/watch_state.hpp"

#include <gmock/gmock.h>

#include "model/json.hpp"
#include "model/json_object.hpp"
#include "tests/executor/engine/log_bytes.hpp"
#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using testing::HasSubstr;

// With all members other than they are by themselves.
watch_state full() {
  run ended;
  ended.number = 12;
  ended.told_start = engine::noon + 3;
  ended.started_at = engine::noon;
  ended.noticed_at = engine::noon + 1;
  ended.began_before_us = ended.asked_by_us = ended.asked_by_others = ended.oom_killed = true;
  ended.died = true;
  ended.error = "no \"disk\"\n";
  ended.end = run_end{137, engine::noon + 2};
  run open;
  open.number = 13;
  open.noticed_at = 3;
  watch_state out;
  out.ledger.how = acquaintance::made_since;
  out.ledger.seen = true;
  out.ledger.stop_signal = "SIGINT";
  out.ledger.runs = {ended, open};
  out.ledger.count = 13;
  out.ledger.newest = {4, 5, 6, true};
  out.ledger.before = 7;
  out.ledger.history_until = 8;
  out.begun = true;
  out.last_json = json::text{R"({"a":"\"\\"})"};
  out.opened_at = 9;
  return out;
}

watch_state read(const json::text& text) {
  const auto out = parse_watch_state(text.bytes);
  EXPECT_TRUE(out) << text.bytes << ": " << out.error().message;
  return out ? *out : watch_state();
}

std::string refusal(const std::string& text) {
  const auto out = parse_watch_state(text);
  EXPECT_FALSE(out) << text;
  return out ? "" : out.error().message;
}

TEST(WatchState, IsReadAsItWasWritten) {
  EXPECT_EQ(read(to_json(watch_state())), watch_state());
  EXPECT_EQ(read(to_json(full())), full());
  watch_state without_code = full();
  without_code.ledger.runs[0].end->exit_code.reset();
  EXPECT_EQ(read(to_json(without_code)), without_code);
}

// Earlier versions knew no numbers: those that they had are numbered on from the one that was told.
TEST(WatchState, NumbersTheRunsOfAnEarlierVersion) {
  watch_state state = full();
  state.ledger.last = run_ledger_state::reasons{};
  std::string text = to_json(state).bytes;
  const auto at_version = text.find(R"("version":3)");
  ASSERT_NE(at_version, std::string::npos);
  text[at_version + 10] = '2';
  for (const char* each : {R"("count":13,)", R"("number":12,)", R"("number":13,)",
                           R"(,"toldStart":0)", R"(,"toldStart":1714564800000000003)"}) {
    const auto at = text.find(each);
    ASSERT_NE(at, std::string::npos) << each << " in " << text;
    text.erase(at, std::string_view(each).size());
  }
  const watch_state found = read({text});
  EXPECT_EQ(found.ledger.runs[0].number, 2);
  EXPECT_EQ(found.ledger.runs[1].number, 3);
  EXPECT_EQ(found.ledger.count, 3);
}

TEST(WatchState, KnowsHowTheContainerWasMet) {
  watch_state state;
  for (const auto how :
       {acquaintance::found_at_start, acquaintance::found_at_rest, acquaintance::made_since}) {
    state.ledger.how = how;
    EXPECT_EQ(read(to_json(state)).ledger.how, how);
  }
  std::string unknown = to_json(full()).bytes;
  const auto at = unknown.find("made-since");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(refusal(unknown.replace(at, 10, "dreamed-of")), HasSubstr("lacks how"));
}

TEST(WatchState, LeavesOutALastValueThatIsTooLong) {
  watch_state state;
  state.last_json = json::text{"\"" + std::string(last_json_bytes_max - 2, 'x') + "\""};
  EXPECT_EQ(read(to_json(state)), state);
  state.last_json->bytes.insert(1, "x");
  EXPECT_EQ(read(to_json(state)).last_json, std::nullopt);
}

TEST(WatchState, KeepsTheTextOfTheLastValueAsItWas) {
  watch_state state;
  for (const char* text :
       {"null", " 1.50 ", "\"\\u0041\"", "{\"b\":1, \"a\" :2}", "\"\xC3\xA9\""}) {
    state.last_json = json::text{text};
    EXPECT_EQ(read(to_json(state)), state);
  }
}

TEST(WatchState, RefusesWhatItHasNotWritten) {
  for (const char* text : {"", "{", "null", "[]", "7", "{}", "{\"version\":\"1\"}"}) {
    EXPECT_THAT(refusal(text), HasSubstr("the state of a container's runs")) << text;
  }
  std::string other = to_json(full()).bytes;
  const auto at = other.find("\"version\":3");
  ASSERT_NE(at, std::string::npos);
  EXPECT_THAT(refusal(other.replace(at, 11, "\"version\":4")), HasSubstr("of another version"));
}

// All that reckons with them may rely on that.
TEST(WatchState, RefusesTimesThatCannotBeReckonedWith) {
  for (const std::string time : {"9223372036854775807", "-9223372036854775808"}) {
    std::string other = to_json(full()).bytes;
    const auto at = other.find("\"openedAt\":9");
    ASSERT_NE(at, std::string::npos);
    EXPECT_THAT(refusal(other.replace(at, 12, "\"openedAt\":" + time)), HasSubstr("openedAt"));
  }
}

// ---- Each member, damaged
// ------------------------------------------------------------------------

enum class damage { taken_away, of_another_type };

// Members that need not be there.
bool may_lack(std::string_view where, const std::string& key) {
  return key == "end" || key == "exitCode" || key == "lastJson" ||
         (where == "run" && key == "died");
}

void damage_member(json::document& all, json::value& object, const char* key, damage how) {
  if (how == damage::taken_away) {
    object.RemoveMember(key);
  } else if (object[key].IsString() || object[key].IsObject() || object[key].IsArray()) {
    object[key].SetInt(5);
  } else {
    object[key].SetString("x", all.GetAllocator());
  }
}

json::value* part(json::document& all, const std::string& where) {
  if (where == "newest") return &all["newest"];
  if (where == "run") return &all["runs"][0];
  if (where == "end") return &all["runs"][0]["end"];
  return &all;
}

TEST(WatchState, RefusesEveryMemberThatIsDamaged) {
  const std::string good = to_json(full()).bytes;
  std::size_t members = 0;
  for (const char* where : {"", "newest", "run", "end"}) {
    auto parsed = json::parse(good);
    ASSERT_TRUE(parsed);
    for (const auto& member : part(*parsed, where)->GetObject()) {
      const std::string key = member.name.GetString();
      ++members;
      for (const auto how : {damage::taken_away, damage::of_another_type}) {
        if (how == damage::taken_away && may_lack(where, key)) continue;
        auto damaged = json::parse(good);
        damage_member(*damaged, *part(*damaged, where), key.c_str(), how);
        EXPECT_FALSE(parse_watch_state(json::write(*damaged))) << where << "." << key;
      }
    }
  }
  EXPECT_EQ(members, 30U);
}

TEST(WatchState, RefusesNumbersThatAreNone) {
  for (const char* bad : {"1.5", "1e30", "99999999999999999999", "4294967296", "null"}) {
    std::string text = to_json(full()).bytes;
    const auto at = text.find("\"exitCode\":137");
    ASSERT_NE(at, std::string::npos);
    EXPECT_FALSE(parse_watch_state(text.replace(at, 14, std::string("\"exitCode\":") + bad)))
        << bad;
  }
}

// It goes into a pulse as it is.
TEST(WatchState, RefusesALastValueThatIsNoJson) {
  std::string text = to_json(full()).bytes;
  const auto at = text.find("\"lastJson\":\"");
  ASSERT_NE(at, std::string::npos);
  const auto read = parse_watch_state(text.replace(at, 13, "\"lastJson\":\"x"));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->last_json);
}

// ---- Whatever it is
// --------------------------------------------------------------------------------

class any_state {
 public:
  explicit any_state(std::uint64_t seed) : dice_(seed) {}

  watch_state make() {
    watch_state out;
    out.ledger.how = static_cast<acquaintance>(dice_.upto(2));
    out.ledger.seen = flag();
    out.ledger.stop_signal = text();
    for (std::size_t runs = dice_.upto(4); runs > 0; --runs) out.ledger.runs.push_back(a_run());
    out.ledger.newest = {time(), time(), time(), flag()};
    out.ledger.before = time();
    out.ledger.history_until = time();
    out.begun = flag();
    if (flag()) out.last_json = json::text{json::quoted(text())};
    out.opened_at = time();
    return out;
  }

 private:
  run a_run() {
    run out;
    out.started_at = time();
    out.noticed_at = time();
    out.began_before_us = flag();
    out.asked_by_us = flag();
    out.asked_by_others = flag();
    out.oom_killed = flag();
    out.error = text();
    if (flag()) {
      out.end = run_end{std::nullopt, time()};
      if (flag()) out.end->exit_code = static_cast<int>(dice_.upto(300)) - 20;
    }
    return out;
  }
  engine::timestamp time() {
    if (dice_.one_in(4)) return 0;
    if (dice_.one_in(9)) return engine::time_max;
    return engine::noon + static_cast<engine::timestamp>(dice_.upto(1'000'000'000'000));
  }
  std::string text() {
    std::string out;
    for (std::size_t left = dice_.upto(8); left > 0; --left) {
      if (dice_.one_in(8)) {
        out += "\xF0\x9F\x98\x80";
      } else {
        out += static_cast<char>(dice_.upto(127));
      }
    }
    return out;
  }
  bool flag() { return dice_.one_in(2); }

  test::dice dice_;
};

TEST(WatchStateProperty, IsReadAsItWasWritten) {
  for (const auto seed : test::seeds(2'000)) {
    SCOPED_TRACE(test::seed_text(seed));
    const watch_state state = any_state(seed).make();
    EXPECT_EQ(read(to_json(state)), state);
    if (HasFailure()) return;
  }
}

// Cut, or with a byte changed: it is refused, or is another state; nothing else happens.
TEST(WatchStateProperty, SurvivesDamage) {
  for (const auto seed : test::seeds(500)) {
    SCOPED_TRACE(test::seed_text(seed));
    std::string text = to_json(any_state(seed).make()).bytes;
    test::dice dice(seed);
    EXPECT_FALSE(parse_watch_state(text.substr(0, dice.upto(text.size() - 1))));
    for (int time = 0; time < 20; ++time) {
      text[dice.upto(text.size() - 1)] = static_cast<char>(dice.upto(255));
      const auto read = parse_watch_state(text);
      EXPECT_TRUE(!read || !read->last_json || json::parse(read->last_json->bytes));
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::fleet
