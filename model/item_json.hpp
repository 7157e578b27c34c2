// Entities as the JSON items of the wire, and their content hashes.
//
// Every item satisfies the strictest server: no null where a value is required, `hash` never
// empty. Keys are written in sorted order.
#pragma once

#include <string>

#include "model/entities.hpp"

namespace gantry::model {

// How a server wants the schemas of actions and emitters: the 2023 page says a string, every
// newer server an object.
enum class schema_form { object, string };

[[nodiscard]] json::text to_item(const machine& from);
[[nodiscard]] json::text to_item(const instance& from);
[[nodiscard]] json::text to_item(const target& from);
[[nodiscard]] json::text to_item(const target_status& from);
[[nodiscard]] json::text to_item(const alert& from);
[[nodiscard]] json::text to_item(const action& from, schema_form form = schema_form::object);
[[nodiscard]] json::text to_item(const emitter& from, schema_form form = schema_form::object);
// `client` is what a server of the 2023 page cannot fill in by itself.
[[nodiscard]] json::text to_item(const pulse& from, const client_id& client = {});

// SHA-256, in hex, over the canonical JSON of all that a watcher can see of the item, without
// `hash` and `lastUpdated`. A server of the TypeScript generation tells its watchers nothing when
// a hash is unchanged, hence: an instance's covers its client id; a pulse's covers its sequence
// and not its client id, so that a pulse sent again on another connection can be recognised. The
// data of a pulse counts as it is written: making it canonical was a tenth of what gantry costs at
// full speed, and it is written only once.
// The form of a schema does not matter.
[[nodiscard]] std::string content_hash(const machine& from);
[[nodiscard]] std::string content_hash(const instance& from);
[[nodiscard]] std::string content_hash(const target& from);
[[nodiscard]] std::string content_hash(const target_status& from);
[[nodiscard]] std::string content_hash(const alert& from);
[[nodiscard]] std::string content_hash(const action& from);
[[nodiscard]] std::string content_hash(const emitter& from);
[[nodiscard]] std::string content_hash(const pulse& from);

}  // namespace gantry::model
