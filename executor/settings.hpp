// Everything that can be configured: one table for the file, the environment and the flags.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "executor/config.hpp"
#include "executor/setting_values.hpp"

namespace gantry {

struct setting {
  std::string_view key;                       // in gantry.toml, "table.key"
  std::vector<std::string_view> environment;  // the first that is set counts
  std::string_view flag;                      // "--server"
  setting_type type = setting_type::text;
  std::string_view help;
  // Stores a value of the right type; or says, in words, why not.
  std::function<std::optional<std::string>(config&, const setting_value&)> store;
};

[[nodiscard]] std::span<const setting> all_settings();

// One that there was once: setting it is a mistake that names its successor.
struct retired_setting {
  std::string_view key;
  std::string_view environment;
  std::string_view flag;
  std::string_view instead;  // the key that took its place
};

[[nodiscard]] std::span<const retired_setting> retired_settings();

}  // namespace gantry
