// All that can be done with a target, by name, and which targets have it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "model/ids.hpp"

namespace gantry::fleet {

enum class verb : std::uint8_t {
  run,
  stop,
  restart,
  pause,
  unpause,
  kill,
  write,
  exec,
  remove,
  pull,
  refresh,
  configure,
  forget,
};

enum class target_kind : std::uint8_t { engine, project, container, slot };

struct verb_facts {
  verb what = verb::run;
  std::string_view name;  // in ids and patterns; people see shown_name() of it
  std::string_view done;  // "was started"
  bool of_engine = false;
  bool of_project = false;
  bool of_container = false;
  bool of_slot = false;
  // Without configuration. The others take something away for good, reach into containers or
  // change gantry, and are there only where the configuration names them.
  bool by_default = false;

  [[nodiscard]] bool is_of(target_kind kind) const;
};

[[nodiscard]] std::span<const verb_facts> all_verbs();
[[nodiscard]] const verb_facts& facts_of(verb what);
[[nodiscard]] inline std::string_view name_of(verb what) { return facts_of(what).name; }

[[nodiscard]] std::optional<verb> find_verb(std::string_view name);
// The verb of an action id "TARGET:verb"; nothing for any other.
[[nodiscard]] std::optional<verb> verb_of(const model::action_id& action);

}  // namespace gantry::fleet
