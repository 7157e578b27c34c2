// The keys of [[slot]] tables.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "executor/setting_values.hpp"
#include "executor/slots/slot_template.hpp"

namespace gantry {

struct slot_setting {
  std::string_view key;  // "timeout"
  setting_type type = setting_type::text;
  std::string_view usual;  // the default as it would be written; empty: nothing is set
  std::string_view help;
  // Stores a value of the right type; or says, in words, why not.
  std::function<std::optional<std::string>(slots::slot_template&, const setting_value&)> store;
};

[[nodiscard]] std::span<const slot_setting> all_slot_settings();

// What only shows when a slot is read as a whole.
struct slot_problem {
  std::string_view key;
  std::string what;
  bool is_missing = false;
};

[[nodiscard]] std::vector<slot_problem> problems_of(const slots::slot_template& slot,
                                                    std::span<const slots::slot_template> earlier);

// Why these mounts would hand the socket at `path` to a container; nothing: they do not.
[[nodiscard]] std::optional<std::string> reaches_socket(
    std::span<const engine::container_mount> mounts, std::string_view path);
// The same of gantry's own state folder.
[[nodiscard]] std::optional<std::string> reaches_state(
    std::span<const engine::container_mount> mounts, std::string_view folder);

}  // namespace gantry
