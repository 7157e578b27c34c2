#include "executor/fleet/slot_catalogue.hpp"

#include <algorithm>
#include <array>

#include "executor/fleet/slot_schemas.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

constexpr std::array slot_emitters{
    emitter_names::output, emitter_names::error, emitter_names::run,   emitter_names::stop,
    emitter_names::finish, emitter_names::state, emitter_names::alerts};

}  // namespace

slot_catalogue::slot_catalogue(const std::vector<slots::slot_template>& templates,
                               schema_words words)
    : words_(words) {
  for (const slots::slot_template& each : templates) {
    slots_.push_back({each.name, each.output, published_input_schema(each, words)});
  }
}

void slot_catalogue::add_to(model::catalogue& all, const action_policy& policy, bool engine_answers,
                            const std::string& since) const {
  for (const slot& each : slots_) add(all, each, policy, engine_answers, since);
}

void slot_catalogue::add(model::catalogue& all, const slot& slot, const action_policy& policy,
                         bool engine_answers, const std::string& since) const {
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
    all.put(model::action{id, shown_name(name_of(each)), out.id, service,
                          each == verb::run ? slot.input : slot_stop_schema().published(words_)});
  }
  for (const std::string_view each : slot_emitters) {
    const auto id = model::make_emitter_id(out.id, each);
    out.emitters.push_back(id);
    all.put(model::emitter{id, shown_name(each), out.id, service,
                           slot_emitter_schema(slot.output, each).published(words_)});
  }
  all.put(
      model::target_status{out.id, all.instance.id,
                           engine_answers ? model::liveness::online : model::liveness::offline});
  all.put(std::move(out));
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
