#include "executor/fleet/input_lines.hpp"

#include <utility>

#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {

using net::awaitable;

awaitable<result<void>> input_lines::write(std::string id, engine::timestamp run,
                                           std::string line) {
  close_idle();
  const auto end = net::now().steady + write_max;
  const auto left = [end] {
    return std::chrono::ceil<std::chrono::milliseconds>(end - net::now().steady);
  };
  const auto former = open_.find(id);
  if (former != open_.end() && former->second.run != run) open_.erase(former);
  if (!open_.contains(id)) {
    if (open_.size() >= open_max) {
      co_return engine::fault(engine::errc::refused,
                              "the inputs of " + std::to_string(open_max) +
                                  " containers are open, which is the limit: one is closed when "
                                  "nothing was written to it for 10 minutes");
    }
    auto attached =
        co_await net::with_deadline(left(), "opening the input", engine_.attach_input(id));
    if (!attached) co_return attached.error();
    std::shared_ptr<engine::input_stream> stream = *std::move(attached);
    open_[id] = input{std::move(stream), run, net::now().steady};
    if (!std::exchange(sweeping_, true)) tasks_.spawn(sweep());
  }
  open_.at(id).used = net::now().steady;
  const std::shared_ptr<engine::input_stream> stream = open_.at(id).stream;
  auto written = co_await net::with_deadline(left(), "write", stream->write(line));
  if (!written) {
    open_.erase(id);
    if (written.error().code == boost::system::errc::timed_out) {
      co_return engine::fault(engine::errc::timed_out,
                              "the container did not read its input for " +
                                  std::to_string(write_max.count()) +
                                  " s; a part of the line may have arrived, and the input was "
                                  "closed");
    }
  }
  co_return written;
}

void input_lines::close_idle() {
  const auto now = net::now().steady;
  std::erase_if(open_, [&](const auto& each) { return now - each.second.used >= idle_max; });
}

awaitable<void> input_lines::sweep() {
  while (!open_.empty()) {
    co_await net::sleep(std::chrono::minutes(1));
    close_idle();
  }
  sweeping_ = false;
}

}  // namespace gantry::fleet
