// The three generations of servers in the field.
#pragma once

#include <string_view>

namespace gantry::myko {

// Told by a server's first words, or by its silence. Source: the Myko protocol page.
enum class generation {
  docs,  // the Executor API page of 2023
  ts,    // the TypeScript server, last before Rust
  rust,  // today's
};

[[nodiscard]] constexpr std::string_view to_string(generation generation) {
  switch (generation) {
    case generation::docs:
      return "docs";
    case generation::ts:
      return "ts";
    case generation::rust:
      return "rust";
  }
  return "rust";
}

}  // namespace gantry::myko
