// Values of settings out of TOML, and where they stand.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <string>
#include <variant>

#include "executor/setting_values.hpp"

namespace gantry {

// The reason, where the node is of another type.
[[nodiscard]] std::variant<setting_value, std::string> value_of(setting_type type,
                                                                const toml::node& node);

// "gantry.toml:12"
[[nodiscard]] std::string place(const std::string& file, const toml::source_region& source);

}  // namespace gantry
