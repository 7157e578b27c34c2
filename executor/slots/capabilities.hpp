// The capabilities of Linux, by the names that engines give them.
#pragma once

#include <span>
#include <string_view>

namespace gantry::slots {

// Without CAP_; ALL is not among them.
[[nodiscard]] std::span<const std::string_view> all_capabilities();

}  // namespace gantry::slots
