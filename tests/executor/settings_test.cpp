#include "executor/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

namespace gantry {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

template <typename T>
T read(setting_type type, std::string_view text) {
  return std::get<T>(std::get<setting_value>(read_setting(type, text)));
}

bool is_refused(setting_type type, std::string_view text) {
  return std::holds_alternative<std::string>(read_setting(type, text));
}

TEST(Settings, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  std::size_t count = 0;
  for (const setting& each : all_settings()) {
    names.insert({each.key, each.flag});
    names.insert(each.environment.begin(), each.environment.end());
    count += 2 + each.environment.size();
    EXPECT_FALSE(each.help.empty()) << each.key;
    EXPECT_TRUE(each.flag.starts_with("--")) << each.key;
    EXPECT_FALSE(each.environment.empty()) << each.key;
  }
  for (const retired_setting& each : retired_settings()) {
    names.insert({each.key, each.environment, each.flag});
    count += 3;
  }
  EXPECT_EQ(names.size(), count);
}

TEST(Settings, AreReadFromText) {
  using enum setting_type;
  EXPECT_EQ(read<std::string>(text, " a b "), "a b");
  EXPECT_EQ(read<std::int64_t>(integer, " -12 "), -12);
  EXPECT_EQ(read<double>(number, "1.5"), 1.5);
  for (const char* yes : {"true", "1", "yes"}) EXPECT_TRUE(read<bool>(toggle, yes));
  for (const char* no : {"false", "0", "no"}) EXPECT_FALSE(read<bool>(toggle, no));
  EXPECT_EQ(read<std::vector<std::string>>(list, "a, b ,,c"),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(read<std::vector<std::string>>(list, "").empty());
}

TEST(Settings, AreReadFromTextWithTheirUnits) {
  using enum setting_type;
  EXPECT_EQ(read<std::uint64_t>(size, " 64KiB "), 65'536U);
  EXPECT_EQ(read<std::uint64_t>(size, "1000"), 1'000U);
  EXPECT_EQ(read<milliseconds>(duration, "20ms"), 20ms);
  EXPECT_EQ(read<gantry::time_limit>(time_limit, "30d"), 30 * 24h);
  EXPECT_EQ(read<gantry::time_limit>(time_limit, " never "), std::nullopt);
  EXPECT_EQ(read<fleet::output_history>(history, "none"),
            (fleet::output_history{fleet::history_extent::none, 0ms}));
  EXPECT_EQ(read<fleet::output_history>(history, "all"),
            (fleet::output_history{fleet::history_extent::all, 0ms}));
  EXPECT_EQ(read<fleet::output_history>(history, "1h"),
            (fleet::output_history{fleet::history_extent::recent, 1h}));
}

TEST(Settings, KnowTheSuccessorOfWhatIsRetired) {
  for (const retired_setting& each : retired_settings()) {
    EXPECT_TRUE(std::any_of(all_settings().begin(), all_settings().end(), [&](const setting& one) {
      return one.key == each.instead;
    })) << each.key;
  }
}

const setting& setting_of(std::string_view key) {
  const auto found = std::find_if(all_settings().begin(), all_settings().end(),
                                  [&](const setting& one) { return one.key == key; });
  EXPECT_NE(found, all_settings().end()) << key;
  return *found;
}

// What is said of the setting's text: nothing, when it is taken.
std::string problem_of(const setting& setting, std::string_view text) {
  config out;
  const auto value = read_setting(setting.type, text);
  if (const auto* problem = std::get_if<std::string>(&value)) return *problem;
  return setting.store(out, std::get<setting_value>(value)).value_or("");
}

TEST(Settings, TakeTheEndsOfTheirRangeAndNothingBeyond) {
  const struct {
    const char* key;
    const char* below;
    const char* least;
    const char* most;
    const char* above;
  } table[] = {
      {"core.frame_bytes_max", "65535", "64KiB", "64MiB", "67108865"},
      {"output.line_bytes_max", "1023", "1KiB", "16MiB", "16777217"},
      {"output.pulses_per_second", "0.0999", "0.1", "10000", "10000.1"},
      {"outbox.bytes_max", "1048575", "1MiB", "64GiB", "68719476737"},
      {"outbox.memory_bytes_max", "1048575", "1MiB", "1GiB", "1073741825"},
      {"outbox.window_bytes", "65535", "64KiB", "64MiB", "67108865"},
      {"outbox.commit_within", "0ms", "1ms", "10s", "10001ms"},
      {"outbox.age_max", "0d", "1ms", "3650d", "315360000001ms"},
      {"containers.history", "0d", "1ms", "3650d", "315360000001ms"},
      {"containers.forget_after", "59999ms", "1m", "3650d", "315360000001ms"},
      {"stats.every", "999ms", "1s", "1h", "3600001ms"},
  };
  for (const auto& each : table) {
    const setting& found = setting_of(each.key);
    const std::string range = std::string("must be from ") + each.least + " to " + each.most;
    EXPECT_TRUE(problem_of(found, each.below).starts_with(range)) << each.key;
    EXPECT_EQ(problem_of(found, each.least), "") << each.key;
    EXPECT_EQ(problem_of(found, each.most), "") << each.key;
    EXPECT_TRUE(problem_of(found, each.above).starts_with(range)) << each.key;
  }
}

// The text that --help gives as a default is the default.
TEST(Settings, TellTheirDefaults) {
  std::size_t told = 0;
  for (const setting& each : all_settings()) {
    const bool has_unit = each.type >= setting_type::size;
    const auto at = each.help.find("(default ");
    EXPECT_TRUE(!has_unit || at != std::string_view::npos) << each.key;
    if (!has_unit) continue;
    auto text = each.help.substr(at + 9);
    text = text.substr(0, text.find(')'));
    const auto value = read_setting(each.type, text);
    ASSERT_TRUE(std::holds_alternative<setting_value>(value)) << each.key << text;
    config changed;
    changed.outbox = {1, 1ms, 1, 1, 1ms, outbox::durability::off};
    changed.forget_after = 1ms;
    changed.history = {fleet::history_extent::all, 1ms};
    changed.line_bytes_max = 1;
    changed.core.frame_bytes_max = 1;
    changed.stats.every = 1ms;
    ASSERT_FALSE(each.store(changed, std::get<setting_value>(value))) << each.key;
    const config plain;
    told +=
        static_cast<std::size_t>(changed.outbox.bytes_max == plain.outbox.bytes_max) +
        static_cast<std::size_t>(changed.outbox.age_max == plain.outbox.age_max) +
        static_cast<std::size_t>(changed.outbox.memory_bytes_max == plain.outbox.memory_bytes_max) +
        static_cast<std::size_t>(changed.outbox.window_bytes == plain.outbox.window_bytes) +
        static_cast<std::size_t>(changed.outbox.commit_within == plain.outbox.commit_within) +
        static_cast<std::size_t>(changed.forget_after == plain.forget_after) +
        static_cast<std::size_t>(changed.history == plain.history) +
        static_cast<std::size_t>(changed.line_bytes_max == plain.line_bytes_max) +
        static_cast<std::size_t>(changed.core.frame_bytes_max == plain.core.frame_bytes_max) +
        static_cast<std::size_t>(changed.stats.every == plain.stats.every);
  }
  EXPECT_EQ(told, 10U);
}

TEST(Settings, SayWhatMayBeDone) {
  config out;
  ASSERT_FALSE(setting_of("actions.read_only").store(out, true));
  EXPECT_TRUE(out.actions.read_only);
  ASSERT_FALSE(
      setting_of("actions.allow").store(out, std::vector<std::string>{"container/*:exec"}));
  EXPECT_EQ(out.actions.allow, std::vector<std::string>{"container/*:exec"});
  ASSERT_FALSE(setting_of("actions.deny").store(out, std::vector<std::string>{"container/db:*"}));
  EXPECT_EQ(out.actions.deny, std::vector<std::string>{"container/db:*"});
  EXPECT_NE(problem_of(setting_of("actions.allow"), "container/web"), "");
  EXPECT_NE(problem_of(setting_of("actions.deny"), "container/web:dance"), "");
}

TEST(Settings, SayWhoseUseIsTold) {
  config out;
  ASSERT_FALSE(
      setting_of("stats.containers").store(out, std::vector<std::string>{"container/web*"}));
  EXPECT_EQ(out.stats.containers, std::vector<std::string>{"container/web*"});
}

TEST(Settings, RefuseTextOfAnotherType) {
  using enum setting_type;
  for (const char* bad : {"", "x", "1.5", "1x", "99999999999999999999", "0x10"}) {
    EXPECT_TRUE(is_refused(integer, bad)) << bad;
  }
  for (const char* bad : {"", "x", "1,5"}) EXPECT_TRUE(is_refused(number, bad)) << bad;
  for (const char* bad : {"", "maybe", "2"}) EXPECT_TRUE(is_refused(toggle, bad)) << bad;
  for (const char* bad : {"", "x", "1s", "1.5MiB"}) EXPECT_TRUE(is_refused(size, bad)) << bad;
  for (const char* bad : {"", "20", "1MiB", "Never", "all"}) {
    EXPECT_TRUE(is_refused(time_limit, bad)) << bad;
    EXPECT_TRUE(is_refused(duration, bad)) << bad;
  }
  EXPECT_TRUE(is_refused(duration, "never"));
  for (const char* bad : {"", "20", "never", "None"}) EXPECT_TRUE(is_refused(history, bad)) << bad;
}

// Every setting has a bound: it says what is wrong with a value beyond it.
TEST(Settings, RefuseNumbersBeyondTheirBounds) {
  for (const setting& each : all_settings()) {
    config out;
    if (each.type == setting_type::integer) {
      EXPECT_TRUE(each.store(out, std::int64_t{-1})) << each.key;
      EXPECT_TRUE(each.store(out, std::int64_t{0})) << each.key;
      EXPECT_TRUE(each.store(out, std::int64_t{1} << 40)) << each.key;
    } else if (each.type == setting_type::number) {
      for (const double bad : {-1.0, 0.0, 1e9, std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()}) {
        EXPECT_TRUE(each.store(out, bad)) << each.key;
      }
    } else if (each.type == setting_type::size) {
      EXPECT_TRUE(each.store(out, std::uint64_t{0})) << each.key;
      EXPECT_TRUE(each.store(out, std::numeric_limits<std::uint64_t>::max())) << each.key;
    } else if (each.type >= setting_type::duration) {
      for (const milliseconds bad : {0ms, milliseconds::max()}) {
        setting_value value = bad;
        if (each.type == setting_type::time_limit) value = time_limit(bad);
        if (each.type == setting_type::history)
          value = fleet::output_history{fleet::history_extent::recent, bad};
        EXPECT_TRUE(each.store(out, value)) << each.key;
      }
    }
  }
}

}  // namespace
}  // namespace gantry
