// The emitters of one container target: its lines and the pulses of its life, in order.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string_view>

#include "executor/fleet/core_port.hpp"
#include "executor/fleet/line_pulses.hpp"
#include "myko/net/signal.hpp"

namespace gantry::fleet {

// Belongs to the target, not to a container: it outlives re-creation, and so does its numbering.
class target_output : public std::enable_shared_from_this<target_output> {
 public:
  target_output(const boost::asio::any_io_executor& executor, core_port& core,
                model::target_id target, line_pulses_config config);

  void line(const engine::log_line& line);
  void begin_run() { lines_.begin_run(); }
  // The container was renamed: its run is told here from now on.
  void continue_run(const target_output& other) { lines_.continue_run(other.lines_); }
  [[nodiscard]] const std::optional<json::text>& last_json() const { return lines_.last_json(); }

  // A pulse behind the lines so far; await drained() first.
  void emit(std::string_view emitter, json::text data);
  // Of the `state` emitter; nothing is sent when it is as before.
  void set_state(json::text data);

  // Ends when more lines can be taken, here and by the core.
  [[nodiscard]] net::awaitable<void> room();
  // Ends when every line has become a pulse.
  [[nodiscard]] net::awaitable<void> drained();

  // One container at a time tells a run here. take_turn() waits; take() does not.
  [[nodiscard]] net::awaitable<void> take_turn();
  void take() { ++turns_; }
  void give_turn();

 private:
  void send(std::vector<output_data> pulses);
  void arm();

  core_port& core_;
  model::target_id target_;
  line_pulses lines_;
  json::text state_;
  int turns_ = 0;
  boost::asio::steady_timer due_;
  bool armed_ = false;
  net::signal changed_;
};

}  // namespace gantry::fleet
