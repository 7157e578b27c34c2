// The targets of earlier lives, on disk: what a crash left in a core can be set right, and a
// container that comes back is known. Format: docs/STATE.md.
#pragma once

#include <string>
#include <vector>

#include "executor/fleet/identity.hpp"
#include "model/result.hpp"

namespace gantry {

// A file that is not there is an empty list; one that cannot be read is a failure, told in words.
[[nodiscard]] result<std::vector<fleet::identity>> load_known_targets(const std::string& file);

[[nodiscard]] result<void> save_known_targets(const std::string& file,
                                              const std::vector<fleet::identity>& targets);

}  // namespace gantry
