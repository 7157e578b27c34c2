#include "executor/engine/json_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;

std::vector<std::string> drain(json_lines& lines) {
  std::vector<std::string> out;
  while (true) {
    const auto next = lines.next();
    EXPECT_TRUE(next.has_value());
    if (!next || !*next) return out;
    out.emplace_back(**next);
  }
}

TEST(json_lines, come_out_whole_wherever_they_are_cut) {
  const std::string text = "{\"a\":1}\n\r\n{\"b\":2}\r\n{}";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      json_lines lines(100);
      std::vector<std::string> out;
      for (const auto& piece :
           {text.substr(0, first), text.substr(first, second - first), text.substr(second)}) {
        lines.feed(piece);
        for (auto& line : drain(lines)) out.push_back(std::move(line));
      }
      lines.end();
      for (auto& line : drain(lines)) out.push_back(std::move(line));
      EXPECT_THAT(out, ElementsAre("{\"a\":1}", "{\"b\":2}\r", "{}")) << first << " " << second;
    }
  }
}

TEST(json_lines, have_a_limit) {
  json_lines lines(10);
  lines.feed(std::string(10, 'x') + "\n");
  EXPECT_THAT(drain(lines), ElementsAre(std::string(10, 'x')));
  lines.feed(std::string(11, 'x'));
  const auto out = lines.next();
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, errc::bad_response);
}

}  // namespace
}  // namespace gantry::engine
