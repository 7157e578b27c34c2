// The emitters of one container target: its lines and the pulses of its life, in order.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "executor/fleet/core_port.hpp"
#include "executor/fleet/emitter_rules.hpp"
#include "executor/fleet/line_pulses.hpp"
#include "executor/fleet/run_voice.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/outbox/intake.hpp"
#include "myko/net/signal.hpp"

namespace gantry::fleet {

// What all outputs use.
struct output_services {
  boost::asio::any_io_executor executor;
  core_port& core;
  outbox::intake& outbox;
  const emitter_rules& rules;
};

// Belongs to the target, not to a container: it outlives re-creation.
class target_output final : public outbox::producer,
                            public std::enable_shared_from_this<target_output> {
 public:
  // `path` is the target's id without the service.
  // With a voice it tells one run of a slot; others tell other runs of the same target, and share
  // the rate of its output.
  target_output(const output_services& services, model::target_id target, std::string path,
                std::optional<run_voice> voice = std::nullopt,
                std::shared_ptr<pulse_rate> rate = nullptr);
  ~target_output() override;
  target_output(const target_output&) = delete;
  target_output& operator=(const target_output&) = delete;

  // `run` is the name of the container's run; empty: its voice knows it.
  void line(const engine::log_line& line, const std::string& container,
            const std::string& run = {});
  void begin_run(std::optional<json::text> last = std::nullopt) {
    lines_.begin_run(std::move(last));
  }
  // The container was renamed: it is kept here from now on, and its run is told here.
  void adopt(target_output& other, const std::string& container);
  void continue_run(target_output& other, const std::string& container);
  [[nodiscard]] const std::optional<json::text>& last_json() const { return lines_.last_json(); }

  // A pulse behind the lines so far; await drained() first. `data` is an object.
  void emit(std::string_view emitter, json::text data);
  // Of the `state` emitter; nothing is sent when it is as before. A slot has a state of its own.
  void set_state(json::text data) { set_condition(emitter_names::state, std::move(data)); }
  // ... of any emitter that tells how things are.
  void set_condition(std::string_view emitter, json::text data);

  // Where the telling of a container's runs stands. Written together with the pulses and lines so
  // far, or later ones, but never without them. `cursor` is where its log was read to in an earlier
  // life.
  void resume(const outbox::saved_container& saved) { containers_[saved.id] = saved; }
  void save(const std::string& container, std::string runs);
  // All that was saved is to be written again.
  void save_all();
  // All of it has been told.
  void forget(const std::string& container);

  // Ends when more lines can be taken, here and by the outbox.
  [[nodiscard]] net::awaitable<void> room();
  // Ends when every line has become a pulse.
  [[nodiscard]] net::awaitable<void> drained();

  // One container at a time tells a run here, and they come in the order in which they asked: one
  // that runs for months may not overtake one that is gone. take_turn() waits; take() does not.
  [[nodiscard]] net::awaitable<void> take_turn();
  void take() { ++turns_; }
  void give_turn();

  void collect(outbox::collection& into) override;

 private:
  void announce();
  void arm();
  void count_held();
  void tell(outbox::collection& into, outbox::record next);
  void tell_latest(const model::emitter_id& emitter, json::text data);
  [[nodiscard]] delivery class_of(std::string_view emitter) const;

  output_services services_;
  model::target_id target_;
  std::string path_;
  std::optional<run_voice> voice_;
  model::emitter_id output_;
  line_pulses lines_;
  std::vector<outbox::record> pulses_;                         // before the lines that wait
  std::map<std::string, json::text, std::less<>> conditions_;  // by emitter, as last told
  int turns_ = 0;
  std::deque<std::uint64_t> queue_;  // for the next one
  std::uint64_t last_place_ = 0;

  std::map<std::string, outbox::saved_container> containers_;  // by id
  std::set<std::string> changed_containers_;
  std::vector<std::string> gone_containers_;

  std::size_t held_ = 0;
  bool announced_ = false;
  bool armed_ = false;
  boost::asio::steady_timer due_;
  net::signal changed_;
};

}  // namespace gantry::fleet
