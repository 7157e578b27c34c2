#include "executor/fleet/input_lines.hpp"

#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point end) {
  return std::chrono::ceil<std::chrono::milliseconds>(end - net::now().steady);
}

}  // namespace

awaitable<result<void>> input_lines::write(input_owner to, std::string line) {
  close_idle();
  const auto end = net::now().steady + write_max;
  const auto former = open_.find(to.id);
  if (former != open_.end() && former->second.run != to.run) open_.erase(former);
  if (!open_.contains(to.id)) {
    auto opened = co_await open(to, end);
    if (!opened) co_return opened;
  }
  input& its = open_.at(to.id);
  if (its.busy) {  // it was renamed meanwhile, and so is in two lanes
    co_return engine::fault(engine::errc::refused,
                            "another line is being written to its input: try again");
  }
  its.busy = true;
  const std::shared_ptr<engine::input_stream> stream = its.stream;
  auto written = co_await net::with_deadline(left_until(end), "write", stream->write(line));
  const auto place = open_.find(to.id);
  if (place != open_.end() && place->second.stream == stream) {
    place->second.busy = false;
    place->second.used = net::now().steady;
    if (!written) open_.erase(place);
  }
  if (!written && written.error().code == boost::system::errc::timed_out) {
    co_return engine::fault(engine::errc::timed_out,
                            "the container did not read its input for " +
                                std::to_string(write_max.count()) +
                                " s; a part of the line "
                                "may have arrived, and the input was closed");
  }
  co_return written;
}

// It has its place before the engine answers: more are not opened meanwhile.
awaitable<result<void>> input_lines::open(input_owner to, time_point end) {
  if (!make_room()) {
    co_return engine::fault(engine::errc::refused,
                            "the inputs of " + std::to_string(open_max) +
                                " containers are open, which is the limit, and none can be closed: "
                                "each is being written to, or its program would end with it "
                                "(stdin_once); stop one of these containers first");
  }
  open_[to.id] = {nullptr, to.run, to.once, true, net::now().steady};
  if (!std::exchange(sweeping_, true)) tasks_.spawn(sweep());
  auto attached = co_await net::with_deadline(left_until(end), "opening the input",
                                              engine_.attach_input(to.id));
  const auto place = open_.find(to.id);
  const bool is_over = place == open_.end() || place->second.run != to.run;
  if (!attached) {
    if (!is_over) open_.erase(place);
    co_return attached.error();
  }
  if (is_over) co_return engine::fault(engine::errc::refused, "the container ended meanwhile");
  place->second.stream = *std::move(attached);
  place->second.busy = false;
  co_return result<void>();
}

void input_lines::run_ended(const std::string& id, engine::timestamp time) {
  const auto found = open_.find(id);
  if (found != open_.end() && found->second.run <= time) open_.erase(found);
}

bool input_lines::make_room() {
  if (open_.size() < open_max) return true;
  auto longest = open_.end();
  for (auto each = open_.begin(); each != open_.end(); ++each) {
    if (each->second.once || each->second.busy) continue;
    if (longest == open_.end() || each->second.used < longest->second.used) longest = each;
  }
  if (longest == open_.end()) return false;
  open_.erase(longest);
  return true;
}

void input_lines::close_idle() {
  const auto now = net::now().steady;
  std::erase_if(open_, [&](const auto& each) {
    const input& its = each.second;
    return !its.once && !its.busy && now - its.used >= idle_max;
  });
}

awaitable<void> input_lines::sweep() {
  while (!open_.empty()) {
    co_await net::sleep(std::chrono::minutes(1));
    close_idle();
  }
  sweeping_ = false;
}

}  // namespace gantry::fleet
