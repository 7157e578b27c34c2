#include "myko/server/item_rules.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>

#include "model/json.hpp"
#include "myko/error.hpp"
#include "myko/server/json_edit.hpp"
#include "myko/server/relations.hpp"
#include "myko/server/schema_tree.hpp"
#include "myko/server/stored_types.hpp"

namespace gantry::myko {
namespace {

using json::value;

// What is wrong with a value, to be put behind the field's name; empty: nothing.
using check = std::string (*)(const value&);

std::string anything(const value&) { return ""; }
std::string text(const value& in) { return in.IsString() ? "" : " is no string"; }
std::string flag(const value& in) { return in.IsBool() ? "" : " is no boolean"; }
std::string number(const value& in) { return in.IsNumber() ? "" : " is no number"; }
std::string object(const value& in) { return in.IsObject() ? "" : " is no object"; }
std::string list(const value& in) { return in.IsArray() ? "" : " is no list"; }
std::string schema(const value& in) { return schema_fault(in); }

// Of an object that must have these members, each of one kind.
std::string object_of(const value& in, std::initializer_list<std::string_view> keys, check fault) {
  if (!in.IsObject()) return " is no object";
  for (const std::string_view key : keys) {
    const value* found = json::find(in, key);
    if (found == nullptr) return "/" + std::string(key) + " is missing";
    if (const std::string wrong = fault(*found); !wrong.empty()) {
      return "/" + std::string(key) + wrong;
    }
  }
  return "";
}
std::string space(const value& in) { return object_of(in, {"right", "up", "forward"}, text); }
std::string point(const value& in) { return object_of(in, {"x", "y", "z"}, number); }
std::string time_mode(const value& in) { return object_of(in, {"type"}, text); }
std::string source_mode(const value& in) {
  const bool scoped = json::find_string(in, "type") == "scoped";
  return object_of(in, {"type", scoped ? "scopeId" : "serviceId"}, text);
}

std::string texts(const value& in) {
  if (!in.IsArray()) return " is no list";
  const auto all = in.GetArray();
  const bool strings =
      std::all_of(all.begin(), all.end(), [](const value& each) { return each.IsString(); });
  return strings ? "" : " holds what is no string";
}

template <std::size_t N>
std::string one_of(const value& in, const std::array<std::string_view, N>& names) {
  if (!in.IsString()) return " is no string";
  const std::string_view given(in.GetString(), in.GetStringLength());
  if (std::count(names.begin(), names.end(), given) > 0) return "";
  return " is " + std::string(given) + ", which there is not";
}
std::string instance_status(const value& in) {
  static constexpr std::array<std::string_view, 5> names{"Starting", "Available", "Stopping",
                                                         "Unavailable", "Error"};
  return one_of(in, names);
}
std::string liveness(const value& in) {
  static constexpr std::array<std::string_view, 2> names{"online", "offline"};
  return one_of(in, names);
}
std::string colour_scaling(const value& in) {
  static constexpr std::array<std::string_view, 2> names{"Normalized", "EightBit"};
  return one_of(in, names);
}

// What becomes of a field that the item lacks, or where it has null.
enum class absent {
  refused,   // the item is dropped; null too, unless the check takes it
  null,      // written as null
  left_out,  // not written
  standard,  // written with its default; null drops the item
};

struct field {
  std::string_view name;
  check fault;
  absent is = absent::refused;
  std::string_view standard = "null";  // as JSON
  std::string_view filled;             // an object, as JSON: what is added to one that is given
};

constexpr std::string_view own_space =
    R"({"forward":"NegativeZ","right":"PositiveX","unitsPerMeter":1.0,"up":"PositiveY"})";

constexpr std::array machine_fields{
    field{"name", text, absent::null},
    field{"dnsName", text, absent::null},
    field{"execName", text, absent::null},
    field{"addresses", texts, absent::standard, "[]"},
    field{"productType", text, absent::left_out},
    field{"serialNumber", text, absent::left_out},
    field{"modelId", text, absent::left_out},
    field{"wanMacAddress", text, absent::left_out},
    field{"vpnProviders", list, absent::left_out},
    field{"capabilities", object, absent::left_out, "null",
          R"({"assetSync":false,"bridging":false,"executorHost":false,"multiPort":false,)"
          R"("multiVpn":false})"},
    field{"id", text},
};
constexpr std::array machine_status_fields{
    field{"machineId", text}, field{"clientId", text, absent::left_out}, field{"id", text}};
constexpr std::array machine_settings_fields{
    field{"machineId", text},
    field{"requireAllFiles", flag, absent::standard, "false"},
    field{"autoDownload", flag, absent::standard, "false"},
    field{"id", text},
};
constexpr std::array instance_fields{
    field{"name", text},
    field{"serviceId", text},
    field{"clientId", text, absent::left_out},
    field{"serviceTypeCode", text},
    field{"color", text},
    field{"machineId", text},
    field{"status", instance_status},
    field{"message", text, absent::null},
    field{"renderDomain", object, absent::null},
    field{"coordinateSpace", space, absent::standard, own_space, R"({"unitsPerMeter":1.0})"},
    field{"colorScaling", colour_scaling, absent::standard, R"("Normalized")"},
    field{"clusterId", text, absent::null},
    field{"id", text},
};
constexpr std::array target_fields{
    field{"name", text},
    field{"parentTargets", texts, absent::standard, "[]"},
    field{"serviceId", text},
    field{"category", text},
    field{"managed", flag, absent::left_out},
    field{"id", text},
};
constexpr std::array target_status_fields{field{"targetId", text}, field{"instanceId", text},
                                          field{"status", liveness}, field{"id", text}};
constexpr std::array target_layout_fields{field{"targetId", text}, field{"instanceId", text},
                                          field{"position", point, absent::null},
                                          field{"id", text}};
constexpr std::array target_topology_fields{
    field{"targetId", text},
    field{"instanceId", text},
    field{"ephemeralParentTargetIds", texts, absent::standard, "[]"},
    field{"role", text, absent::standard, R"("")"},
    field{"id", text},
};
constexpr std::array action_fields{
    field{"name", text},
    field{"category", text, absent::left_out},
    field{"targetId", text},
    field{"serviceId", text},
    field{"schema", schema, absent::null},
    field{"schemaLayout", list, absent::null},
    field{"writesTo", object, absent::left_out},
    field{"schemaRef", object, absent::left_out},
    field{"id", text},
};
constexpr std::array action_status_fields{field{"actionId", text}, field{"instanceId", text},
                                          field{"status", liveness}, field{"id", text}};
constexpr std::array emitter_fields{
    field{"name", text},
    field{"category", text, absent::left_out},
    field{"targetId", text},
    field{"serviceId", text},
    field{"schema", schema, absent::null},
    field{"schemaRef", object, absent::left_out},
    field{"id", text},
};
constexpr std::array emitter_status_fields{field{"emitterId", text}, field{"instanceId", text},
                                           field{"status", liveness}, field{"id", text}};
constexpr std::array pulse_fields{field{"emitterId", text}, field{"data", anything},
                                  field{"clientId", text, absent::left_out}, field{"id", text}};
constexpr std::array event_track_fields{
    field{"name", text},
    field{"locked", flag},
    field{"duration", number, absent::standard, "30000.0"},
    field{"sourceMode", source_mode},
    field{"timeMode", time_mode},
    field{"id", text},
};

struct type_rules {
  std::string_view type;
  std::span<const field> fields;
};
constexpr std::array rules{
    type_rules{"Action", action_fields},
    type_rules{"ActionStatus", action_status_fields},
    type_rules{"Emitter", emitter_fields},
    type_rules{"EmitterStatus", emitter_status_fields},
    type_rules{"EventTrack", event_track_fields},
    type_rules{"Instance", instance_fields},
    type_rules{"Machine", machine_fields},
    type_rules{"MachineSettings", machine_settings_fields},
    type_rules{"MachineStatus", machine_status_fields},
    type_rules{"Pulse", pulse_fields},
    type_rules{"Target", target_fields},
    type_rules{"TargetLayout", target_layout_fields},
    type_rules{"TargetStatus", target_status_fields},
    type_rules{"TargetTopology", target_topology_fields},
};

std::span<const field> fields_of(std::string_view type) {
  const auto* found = std::find_if(rules.begin(), rules.end(),
                                   [&](const type_rules& each) { return each.type == type; });
  return found != rules.end() ? found->fields : std::span<const field>();
}

value with_defaults(const value& given, const field& rule, json::document::AllocatorType& memory) {
  value out(given, memory);
  const json::document defaults = json::parse(rule.filled).value();  // they are our own
  for (const auto& each : defaults.GetObject()) {
    if (out.HasMember(each.name)) continue;
    out.AddMember(value(each.name, memory), value(each.value, memory), memory);
  }
  return out;
}

// The field as it is written; empty: it is not. Fails with what is wrong with it.
result<std::string> written(const field& rule, const value* found) {
  const auto wrong = [&](const std::string& what) {
    return failure{errc::not_a_message, std::string(rule.name) + what};
  };
  const bool optional = rule.is == absent::null || rule.is == absent::left_out;
  if (found == nullptr || (optional && found->IsNull())) {
    if (rule.is == absent::refused) return wrong(" is missing");
    return rule.is == absent::left_out ? "" : std::string(rule.standard);
  }
  if (const std::string fault = rule.fault(*found); !fault.empty()) return wrong(fault);
  if (rule.fault != schema && rule.filled.empty()) return json::canonical(*found);
  json::document kept;
  auto& memory = kept.GetAllocator();
  static_cast<value&>(kept) =
      rule.fault == schema ? kept_schema(*found, memory) : with_defaults(*found, rule, memory);
  return json::canonical(kept);
}

result<std::string> written_row(std::span<const field> fields, const value& item) {
  std::string out = "{";
  for (const field& each : fields) {
    const auto part = written(each, json::find(item, each.name));
    if (!part) return part.error();
    if (part->empty()) continue;
    if (out.size() > 1) out += ',';
    out.append("\"").append(each.name).append("\":").append(*part);
  }
  return out + "}";
}

std::vector<std::string> parents_of(std::string_view type, const value& item) {
  const auto links = links_of(type);
  std::vector<std::string> out;
  std::transform(links.begin(), links.end(), std::back_inserter(out), [&](const link& each) {
    return std::string(json::find_string(item, each.field).value_or(""));
  });
  return out;
}

}  // namespace

result<row> read_row(std::string_view type, const value& item) {
  const auto id = json::find_string(item, "id");
  const std::string which =
      std::string(type) + " " + std::string(id.value_or("without an id")) + ": ";
  const auto dropped = [&](const std::string& why) {
    return failure{errc::not_a_message, which + why};
  };
  const auto fields = fields_of(type);
  if (fields.empty() && !is_stored(type)) {
    return dropped("the core of 2026 has no such type");
  }
  if (!item.IsObject()) return dropped("the item is no object");
  if (!id) return dropped("id is missing or no string");
  const auto body =
      fields.empty() ? result<std::string>(json::canonical(item)) : written_row(fields, item);
  if (!body) return dropped(body.error().message);
  return row{std::string(type), {std::string(*id), "", {*body}}, parents_of(type, item)};
}

bool has_field(std::string_view type, std::string_view field_name) {
  const auto fields = fields_of(type);
  return fields.empty() || std::any_of(fields.begin(), fields.end(),
                                       [&](const field& each) { return each.name == field_name; });
}

bool carries_client(std::string_view type) {
  return type == "Instance" || type == "Pulse" || type == "MachineStatus";
}

namespace {

void strip_text(value& in, json::document::AllocatorType& memory) {
  const std::string_view text(in.GetString(), in.GetStringLength());
  if (text.find('\0') == std::string_view::npos) return;
  std::string stripped(text);
  std::erase(stripped, '\0');
  in.SetString(stripped.data(), static_cast<rapidjson::SizeType>(stripped.size()), memory);
}

}  // namespace

void strip_nul(value& in, json::document::AllocatorType& memory) {
  if (in.IsObject()) {
    for_each_member(in, [&](value::Member& each) {
      strip_text(each.name, memory);
      strip_nul(each.value, memory);
    });
  } else if (in.IsArray()) {
    for (auto& each : in.GetArray()) strip_nul(each, memory);
  } else if (in.IsString()) {
    strip_text(in, memory);
  }
}

}  // namespace gantry::myko
