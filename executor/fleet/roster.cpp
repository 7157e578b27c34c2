#include "executor/fleet/roster.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "executor/fleet/schemas.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/slots/labels.hpp"

namespace gantry::fleet {
namespace {

struct look {
  std::string_view category;
  std::string_view background;
  std::string_view foreground;
};

// Backgrounds that white text can be read on.
constexpr look root_look{"engine", "#1d4ed8", "#ffffff"};
constexpr look group_look{"project", "#6d28d9", "#ffffff"};
constexpr look container_look{"container", "#0f766e", "#ffffff"};

constexpr std::array container_emitters{
    emitter_names::output, emitter_names::run,    emitter_names::stop,  emitter_names::finish,
    emitter_names::state,  emitter_names::health, emitter_names::alerts};
constexpr std::array stats_emitters{emitter_names::stats};
constexpr std::array root_emitters{emitter_names::engine, emitter_names::alerts};

model::instance_status status_of(engine_state engine) {
  switch (engine) {
    case engine_state::sought:
      return model::instance_status::starting;
    case engine_state::answers:
      return model::instance_status::available;
    case engine_state::away:
      return model::instance_status::error;
  }
  return model::instance_status::error;
}

model::target make_target(const instance_identity& self, std::string_view path, std::string name,
                          const look& look) {
  model::target out;
  out.id = model::make_target_id(self.instance.service, path);
  out.name = std::move(name);
  out.service = self.instance.service;
  out.category = look.category;
  out.background = look.background;
  out.foreground = look.foreground;
  return out;
}

void add_emitters(model::catalogue& out, model::target& target,
                  std::span<const std::string_view> names, schema_words words) {
  for (const std::string_view name : names) {
    const auto id = model::make_emitter_id(target.id, name);
    target.emitters.push_back(id);
    out.put(model::emitter{id, shown_name(name), target.id, target.service,
                           emitter_schema(name).published(words)});
  }
}

std::optional<std::string> label_of(const engine::container_summary& container) {
  const auto found = container.labels.find(std::string(actions_label));
  if (found == container.labels.end()) return std::nullopt;
  return found->second;
}

}  // namespace

roster::roster(instance_identity self, selection selection, std::string own_id,
               action_policy policy)
    : self_(std::move(self)),
      selection_(std::move(selection)),
      own_id_(std::move(own_id)),
      policy_(std::move(policy)) {}

void roster::remember(const std::vector<outbox::saved_target>& known) {
  for (const outbox::saved_target& each : known) {
    members_.try_emplace(each.path,
                         member{.who = {each.path, each.name, each.group},
                                .container = "",
                                .gone_since = each.gone_since != 0 ? each.gone_since : now_});
  }
}

bool roster::forget_gone_before(std::int64_t time) {
  return std::erase_if(members_, [time](const auto& each) {
           return each.second.container.empty() && each.second.gone_since < time;
         }) > 0;
}

bool roster::forget(const std::string& path) {
  const auto found = members_.find(path);
  if (found == members_.end() || !found->second.container.empty()) return false;
  members_.erase(found);
  return true;
}

// To be called with no run of a slot that there is. A run of one that the configuration has no more
// is taken while it goes on, for somebody must be able to stop it; one that is over is nobody's.
bool roster::takes(const engine::container_summary& one, bool known) const {
  if (!is_selected(one, selection_, {own_id_, service().value})) return false;
  return known || engine::is_alive(one.state) || !slots::marks_of(one.name, one.labels);
}

bool roster::set_containers(const std::vector<engine::container_summary>& all,
                            const std::set<std::string>& also_there) {
  const auto before = std::exchange(containers_, {});
  for (engine::container_summary each : all) {
    const auto known = before.find(each.id);
    // The list, and only the list, names an image by its digest once its name means another.
    if (known != before.end() && each.image.starts_with("sha256:"))
      each.image = known->second.image;
    if (takes(each, known != before.end())) containers_.emplace(each.id, each);
  }
  for (const std::string& id : also_there) {
    if (const auto known = before.find(id); known != before.end()) containers_.insert(*known);
  }
  return rebuild();
}

bool roster::set_container(const engine::container_summary& one) {
  if (!takes(one, containers_.contains(one.id))) return remove_container(one.id);
  engine::container_summary& known = containers_[one.id];
  const bool news = known.id.empty() || known.name != one.name || known.labels != one.labels ||
                    known.created != one.created;
  known = one;
  return news && rebuild();
}

bool roster::remove_container(const std::string& id) {
  if (containers_.erase(id) == 0) return false;
  return rebuild();
}

void roster::set_engine(engine_state state, std::string message) {
  engine_ = state;
  message_ = std::move(message);
}

// The members from the containers; those whose container went away stay, gone.
bool roster::rebuild() {
  std::vector<engine::container_summary> all;
  for (const auto& [id, each] : containers_) all.push_back(each);
  std::map<std::string, member> next;
  path_of_.clear();
  for (const auto& [id, who] : identify(all)) {
    next.insert_or_assign(
        who.path, member{.who = who, .container = id, .actions = label_of(containers_.at(id))});
  }
  for (const auto& [path, each] : next) path_of_[each.container] = path;
  for (const auto& [path, old] : members_) {
    if (next.contains(path)) continue;
    member gone = old;
    if (!gone.container.empty()) gone.gone_since = now_;
    gone.container.clear();
    next.emplace(path, std::move(gone));
  }
  const bool changed = next != members_;
  members_ = std::move(next);
  forget_oldest();
  return changed;
}

void roster::forget_oldest() {
  std::vector<std::pair<std::int64_t, std::string>> gone;
  for (const auto& [path, each] : members_) {
    if (each.container.empty()) gone.emplace_back(each.gone_since, path);
  }
  if (gone.size() <= gone_max) return;
  std::sort(gone.begin(), gone.end());
  gone.resize(gone.size() - gone_max);
  for (const auto& [since, path] : gone) members_.erase(path);
}

std::int64_t roster::created(const std::string& id) const {
  const auto found = containers_.find(id);
  return found == containers_.end() ? 0 : found->second.created;
}

const engine::container_summary* roster::container(const std::string& id) const {
  const auto found = containers_.find(id);
  return found == containers_.end() ? nullptr : &found->second;
}

const member* roster::of_container(const std::string& id) const {
  const auto found = path_of_.find(id);
  return found == path_of_.end() ? nullptr : of_path(found->second);
}

const member* roster::of_path(const std::string& path) const {
  const auto found = members_.find(path);
  return found == members_.end() ? nullptr : &found->second;
}

std::vector<const member*> roster::of_group(const std::string& group) const {
  std::vector<const member*> out;
  for (const auto& [path, each] : members_) {
    if (each.who.group == group) out.push_back(&each);
  }
  return out;
}

std::map<std::string, outbox::saved_target> roster::to_remember() const {
  std::map<std::string, outbox::saved_target> out;
  for (const auto& [path, each] : members_) {
    out.emplace(path, outbox::saved_target{path, each.who.name, each.who.group, each.gone_since});
  }
  return out;
}

// ---- What is published ----------------------------------------------------------------------

model::catalogue roster::catalogue(const std::string& now) {
  model::catalogue out;
  out.machine = self_.machine;
  out.instance = self_.instance;
  out.instance.status = status_of(engine_);
  out.instance.message = message_;
  add_root(out);
  std::set<std::string> groups;
  for (const auto& [path, each] : members_) {
    if (!each.who.group.empty()) groups.insert(each.who.group);
  }
  for (const std::string& group : groups) add_group(out, group);
  for (const auto& [path, each] : members_) add_member(out, each);

  for (auto& [id, target] : out.targets) {
    const auto old = stamped_.find(id);
    target.last_updated = old != stamped_.end() ? old->second.last_updated : now;
    if (old != stamped_.end() && old->second != target) target.last_updated = now;
  }
  stamped_ = out.targets;
  return out;
}

void roster::add_root(model::catalogue& out) const {
  model::target root = make_target(self_, root_path, self_.engine_name, root_look);
  root.root_level = true;
  add_actions(out, root, root_path, target_kind::engine);
  add_emitters(out, root, root_emitters, words_);
  add_status(out, root.id, true);
  out.put(std::move(root));
}

void roster::add_group(model::catalogue& out, const std::string& group) const {
  model::target target = make_target(self_, group_path(group), group, group_look);
  model::target& root = out.targets.at(model::make_target_id(self_.instance.service, root_path));
  target.parent_targets = {root.id};
  root.sub_targets.push_back(target.id);
  add_actions(out, target, group_path(group), target_kind::project);
  const auto members = of_group(group);
  add_status(out, target.id, std::any_of(members.begin(), members.end(), [](const member* each) {
               return !each->container.empty();
             }));
  out.put(std::move(target));
}

void roster::add_member(model::catalogue& out, const member& member) const {
  model::target target = make_target(self_, member.who.path, member.who.name, container_look);
  const std::string parent_path =
      member.who.group.empty() ? std::string(root_path) : group_path(member.who.group);
  model::target& parent =
      out.targets.at(model::make_target_id(self_.instance.service, parent_path));
  target.parent_targets = {parent.id};
  parent.sub_targets.push_back(target.id);
  add_actions(out, target, member.who.path, target_kind::container, member.actions);
  add_emitters(out, target, container_emitters, words_);
  if (has_stats(member.who.path)) add_emitters(out, target, stats_emitters, words_);
  add_status(out, target.id, !member.container.empty());
  out.put(std::move(target));
}

void roster::add_actions(model::catalogue& out, model::target& target, std::string_view path,
                         target_kind kind, const std::optional<std::string>& label) const {
  for (const verb_facts& each : all_verbs()) {
    if (!each.is_of(kind) || !policy_.allows(path, each.what, label)) continue;
    const auto id = model::make_action_id(target.id, each.name);
    target.actions.push_back(id);
    out.put(model::action{id, shown_name(each.name), target.id, target.service,
                          action_schema(each.what).published(words_)});
  }
}

// Online means that it can be acted on: the engine answers and the thing exists.
void roster::add_status(model::catalogue& out, const model::target_id& target, bool there) const {
  const bool usable = there && engine_ == engine_state::answers;
  out.put(model::target_status{target, self_.instance.id,
                               usable ? model::liveness::online : model::liveness::offline});
}

}  // namespace gantry::fleet
