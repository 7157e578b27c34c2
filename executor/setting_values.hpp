// The values that settings take, and how they are read from text.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "executor/fleet/output_history.hpp"

namespace gantry {

using time_limit = std::optional<std::chrono::milliseconds>;  // nothing: never
using size_limit = std::optional<std::uint64_t>;              // nothing: none
using text_map = std::map<std::string, std::string>;

using setting_value =
    std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>, std::uint64_t,
                 std::chrono::milliseconds, time_limit, fleet::output_history, size_limit,
                 text_map>;

// What a setting takes; in the environment and in flags all are written as text, lists with commas.
enum class setting_type {
  text,
  integer,
  number,
  toggle,
  list,
  texts,       // a table of texts; in the file only
  size,        // bytes, as std::uint64_t; in the file a text or a whole number
  size_limit,  // a size or "none"
  duration,    // from here on a text in the file, too
  time_limit,  // a duration or "never"
  history,     // "none", "all" or a duration
};

// Text from the environment or a flag as a value; the reason where it is none of that type.
[[nodiscard]] std::variant<setting_value, std::string> read_setting(setting_type type,
                                                                    std::string_view text);

// "a whole number", "a list of texts": for messages.
[[nodiscard]] std::string_view describe(setting_type type);

// `, not "TEXT"`: the end of the message that refuses a value. An address may stand there by
// mistake, so what may be secret in one is left out.
[[nodiscard]] std::string but_not(std::string_view text);

}  // namespace gantry
