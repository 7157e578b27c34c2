// Each frame that gantry sends in a scene that is always the same, for each generation of cores,
// against a file: whatever changes on the wire is seen, and is to be wanted.
//
// GANTRY_UPDATE_GOLDEN=1 writes the files anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "tests/golden/line_difference.hpp"
#include "tests/golden/scene.hpp"

namespace gantry::test {
namespace {

class Golden : public testing::TestWithParam<myko::generation> {
 protected:
  [[nodiscard]] static std::string file() {
    return std::string(GANTRY_GOLDEN_FOLDER) + "/" + std::string(to_string(GetParam())) + ".jsonl";
  }

  [[nodiscard]] static std::vector<std::string> kept() {
    std::vector<std::string> out;
    std::ifstream in(file());
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }

  static void keep(const std::vector<std::string>& lines) {
    std::ofstream out(file());
    for (const std::string& each : lines) out << each << '\n';
    ASSERT_TRUE(out.flush()) << file() << " cannot be written";
  }
};

// What is only there to be unique has its place taken by a word: a frame more would change all that
// follow. Adds it to `seen`.
std::string without_tx(const std::string& line, std::vector<std::string>& seen) {
  static const std::regex tx(R"re("tx":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")re");
  std::smatch found;
  if (line.find(R"("event":"ws:m:event")") != std::string::npos &&
      std::regex_search(line, found, tx)) {
    seen.push_back(found[1].str());
  }
  return std::regex_replace(line, tx, R"("tx":"UUID")");
}

TEST_P(Golden, EachFrameIsAsItWas) {
  const played_scene played = play_scene(GetParam());
  EXPECT_EQ(played.refused, std::vector<std::string>()) << "the core took something for wrong";
  std::vector<std::string> lines;
  std::vector<std::string> seen;
  for (const std::string& each : played.lines) {
    lines.push_back(without_tx(each, seen));
    EXPECT_TRUE(json::parse(each)) << each;
    EXPECT_EQ(each.find('\n'), std::string::npos) << each;
  }
  EXPECT_GT(seen.size(), 100U);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size()) << "a tx came twice";
  if (std::getenv("GANTRY_UPDATE_GOLDEN") != nullptr) keep(lines);
  const std::string differs = difference(kept(), lines);
  EXPECT_TRUE(differs.empty()) << file() << " is not what gantry sends. - was kept, + is sent:\n"
                               << differs
                               << "If that is wanted: GANTRY_UPDATE_GOLDEN=1 and this test again.";
}

// Or a difference would not show.
TEST_P(Golden, TheSceneIsTheSameEachTime) {
  EXPECT_EQ(difference(play_scene(GetParam()).lines, play_scene(GetParam()).lines), "");
}

INSTANTIATE_TEST_SUITE_P(Generation, Golden,
                         testing::Values(myko::generation::docs, myko::generation::ts,
                                         myko::generation::rust),
                         [](const auto& each) { return std::string(to_string(each.param)); });

}  // namespace
}  // namespace gantry::test
