#include "executor/fleet/slot_catalogue.hpp"

#include <algorithm>
#include <array>

#include "executor/fleet/schemas.hpp"
#include "executor/fleet/slot_schemas.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

constexpr std::array slot_emitters{
    emitter_names::output, emitter_names::error, emitter_names::run,   emitter_names::stop,
    emitter_names::finish, emitter_names::state, emitter_names::alerts};

void add_slot(model::catalogue& all, const slots::slot_template& slot, const action_policy& policy,
              bool engine_answers, const std::string& since) {
  const model::service_id& service = all.instance.service;
  model::target& root = all.targets.at(model::make_target_id(service, root_path));
  const std::string path = slot_path(slot.name);
  model::target out;
  out.id = model::make_target_id(service, path);
  out.name = slot.name;
  out.service = service;
  out.category = "slot";
  out.background = "#b45309";  // white text can be read on it
  out.foreground = "#ffffff";
  out.last_updated = since;
  out.parent_targets = {root.id};
  root.sub_targets.push_back(out.id);
  for (const verb each : {verb::run, verb::stop}) {
    if (!policy.allows(path, each)) continue;
    const auto id = model::make_action_id(out.id, name_of(each));
    out.actions.push_back(id);
    all.put(model::action{id, std::string(name_of(each)), out.id, service,
                          each == verb::run ? input_schema(slot) : slot_stop_schema()});
  }
  for (const std::string_view each : slot_emitters) {
    const auto id = model::make_emitter_id(out.id, each);
    out.emitters.push_back(id);
    all.put(model::emitter{id, std::string(each), out.id, service,
                           slot_emitter_schema(slot.output, each)});
  }
  all.put(
      model::target_status{out.id, all.instance.id,
                           engine_answers ? model::liveness::online : model::liveness::offline});
  all.put(std::move(out));
}

}  // namespace

const json::text& input_schema(const slots::slot_template& slot) {
  return slot.input ? *slot.input : any_object_schema();
}

void add_slots(model::catalogue& all, const std::vector<slots::slot_template>& templates,
               const action_policy& policy, bool engine_answers, const std::string& since) {
  for (const slots::slot_template& each : templates) {
    add_slot(all, each, policy, engine_answers, since);
  }
}

std::vector<outbox::saved_container> take_runs(std::vector<outbox::saved_container>& from) {
  const auto runs = std::stable_partition(from.begin(), from.end(), [](const auto& each) {
    return !each.path.starts_with(slot_path(""));
  });
  std::vector<outbox::saved_container> out(runs, from.end());
  from.erase(runs, from.end());
  return out;
}

}  // namespace gantry::fleet
