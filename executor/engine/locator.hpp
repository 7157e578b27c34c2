// Where the engine is, for a client that is not told so once and for all.
#pragma once

#include <string>

#include "executor/engine/basics.hpp"
#include "executor/engine/endpoint.hpp"
#include "model/result.hpp"

namespace gantry::engine {

class locator {
 public:
  virtual ~locator() = default;

  // Asked at the begin of each connection to an engine, negotiate(). May look around, and start
  // one.
  [[nodiscard]] virtual awaitable<result<endpoint>> find() = 0;

  // For people: the address, or the places that are looked at.
  [[nodiscard]] virtual std::string where() const = 0;
};

}  // namespace gantry::engine
