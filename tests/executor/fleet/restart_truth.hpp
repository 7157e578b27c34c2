// What really happened to containers, and whether what was told of them is that.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/entities.hpp"
#include "tests/executor/fleet/fake_intake.hpp"

namespace gantry::fleet {

// Things happen in the order "run 1", "> LINE" (or "! LINE"), "finish 0" or "stop 143", "run 2".
struct true_container {
  std::string id;
  std::string name;
  std::vector<std::string> happened;
  bool runs = false;
  int run = 0;
  int lines = 0;
  bool removed = false;
  // Removed before gantry had it on its disk, or while it lived without the engine: it need not
  // know of all the runs.
  bool removed_unseen = false;

  // ---- What gantry has committed ----
  bool known = false;
  // What happened before it came may be told, and need not be; it is known by the first commit
  // that knows the place.
  bool found_at_start = false;
  bool met = false;
  std::size_t before = 0;  // so much happened before
};

class restart_truth {
 public:
  std::map<int, true_container> containers;  // by number, which all their lines begin with
  // When a run began, as it is told.
  void began(int container, engine::timestamp inspected, engine::timestamp noticed);

  // Looks at what was committed since the last call; to be called often.
  void observe(const fake_intake& outbox);

  // What is wrong with all that was told; empty: nothing.
  [[nodiscard]] std::string fault() const;

 private:
  struct run_name {
    int container;
    int run;
  };
  void note(const outbox::saved_container& saved);
  void note(const model::pulse& pulse);
  void note_lines(const std::string& emitter, const json::value& data);
  [[nodiscard]] static std::string fault_of(const true_container& one,
                                            const std::vector<std::string>& told);

  std::map<std::string, run_name> runs_;  // by their start
  std::map<int, std::vector<std::string>> told_;
  std::map<std::string, std::uint64_t> next_seq_;
  std::string fault_;
  std::size_t batches_ = 0;
  std::size_t pulses_ = 0;
};

}  // namespace gantry::fleet
