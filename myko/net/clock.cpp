#include "myko/net/clock.hpp"

#include <memory>
#include <random>

namespace gantry::net {

myko::moment now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

myko::random_source system_random() {
  return [device = std::make_shared<std::random_device>()] {
    return (static_cast<std::uint64_t>((*device)()) << 32U) | (*device)();
  };
}

}  // namespace gantry::net
