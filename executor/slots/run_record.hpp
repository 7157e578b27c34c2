// What is kept of a run from its acceptance to its end, so that a gantry that was killed goes on
// with it: a fact of the outbox's database.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/json_types.hpp"
#include "model/result.hpp"

namespace gantry::slots {

// How far it has come. What was begun and is not known to be done counts as not done.
enum class run_stage : std::uint8_t {
  accepted,  // there may be a container, but it was not started
  started,   // the container was to be started: its input may have been handed over in part
  given,     // it has its input
};

struct run_record {
  std::string run;   // echo-17
  std::string slot;  // echo
  json::text input;
  run_stage stage = run_stage::accepted;
  std::string reason;         // why it is to be stopped: "stop", "timeout", ...; empty: it is not
  std::string container;      // its id; empty: it may not have been made
  std::int64_t deadline = 0;  // ms since 1970, our clock; 0: none

  bool operator==(const run_record&) const = default;
};

// The names of facts: of a run's record, and of a slot's number of the next run.
[[nodiscard]] std::string record_fact(std::string_view run);
[[nodiscard]] std::string next_fact(std::string_view slot);

[[nodiscard]] std::string to_text(const run_record& record);
// Fails, with the reason in words, on anything that to_text() has not written.
[[nodiscard]] result<run_record> parse_run_record(std::string_view text);

// All records among the facts, in the order of their numbers; what cannot be read is left out, and
// told in `damaged`.
[[nodiscard]] std::vector<run_record> records_of(const std::map<std::string, std::string>& facts,
                                                 std::vector<std::string>& damaged);
// 17 of echo-17.
[[nodiscard]] std::uint64_t number_of(std::string_view run);
// The number of the slot's next run, from 1.
[[nodiscard]] std::uint64_t next_number(const std::map<std::string, std::string>& facts,
                                        std::string_view slot);

}  // namespace gantry::slots
