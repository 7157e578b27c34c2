#include "tests/golden/line_difference.hpp"

#include <algorithm>
#include <string_view>

namespace gantry::test {
namespace {

using lines = std::vector<std::string>;

constexpr std::size_t before_shown = 60;
constexpr std::size_t behind_shown = 160;

// How many lines the rest of both has in common: at [i][j] from the i-th and the j-th on.
std::vector<std::vector<std::size_t>> common_rests(const lines& left, const lines& right) {
  std::vector<std::vector<std::size_t>> out(left.size() + 1,
                                            std::vector<std::size_t>(right.size() + 1, 0));
  for (std::size_t i = left.size(); i-- > 0;) {
    for (std::size_t j = right.size(); j-- > 0;) {
      out[i][j] =
          left[i] == right[j] ? out[i + 1][j + 1] + 1 : std::max(out[i + 1][j], out[i][j + 1]);
    }
  }
  return out;
}

std::string excerpt(std::string_view line, std::size_t around) {
  const std::size_t from = around > before_shown ? around - before_shown : 0;
  const std::size_t end = std::min(line.size(), around + behind_shown);
  return (from > 0 ? "..." : "") + std::string(line.substr(from, end - from)) +
         (end < line.size() ? "..." : "");
}

// Lines that the one has in place of the other's.
struct change {
  std::size_t number = 0;  // of the first line, in what was expected
  lines missing;
  lines added;
};

std::vector<change> changes(const lines& left, const lines& right) {
  const auto common = common_rests(left, right);
  std::vector<change> out;
  bool is_new = true;
  for (std::size_t i = 0, j = 0; i < left.size() || j < right.size();) {
    if (i < left.size() && j < right.size() && left[i] == right[j]) {
      is_new = true;
      ++i, ++j;
      continue;
    }
    if (is_new) out.push_back({i + 1, {}, {}});
    is_new = false;
    if (j == right.size() || (i < left.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.back().missing.push_back(left[i++]);
    } else {
      out.back().added.push_back(right[j++]);
    }
  }
  return out;
}

std::string in_words(const change& what) {
  std::string out = "at line " + std::to_string(what.number) + ":\n";
  const std::size_t count = std::max(what.missing.size(), what.added.size());
  for (std::size_t at = 0; at < count; ++at) {
    const std::string nothing;
    const std::string& old_line = at < what.missing.size() ? what.missing[at] : nothing;
    const std::string& new_line = at < what.added.size() ? what.added[at] : nothing;
    const auto [first, second] =
        std::mismatch(old_line.begin(), old_line.end(), new_line.begin(), new_line.end());
    const auto around = static_cast<std::size_t>(first - old_line.begin());
    if (at < what.missing.size()) out += "  - " + excerpt(old_line, around) + "\n";
    if (at < what.added.size()) out += "  + " + excerpt(new_line, around) + "\n";
  }
  return out;
}

}  // namespace

std::string difference(const lines& expected, const lines& actual, std::size_t shown_max) {
  const auto all = changes(expected, actual);
  std::string out;
  for (std::size_t at = 0; at < std::min(all.size(), shown_max); ++at) out += in_words(all[at]);
  if (all.size() > shown_max) {
    out += "and " + std::to_string(all.size() - shown_max) + " more places\n";
  }
  return out;
}

}  // namespace gantry::test
