// The entity types that the server knows by name.
#pragma once

#include <array>
#include <string_view>

namespace gantry::myko {

struct entity_type {
  std::string_view name;
  // As in the query ids: GetAllTargetStatuses. The rust server's plural is always name + "s".
  std::string_view plural;
};

inline constexpr std::array entity_types{
    entity_type{"Action", "Actions"},
    entity_type{"Alert", "Alerts"},
    entity_type{"Client", "Clients"},
    entity_type{"Emitter", "Emitters"},
    entity_type{"Instance", "Instances"},
    entity_type{"Machine", "Machines"},
    entity_type{"Pulse", "Pulses"},
    entity_type{"Target", "Targets"},
    entity_type{"TargetStatus", "TargetStatuses"},
};

// Of one connection; set and deleted by the server alone.
inline constexpr std::string_view client_type = "Client";

// May clients publish items of this type?
[[nodiscard]] constexpr bool is_published(std::string_view type) {
  for (const entity_type& each : entity_types) {
    if (each.name == type) return type != client_type;
  }
  return false;
}

}  // namespace gantry::myko
