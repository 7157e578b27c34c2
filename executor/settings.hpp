// Everything that can be configured: one table for the file, the environment and the flags.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "executor/config.hpp"
#include "model/ids.hpp"

namespace gantry {

using time_limit = std::optional<std::chrono::milliseconds>;  // nothing: never

using setting_value =
    std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>, std::uint64_t,
                 std::chrono::milliseconds, time_limit, fleet::output_history>;

// What a setting takes; in the environment and in flags all are written as text, lists with commas.
enum class setting_type {
  text,
  integer,
  number,
  toggle,
  list,
  size,        // bytes, as std::uint64_t; in the file a text or a whole number
  duration,    // from here on a text in the file, too
  time_limit,  // a duration or "never"
  history,     // "none", "all" or a duration
};

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

// A key of the file's [[emitter]] tables.
struct emitter_setting {
  std::string_view key;  // "ttl"
  setting_type type = setting_type::text;
  std::string_view help;
  std::function<std::optional<std::string>(fleet::emitter_rule&, const setting_value&)> store;
};

[[nodiscard]] std::span<const emitter_setting> all_emitter_settings();

// One that there was once: setting it is a mistake that names its successor.
struct retired_setting {
  std::string_view key;
  std::string_view environment;
  std::string_view flag;
  std::string_view instead;  // the key that took its place
};

[[nodiscard]] std::span<const retired_setting> retired_settings();

// Text from the environment or a flag as a value; the reason where it is none of that type.
[[nodiscard]] std::variant<setting_value, std::string> read_setting(setting_type type,
                                                                    std::string_view text);

// "a whole number", "a list of texts": for messages.
[[nodiscard]] std::string_view describe(setting_type type);

}  // namespace gantry
