#include "executor/fleet/line_pulses.hpp"

#include <gmock/gmock.h>

#include "executor/outbox/json_line.hpp"
#include "executor/outbox/render.hpp"
#include "tests/executor/engine/log_bytes.hpp"
#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using engine::log_line;
using engine::stream_kind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr line_pulses::time_point start{};
const std::string id = "the container's id";

// `place` is its time, and by that its place in the log.
log_line line(std::string text, stream_kind stream = stream_kind::stdout_stream, int place = 0) {
  log_line out;
  out.stream = stream;
  out.time = engine::noon + place;
  out.text = std::move(text);
  out.cursor.stream = stream;
  out.cursor.seen[index(stream)] = engine::log_place{out.time, 1, 0};
  return out;
}

// A line alone, as one that nothing is waiting before.
outbox::record alone(const log_line& line) {
  line_pulses pulses({});
  pulses.add(line, id, start);
  const auto out = pulses.take(start);
  EXPECT_THAT(out, SizeIs(1));
  return out.at(0).what;
}

std::string json_data(const outbox::record& what) { return outbox::data_of(what).bytes; }

// All tokens of the second are used.
void exhaust(line_pulses& pulses, int tokens) {
  for (int each = 0; each < tokens; ++each) pulses.add(line("-"), id, start);
  (void)pulses.take(start);
  EXPECT_TRUE(pulses.empty());
}

// All that waits, each as soon as it may go.
std::vector<told_lines> take_all(line_pulses& pulses) {
  std::vector<told_lines> out;
  while (pulses.next_due()) {
    for (auto& each : pulses.take(*pulses.next_due())) out.push_back(std::move(each));
  }
  EXPECT_TRUE(pulses.empty());
  EXPECT_EQ(pulses.bytes(), 0U);
  return out;
}

std::vector<std::string> texts_of(const std::vector<told_lines>& all) {
  std::vector<std::string> out;
  for (const auto& each : all) out.push_back(each.what.body);
  return out;
}

TEST(LinePulses, MakesAPulseOfEachLineBelowTheRate) {
  line_pulses pulses({.pulses_per_second = 10});
  for (int at = 1; at <= 50; ++at) {
    pulses.add(line("x"), id, start + at * 100ms);
    const auto out = pulses.take(start + at * 100ms);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_EQ(out[0].what.count, 1U);
    EXPECT_EQ(out[0].what.form, outbox::form::lines);
    EXPECT_TRUE(out[0].what.joins) << "with others that wait on disk";
    EXPECT_EQ(out[0].container, id);
  }
  EXPECT_FALSE(pulses.next_due());
}

TEST(LinePulses, TakeTurnsAtTheRateThatTheyShare) {
  const auto rate = std::make_shared<pulse_rate>(10);
  const line_pulses_config config{.pulses_per_second = 10, .combine = false};
  line_pulses greedy(config, rate);
  line_pulses modest(config, rate);
  std::size_t got = 0;
  for (auto now = start; now < start + 10s; now += 20ms) {
    for (int each = 0; each < 10; ++each) greedy.add(line("x"), id, now);
    modest.add(line("y"), id, now);
    (void)greedy.take(now);  // always the first to be asked
    got += modest.take(now).size();
  }
  EXPECT_GE(got, 45U) << "half of the rate, or nearly so";
}

// They wait for a write to disk only.
TEST(LinePulses, LeavesLinesAloneThatWaitThoughEachMayGo) {
  line_pulses pulses({.pulses_per_second = 5});
  for (const char* text : {"a", "b", "c", "d", "e", "f", "g"}) pulses.add(line(text), id, start);
  EXPECT_THAT(texts_of(pulses.take(start)), ElementsAre("a", "b", "c", "d", "e\nf\ng"));
}

TEST(LinePulses, CombinesBeyondTheRate) {
  line_pulses pulses({.pulses_per_second = 4});
  exhaust(pulses, 4);
  pulses.add(line("a"), id, start);
  pulses.add(line("b"), id, start);
  pulses.add(line("", stream_kind::stdout_stream, 7), id, start);
  ASSERT_GT(pulses.next_due(), start + 249ms);
  ASSERT_LE(pulses.next_due(), start + 250ms);
  EXPECT_THAT(pulses.take(start + 249ms), IsEmpty());
  const auto out = pulses.take(*pulses.next_due());
  ASSERT_THAT(out, SizeIs(1));
  EXPECT_EQ(out[0].what.body, "a\nb\n");
  EXPECT_EQ(out[0].what.count, 3U);
  EXPECT_EQ(out[0].what.time, engine::noon) << "of the first";
  EXPECT_EQ(out[0].cursor, line("", stream_kind::stdout_stream, 7).cursor) << "behind the last";
  EXPECT_TRUE(pulses.empty());
}

TEST(LinePulses, CombinesNothingWhereThatIsSwitchedOff) {
  line_pulses pulses({.pulses_per_second = 1, .combine = false});
  exhaust(pulses, 1);
  for (const char* text : {"a", "b", "c"}) pulses.add(line(text), id, start);
  const auto out = take_all(pulses);
  EXPECT_THAT(texts_of(out), ElementsAre("a", "b", "c"));
  for (const auto& each : out) EXPECT_FALSE(each.what.joins) << "nor on disk";
}

TEST(LinePulses, KeepsStreamsApartAndInOrder) {
  line_pulses pulses({.pulses_per_second = 1});
  exhaust(pulses, 1);
  for (const auto& each :
       {line("a"), line("b"), line("c", stream_kind::stderr_stream), line("d")}) {
    pulses.add(each, id, start);
  }
  EXPECT_THAT(texts_of(take_all(pulses)), ElementsAre("a\nb", "c", "d"));
}

// A pulse has one place in one log.
TEST(LinePulses, KeepsContainersApart) {
  line_pulses pulses({.pulses_per_second = 1});
  exhaust(pulses, 1);
  pulses.add(line("a"), "old", start);
  pulses.add(line("b"), "new", start);
  pulses.add(line("c"), "new", start);
  const auto out = take_all(pulses);
  EXPECT_THAT(texts_of(out), ElementsAre("a", "b\nc"));
  EXPECT_EQ(out[0].container, "old");
  EXPECT_EQ(out[1].container, "new");
}

TEST(LinePulses, FillsAPulseToItsLimitAndLetsALongerLineGoAlone) {
  line_pulses pulses({.pulses_per_second = 1, .pulse_bytes_max = 7});
  exhaust(pulses, 1);
  for (const char* text : {"123", "456", "7", "a line that is longer", "x"}) {
    pulses.add(line(text), id, start);
  }
  EXPECT_THAT(texts_of(take_all(pulses)),
              ElementsAre("123\n456", "7", "a line that is longer", "x"));
}

TEST(LinePulses, IsFullWhenEnoughWaits) {
  line_pulses pulses({.pulses_per_second = 1, .waiting_bytes_max = 1'000});
  exhaust(pulses, 1);
  EXPECT_FALSE(pulses.full());
  pulses.add(line(std::string(1'000, 'x')), id, start);
  EXPECT_TRUE(pulses.full());
  EXPECT_GE(pulses.bytes(), 1'000U);
  (void)pulses.take(start + 1s);
  EXPECT_FALSE(pulses.full());
  EXPECT_EQ(pulses.bytes(), 0U);
}

TEST(LinePulses, EarnsNoMoreThanASecondOfSilence) {
  line_pulses pulses({.pulses_per_second = 3, .combine = false});
  exhaust(pulses, 3);
  for (int each = 0; each < 10; ++each) pulses.add(line("x"), id, start + 1h);
  EXPECT_THAT(pulses.take(start + 1h), SizeIs(3));
}

TEST(LinePulses, MarksATruncatedLineWhichGoesAlone) {
  line_pulses pulses({.pulses_per_second = 1});
  exhaust(pulses, 1);
  auto cut = line("[1]");
  cut.truncated = true;
  for (const auto& each : {line("a"), cut, line("b")}) pulses.add(each, id, start);
  const auto out = take_all(pulses);
  ASSERT_THAT(out, SizeIs(3));
  EXPECT_TRUE(out[1].what.truncated);
  EXPECT_FALSE(out[1].what.joins);
  EXPECT_EQ(json_data(out[1].what).find("json"), std::string::npos) << "it may not be all of it";
  EXPECT_FALSE(out[2].what.truncated);
  EXPECT_FALSE(pulses.last_json());
}

// Nobody knows how many: and a notice that is written without its line must not move the cursor.
TEST(LinePulses, TellsOfAGapBeforeALineAndGivesThatNoPlace) {
  line_pulses pulses({.pulses_per_second = 1});
  exhaust(pulses, 1);
  auto behind = line("b");
  behind.gap_before = true;
  for (const auto& each : {line("a"), behind, line("c")}) pulses.add(each, id, start);
  const auto out = take_all(pulses);
  EXPECT_THAT(texts_of(out), ElementsAre("a", outbox::reasons::rotated, "b\nc"));
  EXPECT_EQ(out[1].what.form, outbox::form::notice);
  EXPECT_EQ(out[1].what.count, 0U);
  EXPECT_EQ(out[1].cursor, std::nullopt);
  EXPECT_NE(out[2].cursor, std::nullopt);
}

TEST(LinePulses, WritesVisibleUtf8) {
  EXPECT_EQ(alone(line(std::string("a\xC3\0b", 4))).body,
            "a\xEF\xBF\xBD\xE2\x90\x80"
            "b");
}

std::optional<json::text> json_of(const std::string& text) {
  return outbox::as_json(alone(line(text)).body);
}

TEST(LinePulses, SeesALineThatIsOneJsonValue) {
  for (const char* text : {"{}", "[1, 2]", "\"text\"", "-1.5e3", "0", "true", "false", "null",
                           " {\"a\":\t1} ", "{\"a\":1}\r"}) {
    EXPECT_EQ(json_of(text), json::text{text}) << text;
  }
  for (const char* text : {"", " ", "text", "{} {}", "{", "1 2", "nul", "'a'", "{a:1}", "tree",
                           "01", "NaN", "[1,]", "2026-11-21 starting"}) {
    EXPECT_FALSE(json_of(text)) << text;
  }
}

TEST(LinePulses, ShowsNoJsonThatServersCannotRead) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(json_of(nested(64)));
  EXPECT_FALSE(json_of(nested(65)));
  EXPECT_FALSE(json_of(R"({"a":)" + nested(64) + "}"));
  EXPECT_EQ(alone(line(nested(500))).body.size(), 1'000U);
  EXPECT_FALSE(json_of(R"({"a":"\ud83d"})"));
  EXPECT_FALSE(json_of("1e400"));
}

TEST(LinePulses, ShowsJsonOfASingleLineOnly) {
  line_pulses pulses({.pulses_per_second = 1});
  exhaust(pulses, 1);
  pulses.add(line("{}"), id, start);
  pulses.add(line("[]"), id, start);
  const auto out = pulses.take(start + 1s);
  ASSERT_THAT(out, SizeIs(1));
  EXPECT_EQ(json_data(out[0].what).find("json"), std::string::npos);
  EXPECT_EQ(pulses.last_json(), json::text{"[]"});
}

TEST(LinePulses, RemembersTheLastJsonOfTheRun) {
  line_pulses pulses({});
  EXPECT_FALSE(pulses.last_json());
  for (const char* text : {"{\"a\":1}", "7", "text"}) pulses.add(line(text), id, start);
  EXPECT_EQ(pulses.last_json(), json::text{"7"});
  (void)pulses.take(start);
  EXPECT_EQ(pulses.last_json(), json::text{"7"});
  pulses.begin_run();
  EXPECT_FALSE(pulses.last_json());
  pulses.begin_run(json::text{"8"});
  EXPECT_EQ(pulses.last_json(), json::text{"8"}) << "of an earlier life";
}

TEST(LinePulses, ContinuesARunWithWhatWaitsOfIt) {
  line_pulses old({.pulses_per_second = 1});
  exhaust(old, 1);
  for (const char* text : {"{\"a\":1}", "text"}) old.add(line(text), id, start);
  line_pulses next({.pulses_per_second = 1});
  next.continue_run(old, id);
  EXPECT_TRUE(old.empty());
  EXPECT_EQ(old.bytes(), 0U);
  EXPECT_FALSE(old.next_due());
  EXPECT_GT(next.bytes(), 0U);
  EXPECT_EQ(next.last_json(), json::text{"{\"a\":1}"});
  ASSERT_TRUE(next.next_due());
  next.add(line("more"), id, start);
  const auto out = take_all(next);
  EXPECT_EQ(texts_of(out).front().substr(0, 12), "{\"a\":1}\ntext");
  EXPECT_EQ(out.back().what.body.substr(out.back().what.body.size() - 4), "more");
}

TEST(LinePulses, LeaveWhatWaitsOfAnotherContainer) {
  line_pulses old({.pulses_per_second = 1});
  exhaust(old, 1);
  old.add(line("of another"), "another", start);
  old.add(line("its own"), id, start);
  line_pulses next({.pulses_per_second = 1});
  next.continue_run(old, id);
  EXPECT_THAT(texts_of(take_all(next)), ElementsAre("its own"));
  EXPECT_GT(old.bytes(), 0U);
  EXPECT_THAT(texts_of(take_all(old)), ElementsAre("of another"));
  EXPECT_EQ(old.bytes(), 0U);
}

TEST(LinePulses, AreRenderedAsPublished) {
  outbox::record out = alone(line("{\"a\":1}"));
  out.seq = 1;
  EXPECT_EQ(json_data(out),
            R"({"count":1,"json":{"a":1},"seq":1,"stream":"stdout","text":"{\"a\":1}",)"
            R"("time":"2024-05-01T12:00:00.000000000Z"})");
  auto cut = line("{\"a\":1}", stream_kind::stderr_stream);
  cut.truncated = true;
  out = alone(cut);
  out.seq = 1;
  EXPECT_EQ(json_data(out), R"({"count":1,"seq":1,"stream":"stderr","text":"{\"a\":1}",)"
                            R"("time":"2024-05-01T12:00:00.000000000Z","truncated":true})");
}

// ---- Whatever comes, whenever ------------------------------------------------------------------

// For any lines at any times: each comes once, in order, in pulses that are no more than the rate
// allows, of one stream, and no longer than the limit, with the place behind their last line.
class any_lines {
 public:
  explicit any_lines(std::uint64_t seed) : dice_(seed) {}

  void run() {
    const std::size_t lines = dice_.upto(300);
    while (sent_.size() < lines || !pulses_.empty()) {
      const bool more = sent_.size() < lines && !pulses_.full();
      if (more && !dice_.one_in(3)) {
        add();
      } else if (more && dice_.one_in(2)) {
        take();
      } else if (pulses_.next_due()) {
        now_ = std::max(now_, *pulses_.next_due());
        EXPECT_TRUE(take()) << "due, and nothing came";
      } else {
        now_ += 1ms;
      }
    }
    expect_all();
    expect_rate();
  }

 private:
  void add() {
    sent_.push_back(line(std::string(dice_.upto(30), 'x') + std::to_string(sent_.size()),
                         dice_.one_in(5) ? stream_kind::stderr_stream : stream_kind::stdout_stream,
                         static_cast<int>(sent_.size())));
    pulses_.add(sent_.back(), id, now_);
    if (dice_.one_in(4)) now_ += std::chrono::microseconds(dice_.upto(40'000));
  }

  bool take() {
    auto out = pulses_.take(now_);
    times_.insert(times_.end(), out.size(), now_);
    const bool any = !out.empty();
    for (auto& each : out) got_.push_back(std::move(each));
    return any;
  }

  void expect_all() const {
    std::size_t at = 0;
    for (const told_lines& each : got_) {
      std::string expected;
      const std::size_t begin = at;
      for (; at < begin + each.what.count; ++at) {
        EXPECT_EQ(sent_.at(at).stream, each.what.stream);
        expected += (at == begin ? "" : "\n") + sent_.at(at).text;
      }
      EXPECT_EQ(each.what.body, expected);
      EXPECT_EQ(each.what.time, sent_.at(begin).time);
      EXPECT_EQ(each.cursor, sent_.at(at - 1).cursor);
      EXPECT_TRUE(each.what.count == 1 || each.what.body.size() <= config_.pulse_bytes_max);
      EXPECT_TRUE(each.what.count == 1 || config_.combine);
    }
    EXPECT_EQ(at, sent_.size());
    EXPECT_EQ(pulses_.bytes(), 0U);
  }

  // Between two moments: what a second of silence allows, and the rate.
  void expect_rate() const {
    for (std::size_t from = 0; from < times_.size(); ++from) {
      const std::chrono::duration<double> spell = times_.back() - times_[from];
      EXPECT_LE(static_cast<double>(times_.size() - from),
                config_.pulses_per_second * (1 + spell.count()) + 1.001);
    }
  }

  test::dice dice_;
  line_pulses_config config_{.pulses_per_second = 1.0 + static_cast<double>(dice_.upto(70)),
                             .combine = !dice_.one_in(8),
                             .pulse_bytes_max = 20 + dice_.upto(100),
                             .waiting_bytes_max = 1'000};
  line_pulses pulses_{config_};
  line_pulses::time_point now_ = start;
  std::vector<log_line> sent_;
  std::vector<told_lines> got_;
  std::vector<line_pulses::time_point> times_;
};

TEST(LinePulsesProperty, LosesAndReordersNothing) {
  for (const auto seed : test::seeds(300)) {
    SCOPED_TRACE(test::seed_text(seed));
    any_lines(seed).run();
    if (HasFailure()) return;
  }
}

TEST(LinePulses, CombinesNoLinesOfTwoRuns) {
  line_pulses pulses({.pulses_per_second = 1});
  exhaust(pulses, 1);
  pulses.add(line("a"), id, start, "id-1");
  pulses.add(line("b"), id, start, "id-1");
  pulses.add(line("c"), id, start, "id-2");
  const auto out = take_all(pulses);
  EXPECT_THAT(texts_of(out), ElementsAre("a\nb", "c"));
  EXPECT_EQ(out[0].what.run, "id-1");
  EXPECT_EQ(out[1].what.run, "id-2");
  EXPECT_THAT(json_data(out[1].what), testing::HasSubstr(R"("run":"id-2")"));
}

}  // namespace
}  // namespace gantry::fleet
