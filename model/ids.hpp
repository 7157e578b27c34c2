// Strong types for the ids of Rocketship's entities, and how ids are built.
//
// Ids are readable, stable over restarts, and unique over all executors of a core: an id is the
// primary key of its item there, whoever sent it.
#pragma once

#include <compare>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace gantry::model {

// A string that cannot be mistaken for a string of another meaning.
template <typename Tag>
struct id {
  std::string value;

  id() = default;
  explicit id(std::string text) : value(std::move(text)) {}
  auto operator<=>(const id&) const = default;
  [[nodiscard]] bool empty() const { return value.empty(); }
};

template <typename Tag>
std::ostream& operator<<(std::ostream& out, const id<Tag>& each) {
  return out << each.value;
}

using machine_id = id<struct machine_tag>;
using service_id = id<struct service_tag>;
using instance_id = id<struct instance_tag>;
using target_id = id<struct target_tag>;
using status_id = id<struct status_tag>;
using action_id = id<struct action_tag>;
using emitter_id = id<struct emitter_tag>;
using alert_id = id<struct alert_tag>;
using client_id = id<struct client_tag>;

// One segment of an id: letters, digits, '_', '.', '-' stay, every other byte becomes %XX, so that
// segments never contain the separators ':' and '/'.
[[nodiscard]] std::string id_segment(std::string_view text);

[[nodiscard]] instance_id make_instance_id(const machine_id& machine, const service_id& service);
// `path` is made of segments joined by '/': "container/clock".
[[nodiscard]] target_id make_target_id(const service_id& service, std::string_view path);
[[nodiscard]] action_id make_action_id(const target_id& target, std::string_view name);
[[nodiscard]] emitter_id make_emitter_id(const target_id& target, std::string_view name);
[[nodiscard]] status_id make_status_id(const instance_id& instance, const target_id& target);
// Nothing between the two: so the field's SDK builds it, and so a core knows one entity's alert.
[[nodiscard]] alert_id make_alert_id(std::string_view entity, const instance_id& instance);

}  // namespace gantry::model

template <typename Tag>
struct std::hash<gantry::model::id<Tag>> {
  std::size_t operator()(const gantry::model::id<Tag>& each) const noexcept {
    return std::hash<std::string>{}(each.value);
  }
};
