// The types of items that the core of 2026 stores.
#pragma once

#include <optional>
#include <string_view>

namespace gantry::myko {

// May clients publish items of this type to it? These are the types of the server that was asked
// (without Client, which is not published); one with more of its maker's libraries has more.
[[nodiscard]] bool is_stored(std::string_view type);

// The type in GetAll<Type>s, Get<Type>sByIds, Get<Type>sByQuery and Delete<Type>: `id` without
// this beginning and end, when there is such a type. Valid for ever.
[[nodiscard]] std::optional<std::string_view> type_between(std::string_view id,
                                                           std::string_view begin,
                                                           std::string_view end);

}  // namespace gantry::myko
