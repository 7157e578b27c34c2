// "Did you mean ...?"
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gantry {

// How many letters to insert, remove or replace.
[[nodiscard]] inline std::size_t distance(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  for (std::size_t at = 0; at < row.size(); ++at) row[at] = at;
  for (std::size_t line = 1; line <= one.size(); ++line) {
    std::size_t diagonal = row[0];
    row[0] = line;
    for (std::size_t at = 1; at < row.size(); ++at) {
      const std::size_t replaced =
          diagonal + static_cast<std::size_t>(one[line - 1] != other[at - 1]);
      diagonal = row[at];
      row[at] = std::min({replaced, row[at] + 1, row[at - 1] + 1});
    }
  }
  return row.back();
}

// Of the known names the one that was most likely meant: a third of the letters may differ.
[[nodiscard]] inline std::optional<std::string_view> nearest(
    std::string_view name, std::span<const std::string_view> known) {
  std::optional<std::string_view> out;
  std::size_t best = 0;
  for (const std::string_view each : known) {
    const std::size_t apart = distance(name, each);
    if (apart > std::max<std::size_t>(1, each.size() / 3) || (out && apart >= best)) continue;
    out = each;
    best = apart;
  }
  return out;
}

}  // namespace gantry
