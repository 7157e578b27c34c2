// docs/CONFIGURATION.md against the tables that the parser uses.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "executor/emitter_settings.hpp"
#include "executor/settings.hpp"
#include "executor/slot_settings.hpp"

namespace gantry {
namespace {

using cells = std::vector<std::string>;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string plain(std::string text) {
  std::erase(text, '`');
  return text;
}

// The rows of the table under a heading, by their first cell; without its two lines of headings.
std::map<std::string, cells> rows_under(const std::string& heading) {
  std::ifstream file(GANTRY_CONFIGURATION_DOCS);
  std::map<std::string, cells> out;
  std::string line;
  bool here = false;
  while (std::getline(file, line)) {
    if (line.starts_with("#")) here = line == heading;
    if (!here || !line.starts_with("| `")) continue;
    cells row;
    std::istringstream parts(line.substr(1));
    for (std::string cell; std::getline(parts, cell, '|');) row.push_back(trimmed(cell));
    EXPECT_TRUE(out.emplace(plain(row.at(0)), row).second) << "twice: " << line;
  }
  return out;
}

template <typename Settings>
void expect_same_keys(const std::map<std::string, cells>& rows, const Settings& settings) {
  std::set<std::string> known;
  for (const auto& each : settings) known.emplace(each.key);
  std::set<std::string> told;
  for (const auto& [key, row] : rows) told.insert(key);
  for (const auto& key : known) EXPECT_TRUE(told.contains(key)) << key << " is not documented";
  for (const auto& key : told) EXPECT_TRUE(known.contains(key)) << key << " is no key any more";
}

// "... (default X)"
std::string default_in(std::string_view help) {
  const auto at = help.rfind("(default ");
  if (at == std::string_view::npos) return "";
  return std::string(help.substr(at + 9, help.rfind(')') - at - 9));
}

TEST(ConfigurationDocs, NameEverySettingWithItsFlagAndVariablesAndDefault) {
  const auto rows = rows_under("## All settings");
  expect_same_keys(rows, all_settings());
  for (const setting& each : all_settings()) {
    const auto row = rows.find(std::string(each.key));
    if (row == rows.end()) continue;
    ASSERT_GE(row->second.size(), 5U) << each.key;
    std::string names;
    for (const auto name : each.environment) {
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    EXPECT_EQ(plain(row->second[1]), names) << each.key;
    EXPECT_EQ(plain(row->second[2]), each.flag) << each.key;
    EXPECT_EQ(plain(row->second[3]), default_in(each.help)) << each.key;
    EXPECT_FALSE(row->second[4].empty()) << each.key;
  }
}

TEST(ConfigurationDocs, NameEveryKeyOfARuleForEmitters) {
  expect_same_keys(rows_under("## Rules for single emitters"), all_emitter_settings());
}

TEST(ConfigurationDocs, NameEveryKeyOfASlotWithItsDefault) {
  const auto rows = rows_under("## Slots");
  expect_same_keys(rows, all_slot_settings());
  for (const slot_setting& each : all_slot_settings()) {
    const auto row = rows.find(std::string(each.key));
    if (row == rows.end()) continue;
    ASSERT_GE(row->second.size(), 3U) << each.key;
    EXPECT_EQ(plain(row->second[1]), each.usual) << each.key;
    EXPECT_FALSE(row->second[2].empty()) << each.key;
  }
}

// What the tables call the default is the default.
TEST(SlotSettings, HaveTheDefaultsThatTheyTell) {
  for (const slot_setting& each : all_slot_settings()) {
    if (each.usual.empty()) continue;
    const auto value = read_setting(each.type, each.usual);
    ASSERT_TRUE(std::holds_alternative<setting_value>(value)) << each.key;
    slots::slot_template out;
    ASSERT_EQ(each.store(out, std::get<setting_value>(value)), std::nullopt) << each.key;
    EXPECT_TRUE(out == slots::slot_template()) << each.key;
  }
}

}  // namespace
}  // namespace gantry
