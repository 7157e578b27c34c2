#include "model/item_json.hpp"

#include "model/json.hpp"
#include "model/json_object.hpp"
#include "model/sha256.hpp"

namespace gantry::model {
namespace {

using fields = json::object;

json::text canonical(const json::text& value) {
  const auto parsed = json::parse(value.bytes);
  return parsed ? json::text{json::canonical(*parsed)} : value;
}

fields fields_of(const machine& from) {
  fields out;
  out.set("id", from.id.value);
  out.set("name", from.name);
  out.set("dnsName", from.dns_name);
  out.set("execName", from.exec_name);
  out.set_list("addresses", from.addresses);
  out.set("clientId", "");  // required by some servers, and filled in by all
  return out;
}

fields fields_of(const instance& from) {
  fields out;
  out.set("id", from.id.value);
  out.set("name", from.name);
  out.set("serviceId", from.service.value);
  out.set("serviceTypeCode", from.service_type_code);
  out.set("machineId", from.machine.value);
  out.set("clientId", from.client.value);
  out.set("status", to_string(from.status));
  out.set("color", from.color);
  out.set("message", from.message);
  return out;
}

fields fields_of(const target& from) {
  fields out;
  out.set("id", from.id.value);
  out.set("name", from.name);
  out.set("serviceId", from.service.value);
  out.set("category", from.category);
  out.set_list("actionIds", from.actions);
  out.set_list("emitterIds", from.emitters);
  out.set_list("subTargets", from.sub_targets);
  out.set_list("parentTargets", from.parent_targets);
  out.set("bgColor", from.background);
  out.set("fgColor", from.foreground);
  out.set("lastUpdated", from.last_updated);
  out.set("rootLevel", from.root_level);
  return out;
}

fields fields_of(const target_status& from) {
  fields out;
  out.set("id", id_of(from).value);
  out.set("targetId", from.target.value);
  out.set("instanceId", from.instance.value);
  out.set("status", to_string(from.status));
  return out;
}

fields fields_of(const alert& from) {
  fields out;
  out.set("id", id_of(from).value);
  out.set("name", from.entity + ":" + from.code);
  out.set("entityId", from.entity);
  out.set("entityType", to_string(from.subject));
  out.set("instanceId", from.instance.value);
  out.set("level", to_string(from.level));
  out.set("message", from.message);
  out.set("code", from.code);
  return out;
}

// An action and an emitter have the same fields. A missing schema is null where an object is
// optional and where the 2023 page says "string or null".
template <typename Item>
fields fields_of_schemed(const Item& from) {
  fields out;
  out.set("id", from.id.value);
  out.set("name", from.name);
  out.set("targetId", from.target.value);
  out.set("serviceId", from.service.value);
  out.set("schema", from.schema ? canonical(*from.schema) : json::text{});
  return out;
}

fields fields_of(const action& from) { return fields_of_schemed(from); }
fields fields_of(const emitter& from) { return fields_of_schemed(from); }

fields fields_of(const pulse& from) {
  fields out;
  out.set("id", from.emitter.value);
  out.set("emitterId", from.emitter.value);
  out.set("name", from.emitter.value);
  out.set("data", from.data);
  out.set("timestamp", from.timestamp);
  return out;
}

template <typename Item>
std::string hash_of(const Item& from) {
  fields visible = fields_of(from);
  visible.erase("lastUpdated");
  return sha256_hex(visible.to_text().bytes);
}

template <typename Item>
json::text item_of(const Item& from) {
  fields out = fields_of(from);
  out.set("hash", content_hash(from));
  return out.to_text();
}

template <typename Item>
json::text schemed_item_of(const Item& from, schema_form form) {
  fields out = fields_of(from);
  out.set("hash", content_hash(from));
  if (form == schema_form::string && from.schema) out.set("schema", from.schema->bytes);
  return out.to_text();
}

}  // namespace

std::string content_hash(const machine& from) { return hash_of(from); }
std::string content_hash(const instance& from) { return hash_of(from); }
std::string content_hash(const target& from) { return hash_of(from); }
std::string content_hash(const target_status& from) { return hash_of(from); }
std::string content_hash(const alert& from) { return hash_of(from); }
std::string content_hash(const action& from) { return hash_of(from); }
std::string content_hash(const emitter& from) { return hash_of(from); }

std::string content_hash(const pulse& from) {
  fields visible = fields_of(from);
  visible.set("sequence", from.sequence);
  return sha256_hex(visible.to_text().bytes);
}

json::text to_item(const machine& from) { return item_of(from); }
json::text to_item(const instance& from) { return item_of(from); }
json::text to_item(const target& from) { return item_of(from); }
json::text to_item(const target_status& from) { return item_of(from); }
json::text to_item(const alert& from) { return item_of(from); }
json::text to_item(const action& from, schema_form form) { return schemed_item_of(from, form); }
json::text to_item(const emitter& from, schema_form form) { return schemed_item_of(from, form); }

json::text to_item(const pulse& from, const client_id& client) {
  fields out = fields_of(from);
  out.set("clientId", client.value);
  out.set("hash", content_hash(from));
  return out.to_text();
}

}  // namespace gantry::model
