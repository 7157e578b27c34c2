#include "myko/server/item_intake.hpp"

#include "model/json.hpp"
#include "model/sha256.hpp"
#include "myko/error.hpp"
#include "myko/server/entity_types.hpp"
#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

using json::value;
using allocator = json::document::AllocatorType;

bool is_hash(const value* hash) {
  return hash != nullptr && !hash->IsNull() && !(hash->IsString() && hash->GetStringLength() == 0);
}

// Seen: 32 hex digits at the end of the item, over all of it but the hash, in any order of keys.
void add_hash(value& item, allocator& memory) {
  item.EraseMember("hash");  // unlike RemoveMember, keeps the order of the others
  set_text(item, "hash", model::sha256_hex(json::canonical(item)).substr(0, 32), memory);
}

}  // namespace

result<kept_item> take_item(generation plays, change_type change, std::string_view type,
                            std::string_view client, value& item, allocator& memory) {
  const auto unusable = [](std::string reason) {
    return failure{errc::not_a_message, std::move(reason)};
  };
  if (!is_published(type)) return unusable("no type for clients: " + std::string(type));
  if (!item.IsObject()) return unusable(std::string(type) + ": the item is no object");
  const bool set_now = change == change_type::set;
  if (plays == generation::ts && set_now && (type == "Instance" || type == "Pulse")) {
    set_text(item, "clientId", client, memory);
  }
  if (json::find_string(item, "id").value_or("").empty()) {
    return unusable(std::string(type) + " without an id");
  }
  if (set_now && !is_hash(json::find(item, "hash"))) add_hash(item, memory);
  const value* hash = json::find(item, "hash");
  return kept_item{std::string(*json::find_string(item, "id")),
                   hash != nullptr ? json::write(*hash) : "", json::text{json::write(item)}};
}

}  // namespace gantry::myko
