// The slots of one engine: takes runs, gives each a container, tells it to its end, and goes on
// with those of an earlier life.
//
//   run asked -> record written -> answered -> its turn -> image, container, start, input
//             -> told by a container_watch -> finish written, record gone -> container removed
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "executor/fleet/container_watch.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "executor/fleet/slot_launch.hpp"
#include "executor/fleet/slot_pulses.hpp"
#include "executor/fleet/target_output.hpp"
#include "executor/fleet/verbs.hpp"
#include "executor/slots/run_record.hpp"
#include "executor/slots/slot_board.hpp"
#include "executor/slots/slot_template.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {

struct slot_services {
  watch_services watch;
  output_services output;
  net::task_group& tasks;
  model::service_id service;
  // Pulls an image for the target at `path`, and tells how far it is.
  std::function<net::awaitable<result<void>>(std::string path, std::string image,
                                             std::function<void(std::string note)> progress)>
      pull;
  std::function<void(const std::string& id)> inspect;  // please, soon
};

// What an earlier life has left of slots.
struct earlier_runs {
  std::map<std::string, std::string> facts;         // records and numbers among others
  std::vector<outbox::saved_container> containers;  // of runs
};

class slot_keeper {
 public:
  // Longer documents are refused: they are handed over as a whole, and kept until then. So are
  // those beyond what all that wait may have together.
  static constexpr std::size_t input_bytes_max = 1U << 20U;
  static constexpr std::size_t inputs_bytes_max = 16U << 20U;
  // While the outbox cannot write to its disk, the engine's log is the only lasting copy of what a
  // run has printed: so many containers of runs that are over are left where they are.
  static constexpr std::size_t undurable_max = 256;

  using done_handler = std::function<void(const myko::action_outcome&)>;

  slot_keeper(slot_services services, const std::vector<slots::slot_template>& templates,
              earlier_runs earlier);

  // Was this container made for a run of a slot that we have?
  [[nodiscard]] bool owns(const std::string& name,
                          const std::map<std::string, std::string>& labels) const;
  // Does anybody follow it?
  [[nodiscard]] bool knows(const std::string& id) const { return watches_.contains(id); }

  // All that it owns, of a whole list; the first one is what an earlier life has left.
  void listed(const std::vector<engine::container_summary>& own);
  void happened(const engine::event& event);
  void inspected(const engine::container_details& details);
  void removed(const std::string& id);

  [[nodiscard]] bool has(const std::string& path) const { return slots_.contains(path); }
  // Of a slot that it has, and `run` or `stop`. Answers once, now or later.
  void perform(const std::string& path, verb what, const std::optional<json::text>& data,
               const done_handler& done);

  // The database is a new one: all that was saved is to be written again.
  void save_all();

 private:
  struct slot {
    slots::slot_template what;
    slots::slot_board board;
    std::shared_ptr<pulse_rate> rate;  // of the output of all its runs
    slot_state state;
    std::uint64_t next = 1;
    std::deque<std::string> kept;  // containers of runs that are over, oldest first
  };
  struct live_run {
    slots::run_record record;
    slot* of = nullptr;
    std::shared_ptr<target_output> output;
    std::shared_ptr<container_watch> watch;  // once it has a container
    bool failed = false;                     // its end was no success
  };

  // What the core asks for.
  void perform_run(slot& in, const std::optional<json::text>& data, const done_handler& done);
  void perform_stop(slot& in, const std::optional<json::text>& data, const done_handler& done);
  void accept(slot& in, const std::string& run, json::text input, const slots::admission& admission,
              const done_handler& done);

  // One run.
  net::awaitable<void> carry(std::string run);
  net::awaitable<result<void>> launch(std::string run);
  net::awaitable<result<slot_container>> create(std::string run);
  net::awaitable<result<void>> start(std::string id);
  net::awaitable<result<engine::container_details>> look_at(std::string id);
  net::awaitable<void> give_input(std::string run, std::unique_ptr<engine::input_stream> input);
  net::awaitable<bool> is_engine_gone(std::string id) const;
  net::awaitable<void> await_exit(std::string id, std::unique_ptr<engine::exit_wait> exit) const;
  net::awaitable<void> await_deadline(std::string run);
  net::awaitable<void> stop_container(std::string id, std::chrono::seconds grace);
  net::awaitable<void> clean_up(std::string id);
  net::awaitable<void> await_disk();
  net::awaitable<void> saved(const live_run& what);
  net::awaitable<void> follow(std::string id, std::shared_ptr<container_watch> watch,
                              std::shared_ptr<target_output> output);

  void start_soon(const std::vector<std::string>& runs);
  void stop_run(const std::string& run, const char* reason);
  void told(const std::string& run);
  void never_ran(const std::string& run, const std::string& reason, const std::string& error);
  void over(const std::string& run);
  void keep(slot& in, const std::string& id);
  void clean_up_when_durable(const std::string& id);
  void clean_up_strays(const std::vector<engine::container_summary>& own);

  // An earlier life.
  void adopt_all(const std::vector<engine::container_summary>& own);
  void adopt(const engine::container_summary& container);
  void adopt_record(const slots::run_record& record);
  void resume(live_run& run, const engine::container_summary& container);

  live_run& add(slot& in, slots::run_record record);
  void watch(live_run& run, const std::string& id, std::shared_ptr<container_watch> watch);
  [[nodiscard]] watch_services services_of(const std::string& run);
  [[nodiscard]] live_run* find(const std::string& run);
  void tell_who_asked(const std::string& id);
  [[nodiscard]] live_run* of_container(const std::string& id);
  [[nodiscard]] std::size_t input_bytes() const;
  void save(const live_run& run);
  void show(slot& which);
  void forget_damaged(const std::map<std::string, std::string>& facts);
  void say(log_level level, const std::string& what) const { services_.watch.log(level, what); }

  slot_services services_;
  std::map<std::string, slot> slots_;                                // by path
  std::map<std::string, live_run> runs_;                             // by name, until told
  std::map<std::string, std::shared_ptr<container_watch>> watches_;  // by container
  std::map<std::string, std::shared_ptr<target_output>> states_;     // by path: of the slots
  bool listed_before_ = false;
  std::deque<std::string> undurable_;  // containers to be removed, oldest first
  std::set<std::string> leaving_;      // containers that are being removed
  std::set<std::string> strays_;       // containers of the last list that nobody here knows
  std::map<std::string, slots::run_record> left_;         // by run, until they are taken up
  std::map<std::string, outbox::saved_container> saved_;  // by container, likewise
};

}  // namespace gantry::fleet
