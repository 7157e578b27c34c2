#include "myko/server/generation.hpp"

namespace gantry::myko {

std::optional<generation> parse_generation(std::string_view text) {
  for (const generation each : {generation::docs, generation::ts, generation::rust}) {
    if (to_string(each) == text) return each;
  }
  return std::nullopt;
}

}  // namespace gantry::myko
