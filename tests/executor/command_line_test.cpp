#include "executor/command_line.hpp"

#include <gmock/gmock.h>

#include "executor/emitter_settings.hpp"
#include "executor/exit_codes.hpp"
#include "executor/settings.hpp"

namespace gantry {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

command_line parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "gantry");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

TEST(CommandLine, RunsWithoutArguments) {
  const auto line = parse({});
  EXPECT_EQ(line.task, task::run);
  EXPECT_FALSE(line.exit_code);
  EXPECT_FALSE(line.config_file);
  EXPECT_THAT(line.flags, IsEmpty());
}

TEST(CommandLine, ReadsFlagsBeforeAndBehindTheTask) {
  const auto line = parse({"--config", "x.toml", "check", "--server=core", "--names", "a*,b"});
  ASSERT_FALSE(line.exit_code) << line.text;
  EXPECT_EQ(line.task, task::check);
  EXPECT_EQ(line.config_file, "x.toml");
  EXPECT_THAT(line.flags, testing::ElementsAre(testing::Pair("containers.names", "a*,b"),
                                               testing::Pair("core.server", "core")));
}

TEST(CommandLine, KnowsAFlagForEverySetting) {
  for (const setting& each : all_settings()) {
    const auto line = parse({std::string(each.flag).c_str(), "x"});
    ASSERT_FALSE(line.exit_code) << line.text;
    EXPECT_EQ(line.flags.at(std::string(each.key)), "x");
  }
}

// The configuration says what took its place.
TEST(CommandLine, TakesARetiredFlagButTellsNothingOfIt) {
  for (const retired_setting& each : retired_settings()) {
    const auto line = parse({std::string(each.flag).c_str(), "x"});
    ASSERT_FALSE(line.exit_code) << line.text;
    EXPECT_EQ(line.flags.at(std::string(each.key)), "x");
    EXPECT_THAT(parse({"--help"}).text, testing::Not(HasSubstr(std::string(each.flag))));
  }
}

TEST(CommandLine, CannotUnderstand) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--nonsense"}, {"dance"}, {"--server"}, {"check", "check", "x"}, {"-x"}}) {
    const auto line = parse(arguments);
    EXPECT_EQ(line.exit_code, exit_codes::usage);
    EXPECT_THAT(line.text, HasSubstr("gantry: "));
    EXPECT_THAT(line.text, HasSubstr("gantry --help"));
  }
  EXPECT_EQ(exit_codes::usage, 64);
  EXPECT_EQ(exit_codes::configuration, 78);
}

TEST(CommandLine, KnowsWhatIsMeantByAMistypedWord) {
  EXPECT_THAT(parse({"chek"}).text, HasSubstr("there is no task chek: did you mean check?"));
  EXPECT_THAT(parse({"--sever", "a"}).text,
              HasSubstr("there is no flag --sever: did you mean --server?"));
  EXPECT_THAT(parse({"check", "--sever=a"}).text, HasSubstr("did you mean --server?"));
  EXPECT_THAT(parse({"dance"}).text, HasSubstr("there is no task dance\n"));
  EXPECT_THAT(parse({"ws://me:s3cret@core"}).text, HasSubstr("there is no task ...@core\n"));
}

TEST(CommandLine, TakesAToggleWithoutAValueAsTrue) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--read-only"}, {"--read-only", "check"}, {"--read-only", "--server", "a"}}) {
    const auto line = parse(arguments);
    ASSERT_FALSE(line.exit_code) << line.text;
    EXPECT_EQ(line.flags.at("actions.read_only"), "true");
  }
  EXPECT_EQ(parse({"--read-only", "check"}).task, task::check);
  EXPECT_EQ(parse({"--read-only=false"}).flags.at("actions.read_only"), "false");
  EXPECT_EQ(parse({"--read-only", "false"}).flags.at("actions.read_only"), "false");
}

TEST(CommandLine, TellsOfItself) {
  const auto help = parse({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const setting& each : all_settings()) {
    EXPECT_THAT(help.text, HasSubstr(std::string(each.key)));
    EXPECT_THAT(help.text, HasSubstr(std::string(each.flag)));
    for (const auto name : each.environment) EXPECT_THAT(help.text, HasSubstr(std::string(name)));
  }
  for (const emitter_setting& each : all_emitter_settings()) {
    EXPECT_THAT(help.text, HasSubstr("\n  " + std::string(each.key) + " "));
    EXPECT_THAT(help.text, HasSubstr(std::string(each.help)));
  }
  EXPECT_THAT(help.text, HasSubstr("GANTRY_CONFIG"));
  const auto version = parse({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.text, HasSubstr("gantry "));
}

}  // namespace
}  // namespace gantry
