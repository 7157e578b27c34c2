// All containers that gantry knows, there or gone, and what is published of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "executor/engine/container_types.hpp"
#include "executor/fleet/action_policy.hpp"
#include "executor/fleet/identity.hpp"
#include "executor/fleet/schema_builder.hpp"
#include "executor/fleet/selection.hpp"
#include "executor/outbox/batch.hpp"
#include "model/catalogue.hpp"

namespace gantry::fleet {

// Who we are to the core.
struct instance_identity {
  model::machine machine;
  model::instance instance;  // without status, message and client
  std::string engine_name;   // of the root target, for people
};

// A container that is published, or was and is gone.
struct member {
  identity who;
  std::string container;               // its id; empty: gone
  std::int64_t gone_since = 0;         // ms since 1970, as set_time() told; 0: it is there
  std::optional<std::string> actions;  // what its actions_label says, or said

  bool operator==(const member&) const = default;
};

enum class engine_state {
  sought,  // we have only just begun to look for it
  answers,
  away,
};

// Decides, no I/O.
class roster {
 public:
  // Gone members above this are forgotten, the longest gone first: their targets are deleted.
  static constexpr std::size_t gone_max = 1'000;

  roster(instance_identity self, selection selection, std::string own_id,
         action_policy policy = {});

  // What time it is, in ms since 1970; to be called before what depends on it.
  void set_time(std::int64_t now) { now_ = now; }

  // Targets of an earlier life of this program: offline until their containers are seen. None is
  // forgotten before the first list says which of them are gone.
  void remember(const std::vector<outbox::saved_target>& known);

  // Gone members are deleted: those that went before that time, in ms since 1970; or that one,
  // false when there is no gone member of that path. True if anything changed.
  bool forget_gone_before(std::int64_t time);
  bool forget(const std::string& path);

  // All containers that there are; but those of `also_there` that were known before are, too. True
  // if anything changed.
  bool set_containers(const std::vector<engine::container_summary>& all,
                      const std::set<std::string>& also_there = {});
  // One container is new or another (name, labels); or it is gone.
  bool set_container(const engine::container_summary& one);
  bool remove_container(const std::string& id);

  // Which members have the emitter `stats`; to be told before the first catalogue.
  void set_stats(std::function<bool(const std::string& path)> has) { has_stats_ = std::move(has); }
  [[nodiscard]] bool has_stats(const std::string& path) const {
    return has_stats_ && has_stats_(path);
  }

  // How much the schemas say; to be told before the first catalogue.
  void set_schema_words(schema_words words) { words_ = words; }

  void set_engine(engine_state state, std::string message);

  // Is it there and selected? It may still not be published, while compose replaces it.
  [[nodiscard]] bool knows(const std::string& id) const { return containers_.contains(id); }
  // Seconds since 1970, by the engine's clock; 0 of one that is not known.
  [[nodiscard]] std::int64_t created(const std::string& id) const;
  // Nothing of one that is not known.
  [[nodiscard]] const engine::container_summary* container(const std::string& id) const;
  // The member that this container is; nothing when it is not published.
  [[nodiscard]] const member* of_container(const std::string& id) const;
  [[nodiscard]] const member* of_path(const std::string& path) const;
  [[nodiscard]] std::vector<const member*> of_group(const std::string& group) const;
  [[nodiscard]] const std::map<std::string, member>& members() const { return members_; }
  // All members, as remember() takes them, by path.
  [[nodiscard]] std::map<std::string, outbox::saved_target> to_remember() const;
  [[nodiscard]] const model::service_id& service() const { return self_.instance.service; }
  [[nodiscard]] const action_policy& policy() const { return policy_; }

  // What is to be published. `now` stamps the targets that changed since the last call.
  [[nodiscard]] model::catalogue catalogue(const std::string& now);

 private:
  [[nodiscard]] bool takes(const engine::container_summary& one, bool known) const;
  bool rebuild();
  void forget_oldest();
  void add_root(model::catalogue& out) const;
  void add_group(model::catalogue& out, const std::string& group) const;
  void add_member(model::catalogue& out, const member& member) const;
  void add_actions(model::catalogue& out, model::target& target, std::string_view path,
                   target_kind kind, const std::optional<std::string>& label = {}) const;
  void add_status(model::catalogue& out, const model::target_id& target, bool there) const;

  instance_identity self_;
  selection selection_;
  std::string own_id_;
  action_policy policy_;
  engine_state engine_ = engine_state::sought;
  std::string message_;
  std::map<std::string, engine::container_summary> containers_;  // selected ones, by id
  std::map<std::string, member> members_;                        // by path
  std::map<std::string, std::string> path_of_;                   // by container id
  std::function<bool(const std::string& path)> has_stats_;
  schema_words words_ = schema_words::titles;
  std::int64_t now_ = 1;
  std::map<model::target_id, model::target> stamped_;  // as last given out
};

}  // namespace gantry::fleet
