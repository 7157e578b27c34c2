// An item as a client sent it into an item as the server keeps it.
#pragma once

#include <string>
#include <string_view>

#include "model/json.hpp"
#include "model/result.hpp"
#include "myko/messages.hpp"
#include "myko/server/generation.hpp"

namespace gantry::myko {

struct kept_item {
  std::string id;
  std::string hash;  // as JSON: servers keep a number as it is; rust: empty
  json::text body;
};

// Docs and ts; for rust see rust_items. Changes `item` to what `plays` makes of it: the client id
// of the connection on the types that carry one (ts), a hash where there is none.
//
// Fails with errc::not_a_message, and a reason that names the item, on what that server drops: an
// unknown type, no id.
[[nodiscard]] result<kept_item> take_item(generation plays, change_type change,
                                          std::string_view type, std::string_view client,
                                          json::value& item, json::document::AllocatorType& memory);

}  // namespace gantry::myko
