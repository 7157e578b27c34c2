// What the two lines of the rust generation's entities demand of an item. From outside they cannot
// be told apart, so everything that is published has to satisfy both.
//
// 4.0.0-canary.148 is the core of 2026, which the server in myko/server plays: its rules are taken
// from there. 3.0.0-canary.688 is the line before: it takes any schema, but wants more fields.
// Source: the page on the core of 2026, and the Myko protocol page, Entities. The strictest
// reading: a field that any known server of that line requires is required here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/json.hpp"

namespace gantry::test {

// Why the item is none of this type for that line; nothing when it is one. Alert is a type of
// neither line as far as gantry sends it: it is not sent there, and is refused.
[[nodiscard]] std::optional<std::string> wrong_for_2026(std::string_view type,
                                                        const json::value& item);
[[nodiscard]] std::optional<std::string> wrong_for_688(std::string_view type,
                                                       const json::value& item);

// Either; the line is named.
[[nodiscard]] std::optional<std::string> wrong_for_any_line(std::string_view type,
                                                            const json::value& item);

}  // namespace gantry::test
