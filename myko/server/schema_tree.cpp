#include "myko/server/schema_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace gantry::myko {
namespace {

using json::value;
using allocator = json::document::AllocatorType;

enum class part { text, schema, schemas, named_schemas, list, anything };

struct member {
  std::string_view name;
  part holds;
};

// All others are free. Each of these may be null, which is as if it were absent.
constexpr std::array members{
    member{"type", part::text},
    member{"properties", part::named_schemas},
    member{"items", part::schema},
    member{"$ref", part::text},
    member{"oneOf", part::schemas},
    member{"anyOf", part::schemas},
    member{"definitions", part::named_schemas},
    member{"$defs", part::named_schemas},
    member{"enum", part::list},
    member{"const", part::anything},
    member{"title", part::text},
};

const member* known_member(std::string_view name) {
  const auto* found = std::find_if(members.begin(), members.end(),
                                   [&](const member& each) { return each.name == name; });
  return found != members.end() ? found : nullptr;
}

std::string_view name_of(const value::Member& from) {
  return {from.name.GetString(), from.name.GetStringLength()};
}

value text(std::string_view from, allocator& memory) {
  return {from.data(), static_cast<rapidjson::SizeType>(from.size()), memory};
}

std::string fault_at(const value& schema, const std::string& where);

std::string fault_of_part(const value& in, part holds, const std::string& where) {
  std::string fault;
  switch (holds) {
    case part::anything:
      break;
    case part::text:
      if (!in.IsString()) fault = where + " is no string";
      break;
    case part::list:
      if (!in.IsArray()) fault = where + " is no list";
      break;
    case part::schema:
      fault = fault_at(in, where);
      break;
    case part::schemas:
      if (!in.IsArray()) return where + " is no list";
      for (rapidjson::SizeType at = 0; fault.empty() && at < in.Size(); ++at) {
        fault = fault_at(in[at], where + "/" + std::to_string(at));
      }
      break;
    case part::named_schemas:
      if (!in.IsObject()) return where + " is no object";
      for (const auto& each : in.GetObject()) {
        if (fault.empty()) fault = fault_at(each.value, where + "/" + std::string(name_of(each)));
      }
      break;
  }
  return fault;
}

std::string fault_at(const value& schema, const std::string& where) {
  if (!schema.IsObject()) return where + " is no object";
  if (json::find(schema, "definitions") != nullptr && json::find(schema, "$defs") != nullptr) {
    return where + " has definitions twice";
  }
  for (const auto& each : schema.GetObject()) {
    const member* is = known_member(name_of(each));
    if (is == nullptr || each.value.IsNull()) continue;
    std::string fault =
        fault_of_part(each.value, is->holds, where + "/" + std::string(name_of(each)));
    if (!fault.empty()) return fault;
  }
  return "";
}

value kept_part(const value& in, part holds, allocator& memory) {
  if (holds == part::schema) return kept_schema(in, memory);
  value out;
  if (holds == part::schemas) {
    out.SetArray();
    for (const auto& each : in.GetArray()) out.PushBack(kept_schema(each, memory), memory);
  } else if (holds == part::named_schemas) {
    out.SetObject();
    for (const auto& each : in.GetObject()) {
      out.AddMember(text(name_of(each), memory), kept_schema(each.value, memory), memory);
    }
  } else {
    out.CopyFrom(in, memory);
  }
  return out;
}

}  // namespace

std::string schema_fault(const value& schema) { return fault_at(schema, ""); }

value kept_schema(const value& schema, allocator& memory) {
  value out(rapidjson::kObjectType);
  for (const auto& each : schema.GetObject()) {
    const std::string_view name = name_of(each);
    const member* is = known_member(name);
    if (is != nullptr && each.value.IsNull()) continue;
    out.AddMember(text(name == "$defs" ? "definitions" : name, memory),
                  kept_part(each.value, is != nullptr ? is->holds : part::anything, memory),
                  memory);
  }
  return out;
}

}  // namespace gantry::myko
