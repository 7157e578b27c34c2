#include "tests/support/entity_lines.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "model/json.hpp"
#include "myko/server/item_rules.hpp"

namespace gantry::test {
namespace {

using json::value;

// A check takes null when the item has no such field.
bool text(const value* in) { return in != nullptr && in->IsString(); }
bool filled(const value* in) { return text(in) && in->GetStringLength() > 0; }
bool flag(const value* in) { return in != nullptr && in->IsBool(); }
bool whole(const value* in) { return in != nullptr && in->IsInt64(); }
bool anything(const value* in) { return in != nullptr; }
bool missing(const value* in) { return in == nullptr || in->IsNull(); }
bool text_or_none(const value* in) { return missing(in) || text(in); }
bool schema(const value* in) { return missing(in) || in->IsObject(); }

bool texts(const value* in) {
  if (in == nullptr || !in->IsArray()) return false;
  const auto list = in->GetArray();
  return std::all_of(list.begin(), list.end(), [](const value& each) { return each.IsString(); });
}

template <std::size_t N>
bool one_of(const value* in, const std::array<std::string_view, N>& names) {
  return text(in) && std::count(names.begin(), names.end(),
                                std::string_view(in->GetString(), in->GetStringLength())) > 0;
}
bool instance_status(const value* in) {
  static constexpr std::array<std::string_view, 5> names{"Starting", "Available", "Stopping",
                                                         "Unavailable", "Error"};
  return one_of(in, names);
}
bool liveness(const value* in) {
  static constexpr std::array<std::string_view, 2> names{"online", "offline"};
  return one_of(in, names);
}

struct field {
  std::string_view name;
  bool (*holds)(const value*);
};

constexpr std::array machine_fields{
    field{"id", filled},     field{"name", text},       field{"dnsName", text_or_none},
    field{"execName", text}, field{"addresses", texts}, field{"clientId", text},
};

// clientId: the server has put its own there before it looks, except on a DEL.
constexpr std::array instance_fields{
    field{"id", filled},
    field{"name", text},
    field{"hash", filled},
    field{"serviceId", filled},
    field{"serviceTypeCode", text},
    field{"status", instance_status},
    field{"machineId", filled},
    field{"color", text},
    field{"message", text_or_none},
    field{"clusterId", text_or_none},
    field{"clientId", text_or_none},
};

constexpr std::array target_fields{
    field{"id", filled},
    field{"name", text},
    field{"hash", filled},
    field{"serviceId", filled},
    field{"category", text},
    field{"rootLevel", flag},
    field{"actionIds", texts},
    field{"emitterIds", texts},
    field{"subTargets", texts},
    field{"parentTargets", texts},
    field{"bgColor", text},
    field{"fgColor", text},
    field{"lastUpdated", text_or_none},
};

constexpr std::array target_status_fields{
    field{"id", filled},         field{"hash", filled},     field{"targetId", filled},
    field{"instanceId", filled}, field{"status", liveness},
};

constexpr std::array action_fields{
    field{"id", filled},       field{"name", text},        field{"hash", filled},
    field{"targetId", filled}, field{"serviceId", filled}, field{"schema", schema},
};

constexpr std::array emitter_fields{
    field{"id", filled},
    field{"name", text},
    field{"hash", filled},
    field{"targetId", filled},
    field{"serviceId", filled},
    field{"schema", schema},
    field{"changeKey", text_or_none},
};

constexpr std::array pulse_fields{
    field{"id", filled},     field{"hash", filled},     field{"emitterId", filled},
    field{"data", anything}, field{"timestamp", whole}, field{"name", text_or_none},
};

std::span<const field> fields_of(std::string_view type) {
  if (type == "Machine") return machine_fields;
  if (type == "Instance") return instance_fields;
  if (type == "Target") return target_fields;
  if (type == "TargetStatus") return target_status_fields;
  if (type == "Action") return action_fields;
  if (type == "Emitter") return emitter_fields;
  if (type == "Pulse") return pulse_fields;
  return {};
}

}  // namespace

std::optional<std::string> wrong_for_2026(std::string_view type, const value& item) {
  const auto row = myko::read_row(type, item);
  if (row) return std::nullopt;
  return row.error().message;
}

std::optional<std::string> wrong_for_688(std::string_view type, const value& item) {
  const auto fields = fields_of(type);
  const std::string which =
      std::string(type) + " " + std::string(json::find_string(item, "id").value_or("without id"));
  if (fields.empty()) return which + ": there is no such type";
  for (const field& each : fields) {
    const value* found = json::find(item, each.name);
    if (each.holds(found)) continue;
    return which + ": " + std::string(each.name) +
           (found == nullptr ? " is missing" : " has a wrong value");
  }
  return std::nullopt;
}

std::optional<std::string> wrong_for_any_line(std::string_view type, const value& item) {
  if (auto wrong = wrong_for_2026(type, item)) return "4.0.0-canary.148: " + *wrong;
  if (auto wrong = wrong_for_688(type, item)) return "3.0.0-canary.688: " + *wrong;
  return std::nullopt;
}

}  // namespace gantry::test
