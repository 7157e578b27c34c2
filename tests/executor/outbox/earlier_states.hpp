// State folders of earlier versions, as fixtures/README.md says, and what must be found in each.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/executor/temp_folder.hpp"

namespace gantry::outbox {

struct earlier_state {
  std::string version;
  std::filesystem::path folder;

  [[nodiscard]] std::string file(const std::string& name) const { return folder / name; }
  // Of the database, so that the fixture stays as it is.
  [[nodiscard]] std::string copy_into(const temp_folder& to) const {
    std::filesystem::copy_file(file("gantry.db"), to.file("gantry.db"));
    return to.file("gantry.db");
  }
  // A JSON object a line.
  [[nodiscard]] std::vector<std::string> expected() const {
    std::vector<std::string> out;
    std::ifstream in(file("expected.jsonl"));
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
};

inline std::ostream& operator<<(std::ostream& out, const earlier_state& state) {
  return out << state.version;
}

inline std::vector<earlier_state> earlier_states() {
  std::vector<earlier_state> out;
  for (const auto& each : std::filesystem::directory_iterator(GANTRY_STATE_FIXTURES)) {
    if (each.is_directory()) out.push_back({each.path().filename(), each.path()});
  }
  if (out.empty()) throw std::runtime_error("no earlier states in " GANTRY_STATE_FIXTURES);
  std::ranges::sort(out, {}, &earlier_state::version);
  return out;
}

// As the name of a test: 0_1_0.
inline std::string name_of(const earlier_state& state) {
  std::string out = state.version;
  std::ranges::replace_if(
      out, [](char each) { return each == '.' || each == '-'; }, '_');
  return out;
}

}  // namespace gantry::outbox
