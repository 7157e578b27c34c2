// What went over all connections to one engine: to tell one that is away from one that is slow,
// from calls that are not allowed, and from a lack of our own.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace gantry::engine {

struct traffic {
  // When a byte of the engine was read; that a proxy says it is away (HTTP 502 to 504) is none.
  std::optional<std::chrono::steady_clock::time_point> last_byte;
  // Why no connection could be made, for want of descriptors or memory; until one could.
  std::optional<std::string> lack;
  // The kinds of calls that were not allowed when they were made last, and the words of one.
  std::map<std::string, std::string> not_allowed;
};

}  // namespace gantry::engine
