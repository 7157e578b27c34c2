#include "executor/slots/schema_reference.hpp"

#include <rapidjson/pointer.h>

#include "model/json.hpp"

namespace gantry::slots {

const json::value* referenced(const json::value& schema, const json::value& document) {
  const auto reference = json::find_string(schema, "$ref");
  if (!reference || !reference->starts_with('#')) return nullptr;
  const rapidjson::Pointer pointer(reference->data(), reference->size());  // a URI fragment
  return pointer.IsValid() ? pointer.Get(document) : nullptr;
}

}  // namespace gantry::slots
