// What the core of 2026 makes of an item: a row with the fields of its type, or nothing.
//
// Source: the page on the core of 2026, Storing; the names, defaults and order of the fields as its
// server writes them.
#pragma once

#include <string_view>

#include "model/json.hpp"
#include "model/result.hpp"
#include "myko/server/row.hpp"

namespace gantry::myko {

// Fields that the type does not have are left out, those that are missing have their defaults. Of
// types that the core stores and this server has no use for the whole item is kept, if it has an
// id.
//
// Fails with errc::not_a_message and a reason that names the item and the field: the type is
// unknown there (Alert is one), a field is missing, null or of another kind, a schema cannot be
// read.
[[nodiscard]] result<row> read_row(std::string_view type, const json::value& item);

// Does the type have this field? Of types without rules: any.
[[nodiscard]] bool has_field(std::string_view type, std::string_view field_name);

// Types whose field clientId is the connection's, on each SET.
[[nodiscard]] bool carries_client(std::string_view type);

// Removes every NUL from every string and every key, as that server does: its database cannot hold
// one.
void strip_nul(json::value& in, json::document::AllocatorType& memory);

}  // namespace gantry::myko
