// The formats of JSON Schema that are checked: times as RFC 3339 writes them. Pure.
#pragma once

#include <string_view>

namespace gantry::slots {

[[nodiscard]] bool is_date(std::string_view text);  // 2026-02-28
// 23:59:60.5+01:00; the second 60 only where a leap second may be: before midnight of UTC.
[[nodiscard]] bool is_time(std::string_view text);
[[nodiscard]] bool is_date_time(std::string_view text);  // both, with T or t between them

}  // namespace gantry::slots
