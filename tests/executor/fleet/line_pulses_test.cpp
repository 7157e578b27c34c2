#include "executor/fleet/line_pulses.hpp"

#include <gmock/gmock.h>

#include "executor/engine/rfc3339.hpp"
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

log_line line(std::string text, stream_kind stream = stream_kind::stdout_stream) {
  return {stream, engine::noon, std::move(text), false};
}

// A line alone, as one that nothing is waiting before.
output_data alone(const log_line& line) {
  line_pulses pulses({});
  const auto out = pulses.add(line, start);
  EXPECT_THAT(out, SizeIs(1));
  return out.at(0);
}

// All tokens of the second are used.
line_pulses exhausted(line_pulses_config config) {
  line_pulses out(config);
  for (int each = 0; each < config.pulses_per_second; ++each) (void)out.add(line("-"), start);
  EXPECT_TRUE(out.empty());
  return out;
}

TEST(LinePulses, MakesAPulseOfEachLineBelowTheRate) {
  line_pulses pulses({.pulses_per_second = 10});
  for (std::uint64_t at = 1; at <= 50; ++at) {
    const auto out = pulses.add(line("x"), start + at * 100ms);
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_EQ(out[0].seq, at);
    EXPECT_EQ(out[0].count, 1U);
  }
  EXPECT_FALSE(pulses.next_due());
}

TEST(LinePulses, CombinesBeyondTheRate) {
  line_pulses pulses = exhausted({.pulses_per_second = 4});
  EXPECT_THAT(pulses.add(line("a"), start), IsEmpty());
  EXPECT_THAT(pulses.add(line("b"), start), IsEmpty());
  EXPECT_THAT(pulses.add(line(""), start), IsEmpty());
  ASSERT_GT(pulses.next_due(), start + 249ms);
  ASSERT_LE(pulses.next_due(), start + 250ms);
  EXPECT_THAT(pulses.tick(start + 249ms), IsEmpty());
  const auto out = pulses.tick(*pulses.next_due());
  ASSERT_THAT(out, SizeIs(1));
  EXPECT_EQ(out[0].text, "a\nb\n");
  EXPECT_EQ(out[0].seq, 5U);
  EXPECT_EQ(out[0].count, 3U);
  EXPECT_TRUE(pulses.empty());
}

TEST(LinePulses, KeepsStreamsApartAndInOrder) {
  line_pulses pulses = exhausted({.pulses_per_second = 1});
  for (const auto& each :
       {line("a"), line("b"), line("c", stream_kind::stderr_stream), line("d")}) {
    EXPECT_THAT(pulses.add(each, start), IsEmpty());
  }
  std::vector<std::string> texts;
  for (auto now = start; !pulses.empty();) {
    now = *pulses.next_due();
    for (const auto& each : pulses.tick(now)) texts.push_back(each.text);
  }
  EXPECT_THAT(texts, ElementsAre("a\nb", "c", "d"));
}

TEST(LinePulses, FillsAPulseToItsLimitAndLetsALongerLineGoAlone) {
  line_pulses pulses = exhausted({.pulses_per_second = 1, .pulse_bytes_max = 7});
  for (const char* text : {"123", "456", "7", "a line that is longer", "x"}) {
    (void)pulses.add(line(text), start);
  }
  std::vector<std::string> texts;
  while (!pulses.empty()) {
    for (const auto& each : pulses.tick(*pulses.next_due())) texts.push_back(each.text);
  }
  EXPECT_THAT(texts, ElementsAre("123\n456", "7", "a line that is longer", "x"));
}

TEST(LinePulses, IsFullWhenEnoughWaits) {
  line_pulses pulses = exhausted({.pulses_per_second = 1, .waiting_bytes_max = 1'000});
  EXPECT_FALSE(pulses.full());
  (void)pulses.add(line(std::string(1'000, 'x')), start);
  EXPECT_TRUE(pulses.full());
  (void)pulses.tick(start + 1s);
  EXPECT_FALSE(pulses.full());
}

TEST(LinePulses, EarnsNoMoreThanASecondOfSilence) {
  line_pulses pulses = exhausted({.pulses_per_second = 3});
  std::size_t sent = 0;
  for (int each = 0; each < 10; ++each) sent += pulses.add(line("x"), start + 1h).size();
  EXPECT_EQ(sent, 3U);
}

TEST(LinePulses, MarksATruncatedLineWhichGoesAlone) {
  line_pulses pulses = exhausted({.pulses_per_second = 1});
  auto cut = line("[1]");
  cut.truncated = true;
  for (const auto& each : {line("a"), cut, line("b")}) (void)pulses.add(each, start);
  std::vector<output_data> out;
  while (!pulses.empty()) {
    for (const auto& each : pulses.tick(*pulses.next_due())) out.push_back(each);
  }
  ASSERT_THAT(out, SizeIs(3));
  EXPECT_TRUE(out[1].truncated);
  EXPECT_FALSE(out[1].json) << "it may not be all of it";
  EXPECT_FALSE(out[2].truncated);
}

TEST(LinePulses, WritesVisibleUtf8) {
  EXPECT_EQ(alone(line(std::string("a\xC3\0b", 4))).text,
            "a\xEF\xBF\xBD\xE2\x90\x80"
            "b");
}

TEST(LinePulses, SeesALineThatIsOneJsonValue) {
  for (const char* text : {"{}", "[1, 2]", "\"text\"", "-1.5e3", "0", "true", "false", "null",
                           " {\"a\":\t1} ", "{\"a\":1}\r"}) {
    EXPECT_EQ(alone(line(text)).json, json::text{text}) << text;
  }
  for (const char* text : {"", " ", "text", "{} {}", "{", "1 2", "nul", "'a'", "{a:1}", "tree",
                           "01", "NaN", "[1,]", "2026-11-21 starting"}) {
    EXPECT_FALSE(alone(line(text)).json) << text;
  }
}

TEST(LinePulses, ShowsNoJsonThatServersCannotRead) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(alone(line(nested(64))).json);
  EXPECT_FALSE(alone(line(nested(65))).json);
  EXPECT_FALSE(alone(line(R"({"a":)" + nested(64) + "}")).json);
  EXPECT_EQ(alone(line(nested(500))).text.size(), 1'000U);
  // Half of a surrogate pair.
  const auto repaired = alone(line(R"({"a":"\ud83d"})")).json;
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->bytes.find("\\ud83d"), std::string::npos);
}

TEST(LinePulses, ShowsJsonOfASingleLineOnly) {
  line_pulses pulses = exhausted({.pulses_per_second = 1});
  (void)pulses.add(line("{}"), start);
  (void)pulses.add(line("[]"), start);
  const auto out = pulses.tick(start + 1s);
  ASSERT_THAT(out, SizeIs(1));
  EXPECT_FALSE(out[0].json);
  EXPECT_EQ(pulses.last_json(), json::text{"[]"});
}

TEST(LinePulses, RemembersTheLastJsonOfTheRun) {
  line_pulses pulses({});
  EXPECT_FALSE(pulses.last_json());
  for (const char* text : {"{\"a\":1}", "7", "text"}) (void)pulses.add(line(text), start);
  EXPECT_EQ(pulses.last_json(), json::text{"7"});
  line_pulses other({});
  other.continue_run(pulses);
  EXPECT_EQ(other.last_json(), json::text{"7"});
  pulses.begin_run();
  EXPECT_FALSE(pulses.last_json());
}

TEST(LinePulses, IsWrittenAsPublished) {
  output_data data = alone(line("{\"a\":1}"));
  EXPECT_EQ(to_json(data).bytes,
            R"({"count":1,"json":{"a":1},"seq":1,"stream":"stdout","text":"{\"a\":1}",)"
            R"("time":"2024-05-01T12:00:00.000000000Z"})");
  data.json.reset();
  data.truncated = true;
  data.stream = stream_kind::stderr_stream;
  EXPECT_EQ(to_json(data).bytes, R"({"count":1,"seq":1,"stream":"stderr","text":"{\"a\":1}",)"
                                 R"("time":"2024-05-01T12:00:00.000000000Z","truncated":true})");
}

// For any lines at any times: each comes once, in order, in pulses that are no more than the rate
// allows, of one stream, and no longer than the limit.
TEST(LinePulsesProperty, LosesAndReordersNothing) {
  for (const auto seed : test::seeds(300)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const line_pulses_config config{.pulses_per_second = 1.0 + static_cast<double>(dice.upto(70)),
                                    .pulse_bytes_max = 20 + dice.upto(100),
                                    .waiting_bytes_max = 1'000};
    line_pulses pulses(config);
    std::vector<log_line> sent;
    std::vector<output_data> got;
    std::vector<line_pulses::time_point> times;
    auto now = start;
    const auto take = [&](const std::vector<output_data>& out) {
      got.insert(got.end(), out.begin(), out.end());
      times.insert(times.end(), out.size(), now);
    };
    const std::size_t lines = dice.upto(300);
    while (sent.size() < lines || !pulses.empty()) {
      if (sent.size() < lines && !pulses.full() && !dice.one_in(3)) {
        sent.push_back(
            line(std::string(dice.upto(30), 'x') + std::to_string(sent.size()),
                 dice.one_in(5) ? stream_kind::stderr_stream : stream_kind::stdout_stream));
        take(pulses.add(sent.back(), now));
        if (dice.one_in(4)) now += std::chrono::microseconds(dice.upto(40'000));
      } else if (pulses.next_due()) {
        now = std::max(now, *pulses.next_due());
        const std::size_t before = got.size();
        take(pulses.tick(now));
        EXPECT_GT(got.size(), before) << "due, and nothing came";
      } else {
        now += 1ms;
      }
    }
    std::uint64_t seq = 1;
    for (const output_data& each : got) {
      ASSERT_EQ(each.seq, seq);
      std::string expected;
      for (std::uint64_t at = 0; at < each.count; ++at) {
        const log_line& original = sent.at(seq - 1 + at);
        EXPECT_EQ(original.stream, each.stream);
        expected += (at == 0 ? "" : "\n") + original.text;
      }
      EXPECT_EQ(each.text, expected);
      EXPECT_TRUE(each.count == 1 || each.text.size() <= config.pulse_bytes_max);
      seq += each.count;
    }
    EXPECT_EQ(seq, sent.size() + 1);
    // Between two moments: what a second of silence allows, and the rate.
    for (std::size_t from = 0; from < times.size(); ++from) {
      const std::chrono::duration<double> spell = times.back() - times[from];
      EXPECT_LE(static_cast<double>(times.size() - from),
                config.pulses_per_second * (1 + spell.count()) + 1.001);
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::fleet
