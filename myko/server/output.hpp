// What the core wants to be sent, and to whom.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gantry::myko {

// One connection of one client. Chosen by whoever owns the sockets; never used twice.
enum class connection_id : std::uint64_t {};

// One text frame. Almost always JSON; see the TypeScript server's "Error parsing message".
struct output {
  connection_id to{};
  std::string frame;
  bool operator==(const output&) const = default;
};
using outputs = std::vector<output>;  // to be sent in order

}  // namespace gantry::myko
