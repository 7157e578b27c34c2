// Mounts as an operator writes them, as in docker -v, and what is never mounted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "executor/engine/container_spec.hpp"
#include "model/result.hpp"

namespace gantry::slots {

// SOURCE:TARGET[:ro]: a folder or file of the engine's host where SOURCE begins with /, else a
// volume. The failure's text says what is wrong with it; mounts that hand over the engine or the
// host's processes are refused.
[[nodiscard]] result<engine::container_mount> parse_mount(std::string_view text);

// Whether the mount shows the file at `path` inside the container.
[[nodiscard]] bool shows(const engine::container_mount& mount, std::string_view path);

// Whether it shows any of what is in the folder.
[[nodiscard]] bool shows_some_of(const engine::container_mount& mount, std::string_view folder);

// Two mounts with one target, or one at /tmp where there is a tmpfs.
[[nodiscard]] std::optional<std::string> clash_of(std::span<const engine::container_mount> mounts,
                                                  bool has_tmp);

}  // namespace gantry::slots
