// Judges a run of the fault tests: what the containers printed against what a core heard.
//
// Knows nothing of gantry but the numbers on its pulses: (emitter, seq, count) names a pulse, and
// what comes again under the same name is dropped before anything else is looked at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "tests/fault/print_plan.hpp"

namespace gantry::test {

enum class drops {
  forbidden,  // every line has to arrive
  explained,  // a line may be missing where a notice says so
};

enum class resends {
  required,  // a run without any proves nothing
  optional,
};

class oracle {
 public:
  // ---- What is true. Containers by their names at the engine; may be told after the pulses.

  // It printed this: each text once, and in this order on each stream.
  void printed(const std::string& container, std::vector<printed_line> lines);
  // Its engine kept this, of all streams, in this order.
  void stored(const std::string& container, std::vector<std::string> lines);
  // It was run so often since gantry knows it: each run begins once and ends once, and what the
  // only one printed comes in between.
  void ran(const std::string& container, std::size_t times);

  // ---- What was heard: each pulse as it came, those that came again included.

  void heard(const std::string& emitter, const std::string& hash, const json::value& data);

  // ---- To wait for.

  // Lines that are expected, and neither heard nor said to be dropped; by what is known so far.
  [[nodiscard]] std::uint64_t missing() const;
  // The same for one container.
  [[nodiscard]] std::uint64_t missing(const std::string& container) const;
  // Has every run that was told of been told to its end?
  [[nodiscard]] bool all_ended() const;
  // How often a container's run, or its end, was told.
  [[nodiscard]] std::uint64_t begins(const std::string& container) const;
  [[nodiscard]] std::uint64_t ends(const std::string& container) const;

  [[nodiscard]] std::uint64_t lines() const { return lines_; }      // heard, each once
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }  // that notices speak of
  [[nodiscard]] std::uint64_t resent() const { return resent_; }    // pulses that came again

  // Everything that is wrong, in words; nothing when all is well.
  [[nodiscard]] std::vector<std::string> verdict(drops may_drop, resends must_resend) const;

 private:
  // Consecutive numbers of one emitter that one pulse stands for.
  struct piece {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool notice = false;
    std::string hash;
    std::size_t content = 0;  // hash of the data
  };
  struct heard_line {
    std::uint64_t number = 0;
    std::string stream;
    std::string text;
  };
  struct story {
    std::map<std::uint64_t, piece> pieces;   // by their first number; what is dropped, too
    std::map<std::uint64_t, piece> notices;  // as they came
    std::uint64_t next = 1;                  // above all that were heard
    std::uint64_t lines = 0;                 // or other pulses
    std::uint64_t dropped = 0;
    std::set<std::string> uncounted;  // hashes of notices that do not know how many were dropped
    std::uint64_t first_heard = 0;    // places in the order of all that was heard
    std::uint64_t last_heard = 0;
    std::vector<heard_line> output;  // in the order of their coming
  };
  struct truth {
    std::optional<std::vector<printed_line>> printed;
    std::optional<std::vector<std::string>> stored;
    std::optional<std::size_t> runs;
  };
  class report;

  static std::optional<piece> piece_of(const json::value& data);
  [[nodiscard]] static std::uint64_t expected_lines(const truth& what);
  bool came_again(const std::string& emitter, const story& about, const piece& what);
  void take_notice(const std::string& emitter, story& about, const piece& what,
                   const json::value& data);
  void take_pulse(const std::string& emitter, story& about, const piece& what,
                  const json::value& data);
  void take_lines(const std::string& emitter, story& about, const piece& what,
                  const json::value& data);
  void take_uncounted_notice(const std::string& emitter, const std::string& hash,
                             const json::value& data);
  void complain(std::string about);

  [[nodiscard]] const story* find(const std::string& container, const char* emitter) const;
  void judge_numbers(report& out) const;
  void judge_container(const std::string& container, const truth& what, drops may_drop,
                       report& out) const;
  void judge_places(const std::string& container, const truth& what, const story& about,
                    report& out) const;
  void judge_runs(const std::string& container, std::size_t runs, report& out) const;

  std::map<std::string, truth> truths_;   // by container
  std::map<std::string, story> stories_;  // by emitter, without the service
  std::vector<std::string> complaints_;   // found while hearing, the first ones
  std::uint64_t complaints_all_ = 0;
  std::vector<std::string> told_;  // by notices, the first ones
  std::uint64_t lines_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t resent_ = 0;
  std::uint64_t heard_ = 0;
};

}  // namespace gantry::test
