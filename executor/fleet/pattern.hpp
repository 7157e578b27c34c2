// The one kind of pattern that configuration has: as in the shell, * ? [abc].
#pragma once

#include <fnmatch.h>

#include <string>

namespace gantry::fleet {

// * spans every character, / and : too.
[[nodiscard]] inline bool fits(const std::string& text, const std::string& pattern) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

}  // namespace gantry::fleet
