// The ceiling: somebody who reads a container's log as gantry does, and does nothing with it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <string>

#include "executor/engine/client.hpp"
#include "myko/session/moment.hpp"

namespace gantry::bench {

struct plain_reading {
  std::uint64_t wanted = 0;
  std::uint64_t lines = 0;
  std::uint64_t first_lines = 0;  // of the first piece
  myko::moment first;             // when it came
  myko::moment last;              // when the last wanted line came
  std::string failure;

  [[nodiscard]] bool done() const { return lines >= wanted || !failure.empty(); }
};

// The same client and the same request as gantry's, from the log's begin, until so many newlines
// have come. Lines must not be of such a length that the engine's frame header holds a byte 10.
[[nodiscard]] engine::awaitable<void> read_plainly(engine::client& from, std::string container,
                                                   plain_reading& out);

}  // namespace gantry::bench
