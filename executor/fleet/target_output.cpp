#include "executor/fleet/target_output.hpp"

#include <utility>

#include "executor/fleet/target_paths.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

target_output::target_output(const boost::asio::any_io_executor& executor, core_port& core,
                             model::target_id target, line_pulses_config config)
    : core_(core), target_(std::move(target)), lines_(config), due_(executor), changed_(executor) {}

void target_output::line(const engine::log_line& line) {
  send(lines_.add(line, net::now().steady));
}

void target_output::send(std::vector<output_data> pulses) {
  for (output_data& each : pulses) emit(emitter_names::output, to_json(each));
  if (!lines_.full()) changed_.notify();
  arm();
}

// Lines that wait for the rate go when their time has come, whatever the reader does.
void target_output::arm() {
  const auto due = lines_.next_due();
  if (!due || armed_) return;
  armed_ = true;
  due_.expires_at(*due);
  due_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->armed_ = false;
    self->send(self->lines_.tick(net::now().steady));
  });
}

void target_output::emit(std::string_view emitter, json::text data) {
  core_.queue({.emitter = model::make_emitter_id(target_, emitter),
               .data = std::move(data),
               .timestamp = myko::unix_ms(net::now().wall)});
}

void target_output::set_state(json::text data) {
  if (data == state_) return;
  state_ = data;
  core_.set_latest({.emitter = model::make_emitter_id(target_, emitter_names::state),
                    .data = std::move(data),
                    .timestamp = myko::unix_ms(net::now().wall)});
}

awaitable<void> target_output::room() {
  while (lines_.full()) co_await changed_.wait();
  co_await core_.room();
}

awaitable<void> target_output::drained() {
  while (!lines_.empty()) co_await changed_.wait();
}

awaitable<void> target_output::take_turn() {
  while (turns_ > 0) co_await changed_.wait();
  take();
}

void target_output::give_turn() {
  --turns_;
  changed_.notify();
}

}  // namespace gantry::fleet
