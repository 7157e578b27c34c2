#include "bench/plain_reader.hpp"

#include <algorithm>

#include "executor/engine/client.hpp"
#include "myko/net/clock.hpp"

namespace gantry::bench {

engine::awaitable<void> read_plainly(engine::client& from, std::string container,
                                     plain_reading& out) {
  const engine::log_request request{.id = std::move(container), .since = std::nullopt};
  const auto opened = co_await from.logs(request);
  if (!opened) {
    out.failure = opened.error().message;
    co_return;
  }
  while (!out.done()) {
    const auto bytes = co_await (*opened)->read();
    if (!bytes || bytes->empty()) {
      out.failure = bytes ? "the log ended early" : bytes.error().message;
      co_return;
    }
    out.last = net::now();
    const auto lines = static_cast<std::uint64_t>(std::count(bytes->begin(), bytes->end(), '\n'));
    if (out.lines == 0) {
      out.first = out.last;
      out.first_lines = lines;
    }
    out.lines += lines;
  }
}

}  // namespace gantry::bench
