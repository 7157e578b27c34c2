// Lines that are larger than the core reads: its limit is 16 MiB, as the TypeScript server's.
#include <gmock/gmock.h>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// JSON makes six bytes of each of the first; the second is as large as a line may be.
constexpr const char* prints_large_lines =
    "head -c 3145728 /dev/zero | tr '\\0' '\\1'; echo; "
    "head -c 16777216 /dev/zero | tr '\\0' x; echo; echo end";

class too_large : public core_stage {
 protected:
  void TearDown() override {
    end_gantry();
    core_stage::TearDown();
  }
  bool finished(const std::string& path) {
    return until([&] { return !pulses_of(path + ":finish").empty(); }, std::chrono::seconds(170));
  }
  [[nodiscard]] std::string message() const { return field("Instance", instance(), "message"); }
};

TEST_F(too_large, lines_are_cut_by_their_size_on_the_wire) {
  start({{"GANTRY_LINE_BYTES_MAX", "16MiB"}});
  const std::string path = "container/" + run_container("large", prints_large_lines);
  ASSERT_TRUE(finished(path)) << gantry().log();
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_GT(lines[0].size(), 2'500'000U);
  EXPECT_LT(lines[0].size(), 2'621'440U);
  EXPECT_GT(lines[1].size(), 15'700'000U);
  EXPECT_EQ(lines[2], "end");
  for (std::size_t at = 0; at < 2; ++at) {
    EXPECT_TRUE((*pulses_of(path + ":output").at(at).data)["truncated"].GetBool());
  }
  EXPECT_THAT(gantry().log(), Not(HasSubstr("1009")));
}

// Of the same state folder, in two lives: what was learned is forgotten in between.
TEST_F(too_large, for_the_core_they_become_a_notice_and_the_rest_goes_on) {
  for (int life = 1; life <= 2; ++life) {
    start({{"GANTRY_LINE_BYTES_MAX", "16MiB"}, {"GANTRY_FRAME_BYTES_MAX", "64MiB"}});
    const std::string path =
        "container/" + run_container("large" + std::to_string(life), prints_large_lines);
    ASSERT_TRUE(finished(path)) << gantry().log();
    const auto told = pulses_of(path + ":output");
    ASSERT_EQ(told.size(), 3U);
    const bool is_notice = told[0].data->HasMember("reason") || told[1].data->HasMember("reason");
    EXPECT_TRUE(is_notice);
    EXPECT_STREQ((*told[2].data)["text"].GetString(), "end");
    EXPECT_THAT(gantry().log(), HasSubstr("since a message was too large for it (1009)"));
    EXPECT_THAT(message(), HasSubstr("The core takes no message of more than"));
    EXPECT_EQ(status("engine"), "online");
    stop_gantry();
  }
}

// Stored for a core that takes more, and sent to one that takes less.
TEST_F(too_large, what_an_earlier_life_has_left_is_not_sent_as_it_is) {
  start({{"GANTRY_LINE_BYTES_MAX", "16MiB"}, {"GANTRY_FRAME_BYTES_MAX", "64MiB"}});
  const std::string path = "container/" + create_container("large", prints_large_lines);
  ASSERT_TRUE(until([&] { return status(path) == "online"; }));
  kill_core();
  docker({"start", "-a", path.substr(path.find('/') + 1)});
  stop_gantry();
  start_core();
  start({{"GANTRY_LINE_BYTES_MAX", "16MiB"}});
  ASSERT_TRUE(finished(path)) << gantry().log();
  EXPECT_THAT(gantry().log(), Not(HasSubstr("1009")));
  EXPECT_STREQ((*pulses_of(path + ":output").back().data)["text"].GetString(), "end");
}

}  // namespace
}  // namespace gantry::test
