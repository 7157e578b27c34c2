#include "executor/fitting.hpp"

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "executor/fleet/pattern.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/fleet/verbs.hpp"

namespace gantry {
namespace {

using texts = std::vector<std::string>;

class notes {
 public:
  void add(std::string_view key, const std::string& pattern, std::string_view what) {
    out_.push_back(std::string(key) + ": \"" + pattern + "\" fits no " + std::string(what) +
                   " that there is now");
  }
  void add_unfit(std::string_view key, const texts& patterns, const texts& all,
                 std::string_view what) {
    for (const std::string& pattern : patterns) {
      const auto fits = [&pattern](const std::string& each) { return fleet::fits(each, pattern); };
      if (std::ranges::none_of(all, fits)) add(key, pattern, what);
    }
  }
  texts take() { return std::move(out_); }

 private:
  texts out_;
};

void add_selection(const config& config, const std::vector<engine::container_summary>& containers,
                   notes& out) {
  const auto look = [&](std::string_view key, texts fleet::selection::*list) {
    for (const std::string& pattern : config.containers.*list) {
      fleet::selection alone;
      (alone.*list).push_back(pattern);
      const auto fits = [&alone](const engine::container_summary& each) {
        return fleet::is_selected(each, alone, {});
      };
      if (std::ranges::none_of(containers, fits)) out.add(key, pattern, "container");
    }
  };
  look("containers.names", &fleet::selection::names);
  look("containers.labels", &fleet::selection::labels);
  look("containers.images", &fleet::selection::images);
  look("containers.projects", &fleet::selection::projects);
}

// Without the service that all ids of a catalogue begin with.
template <typename Items>
texts paths_of(const model::catalogue& all, const Items& items) {
  const std::size_t service = all.instance.service.value.size() + 1;
  texts out;
  for (const auto& [id, item] : items) out.push_back(id.value.substr(service));
  return out;
}

// All that targets of their kind can have, whether the configuration gives it to them or not.
texts actions_on(const texts& paths) {
  texts out;
  for (const std::string& path : paths) {
    for (const fleet::verb_facts& each : fleet::all_verbs()) {
      if (each.is_of(fleet::kind_of(path))) out.push_back(path + ":" + std::string(each.name));
    }
  }
  return out;
}

texts containers_of(texts paths) {
  std::erase_if(paths, [](const std::string& each) {
    return fleet::kind_of(each) != fleet::target_kind::container;
  });
  return paths;
}

}  // namespace

texts patterns_without_fit(const config& config,
                           const std::vector<engine::container_summary>& containers,
                           const model::catalogue& published) {
  const texts paths = paths_of(published, published.targets);
  const texts actions = actions_on(paths);
  notes out;
  add_selection(config, containers, out);
  out.add_unfit("actions.allow", config.actions.allow, actions, "action of a target");
  out.add_unfit("actions.deny", config.actions.deny, actions, "action of a target");
  out.add_unfit("stats.containers", config.stats.containers, containers_of(paths),
                "target of a container");
  texts matches;
  for (const fleet::emitter_rule& each : config.emitters) matches.push_back(each.match);
  out.add_unfit("emitter.match", matches, paths_of(published, published.emitters), "emitter");
  return out.take();
}

}  // namespace gantry
