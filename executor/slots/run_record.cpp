#include "executor/slots/run_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "model/json.hpp"
#include "model/json_object.hpp"
#include "model/json_slices.hpp"

namespace gantry::slots {
namespace {

constexpr std::string_view record_prefix = "slot_run/";
constexpr std::string_view next_prefix = "slot_next/";

// In the order of the enumeration.
constexpr std::array<std::string_view, 3> stage_names{"accepted", "started", "given"};

std::optional<run_stage> stage_of(std::string_view name) {
  const auto* const found = std::ranges::find(stage_names, name);
  if (found == stage_names.end()) return std::nullopt;
  return static_cast<run_stage>(found - stage_names.begin());
}

failure unreadable(std::string_view why) {
  return {make_error_code(boost::system::errc::bad_message),
          "the record of a run cannot be read: " + std::string(why)};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

std::uint64_t number_of(std::string_view run) {
  return parse_number(run.substr(run.rfind('-') + 1)).value_or(0);
}

std::string record_fact(std::string_view run) {
  return std::string(record_prefix) + std::string(run);
}

std::string next_fact(std::string_view slot) {
  return std::string(next_prefix) + std::string(slot);
}

std::string to_text(const run_record& record) {
  return json::object()
      .set("run", record.run)
      .set("slot", record.slot)
      .set("input", record.input)
      .set("stage", stage_names.at(static_cast<std::size_t>(record.stage)))
      .set("reason", record.reason)
      .set("container", record.container)
      .set("deadline", record.deadline)
      .to_text()
      .bytes;
}

result<run_record> parse_run_record(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed) return unreadable(parsed.error().message);
  const auto run = json::find_string(*parsed, "run");
  const auto slot = json::find_string(*parsed, "slot");
  const auto stage = json::find_string(*parsed, "stage");
  const auto reason = json::find_string(*parsed, "reason");
  const auto container = json::find_string(*parsed, "container");
  const auto [input] = json::pick(text, {"input"});
  const json::value* const deadline = json::find(*parsed, "deadline");
  if (!run || run->empty() || !slot || slot->empty() || !reason || !container)
    return unreadable("no name");
  if (!stage || !stage_of(*stage)) return unreadable("no stage");
  if (!input) return unreadable("no input");
  if (deadline == nullptr || !deadline->IsInt64()) return unreadable("no deadline");
  return run_record{.run = std::string(*run),
                    .slot = std::string(*slot),
                    .input = {std::string(*input)},
                    .stage = *stage_of(*stage),
                    .reason = std::string(*reason),
                    .container = std::string(*container),
                    .deadline = deadline->GetInt64()};
}

std::vector<run_record> records_of(const std::map<std::string, std::string>& facts,
                                   std::vector<std::string>& damaged) {
  std::vector<run_record> out;
  for (const auto& [name, value] : facts) {
    if (!name.starts_with(record_prefix)) continue;
    auto record = parse_run_record(value);
    if (record) {
      out.push_back(*std::move(record));
    } else {
      damaged.push_back(name + ": " + record.error().message);
    }
  }
  std::ranges::stable_sort(out, {}, [](const auto& each) { return number_of(each.run); });
  return out;
}

std::uint64_t next_number(const std::map<std::string, std::string>& facts, std::string_view slot) {
  const auto found = facts.find(next_fact(slot));
  if (found == facts.end()) return 1;
  return std::max<std::uint64_t>(1, parse_number(found->second).value_or(1));
}

}  // namespace gantry::slots
