// Orders that reach into a container: a line for its input, a program run inside.
#pragma once

#include <string>

#include "executor/fleet/actions.hpp"
#include "executor/fleet/input_lines.hpp"

namespace gantry::fleet {

// Of each of the two outputs of a program.
inline constexpr std::size_t exec_bytes_max = 64 << 10;

[[nodiscard]] net::awaitable<myko::action_outcome> write_line(engine::client& engine,
                                                              input_lines& inputs, std::string id,
                                                              std::string name,
                                                              write_options options);
[[nodiscard]] net::awaitable<myko::action_outcome> run_program(engine::client& engine,
                                                               std::string id, std::string name,
                                                               exec_options options);

}  // namespace gantry::fleet
