#include "executor/slots/run_record.hpp"

#include <gmock/gmock.h>

#include "model/json.hpp"

namespace gantry::slots {
namespace {

run_record full() {
  return {.run = "echo-17",
          .slot = "echo",
          .input = {R"({"n":1})"},
          .stage = run_stage::started,
          .reason = "timeout",
          .container = "c0ffee",
          .deadline = 1'795'251'600'000};
}

TEST(RunRecord, IsTheSameAfterwards) {
  for (const auto stage : {run_stage::accepted, run_stage::started, run_stage::given}) {
    run_record record = full();
    record.stage = stage;
    const auto read = parse_run_record(to_text(record));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, record);
  }
}

TEST(RunRecord, KeepsTheInputAsItWasWritten) {
  run_record record = full();
  record.input = {R"({"n":123456789012345678901234567890,"d":1.50})"};
  EXPECT_EQ(parse_run_record(to_text(record))->input, record.input);
}

TEST(RunRecord, RefusesEveryMemberThatIsMissing) {
  const auto good = json::parse(to_text(full()));
  for (const auto& member : good->GetObject()) {
    auto damaged = json::parse(to_text(full()));
    damaged->RemoveMember(member.name.GetString());
    EXPECT_FALSE(parse_run_record(json::write(*damaged))) << member.name.GetString();
  }
  EXPECT_FALSE(parse_run_record("{"));
}

TEST(RunRecord, IsFoundAmongTheFactsInTheOrderOfItsNumber) {
  run_record ninth = full();
  ninth.run = "echo-9";
  std::vector<std::string> damaged;
  const auto found = records_of({{"machine", "m"},
                                 {record_fact("echo-17"), to_text(full())},
                                 {record_fact("echo-9"), to_text(ninth)},
                                 {record_fact("echo-18"), "rubbish"}},
                                damaged);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].run, "echo-9");
  EXPECT_EQ(found[1].run, "echo-17");
  ASSERT_EQ(damaged.size(), 1U);
  EXPECT_THAT(damaged[0], testing::HasSubstr("echo-18"));
}

TEST(RunRecord, CountsRunsOverRestarts) {
  EXPECT_EQ(next_number({}, "echo"), 1U);
  EXPECT_EQ(next_number({{next_fact("echo"), "18"}}, "echo"), 18U);
  EXPECT_EQ(next_number({{next_fact("echo"), "x"}}, "echo"), 1U);
  EXPECT_EQ(next_number({{next_fact("other"), "5"}}, "echo"), 1U);
}

}  // namespace
}  // namespace gantry::slots
