#include "executor/fleet/verbs.hpp"

#include <algorithm>
#include <array>

namespace gantry::fleet {
namespace {

// In the order of the enumeration.
constexpr std::array table{
    verb_facts{.what = verb::run,
               .name = "run",
               .done = "was started",
               .of_project = true,
               .of_container = true,
               .of_slot = true,
               .by_default = true},
    verb_facts{.what = verb::stop,
               .name = "stop",
               .done = "was stopped",
               .of_project = true,
               .of_container = true,
               .of_slot = true,
               .by_default = true},
    verb_facts{.what = verb::restart,
               .name = "restart",
               .done = "was restarted",
               .of_project = true,
               .of_container = true,
               .by_default = true},
    verb_facts{.what = verb::pause,
               .name = "pause",
               .done = "was paused",
               .of_project = true,
               .of_container = true,
               .by_default = true},
    verb_facts{.what = verb::unpause,
               .name = "unpause",
               .done = "goes on",
               .of_project = true,
               .of_container = true,
               .by_default = true},
    verb_facts{.what = verb::kill, .name = "kill", .done = "got the signal", .of_container = true},
    verb_facts{.what = verb::write, .name = "write", .done = "got the input", .of_container = true},
    verb_facts{
        .what = verb::exec, .name = "exec", .done = "has run the command", .of_container = true},
    verb_facts{.what = verb::remove, .name = "remove", .done = "was removed", .of_container = true},
    verb_facts{.what = verb::pull, .name = "pull", .done = "was pulled", .of_engine = true},
    verb_facts{.what = verb::refresh,
               .name = "refresh",
               .done = "was looked at again",
               .of_engine = true,
               .by_default = true},
    verb_facts{
        .what = verb::configure, .name = "configure", .done = "was configured", .of_engine = true},
    verb_facts{.what = verb::forget,
               .name = "forget",
               .done = "was forgotten",
               .of_engine = true,
               .by_default = true},
};

}  // namespace

bool verb_facts::is_of(target_kind kind) const {
  switch (kind) {
    case target_kind::engine:
      return of_engine;
    case target_kind::project:
      return of_project;
    case target_kind::container:
      return of_container;
    case target_kind::slot:
      return of_slot;
  }
  return false;
}

std::span<const verb_facts> all_verbs() { return table; }

const verb_facts& facts_of(verb what) { return table.at(static_cast<std::size_t>(what)); }

std::optional<verb> find_verb(std::string_view name) {
  const auto* const found = std::ranges::find(table, name, &verb_facts::name);
  if (found == table.end()) return std::nullopt;
  return found->what;
}

std::optional<verb> verb_of(const model::action_id& action) {
  const auto colon = action.value.rfind(':');
  return find_verb(std::string_view(action.value).substr(colon + 1));
}

}  // namespace gantry::fleet
