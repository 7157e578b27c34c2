// The keys of [[emitter]] tables.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "executor/fleet/emitter_rules.hpp"
#include "executor/setting_values.hpp"

namespace gantry {

// A key of the file's [[emitter]] tables.
struct emitter_setting {
  std::string_view key;  // "ttl"
  setting_type type = setting_type::text;
  std::string_view help;
  std::function<std::optional<std::string>(fleet::emitter_rule&, const setting_value&)> store;
};

[[nodiscard]] std::span<const emitter_setting> all_emitter_settings();

}  // namespace gantry
