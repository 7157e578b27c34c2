#include "executor/slots/unset_members.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "executor/slots/schema_reference.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

using schemas = std::vector<const json::value*>;

constexpr std::size_t schemas_max = 100;  // that hold for one value at the same time
constexpr int references_max = 16;        // one behind another: they may go round in circles

// All that hold for a value for which this one holds.
void add_holding(const json::value* schema, const json::value& root, int left, schemas& out) {
  if (schema == nullptr || left == 0 || out.size() >= schemas_max) return;
  if (json::find(*schema, "$ref") != nullptr) {
    return add_holding(referenced(*schema, root), root, left - 1, out);
  }
  out.push_back(schema);
  const json::value* const all = json::find(*schema, "allOf");
  if (all == nullptr || !all->IsArray()) return;
  for (const json::value& each : all->GetArray()) add_holding(&each, root, left - 1, out);
}

bool is_required(const json::value& name, const schemas& by) {
  return std::ranges::any_of(by, [&](const json::value* each) {
    const json::value* const names = json::find(*each, "required");
    return names != nullptr && names->IsArray() &&
           std::any_of(names->Begin(), names->End(), [&](const json::value& one) {
             return one.IsString() &&
                    std::string_view(one.GetString(), one.GetStringLength()) ==
                        std::string_view(name.GetString(), name.GetStringLength());
           });
  });
}

schemas schemas_of_member(const json::value& name, const schemas& of, const json::value& root) {
  schemas out;
  for (const json::value* each : of) {
    const json::value* const properties = json::find(*each, "properties");
    if (properties == nullptr) continue;
    add_holding(json::find(*properties, {name.GetString(), name.GetStringLength()}), root,
                references_max, out);
  }
  return out;
}

bool leave_out(json::value& data, const schemas& by, const json::value& root) {
  if (!data.IsObject()) return false;
  bool changed = false;
  for (auto each = data.MemberBegin(); each != data.MemberEnd();) {
    if (is_unset(each->value) && !is_required(each->name, by)) {
      each = data.EraseMember(each);
      changed = true;
    } else {
      changed |= leave_out(each->value, schemas_of_member(each->name, by, root), root);
      ++each;
    }
  }
  return changed;
}

}  // namespace

bool is_unset(const json::value& value) {
  if (value.IsString()) return value.GetStringLength() == 0;
  if (value.IsNumber()) return value.GetDouble() == 0;
  if (value.IsArray()) return value.Empty();
  if (!value.IsObject()) return !value.IsTrue();
  return !value.ObjectEmpty() && std::all_of(value.MemberBegin(), value.MemberEnd(),
                                             [](const auto& each) { return is_unset(each.value); });
}

bool leave_out_unset(json::value& data, const json::value& schema) {
  schemas by;
  add_holding(&schema, schema, references_max, by);
  return leave_out(data, by, schema);
}

}  // namespace gantry::slots
