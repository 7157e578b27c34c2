// Which patterns of the configuration fit nothing: mistyped, perhaps, or for what is still to come.
#pragma once

#include <string>
#include <vector>

#include "executor/config.hpp"
#include "executor/engine/container_types.hpp"
#include "model/catalogue.hpp"

namespace gantry {

// One line of words for each, in the order of the configuration's keys. `containers` are all that
// the engine has, `published` is what a core is told of them. Pure.
[[nodiscard]] std::vector<std::string> patterns_without_fit(
    const config& config, const std::vector<engine::container_summary>& containers,
    const model::catalogue& published);

}  // namespace gantry
