// A container engine that exists only in memory: the test is its world, and it answers the fleet.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "executor/engine/client.hpp"
#include "myko/net/signal.hpp"
#include "tests/executor/engine/log_bytes.hpp"

namespace gantry::fleet {

// Its clock moves one millisecond with everything that happens.
class fake_engine final : public engine::client {
 public:
  explicit fake_engine(boost::asio::any_io_executor executor);

  // ---- The world ----
  using labels = std::map<std::string, std::string>;
  std::string make(const std::string& name, labels labels = {});  // its id
  void start_container(const std::string& id);
  void print(const std::string& id, const std::string& text,
             engine::stream_kind stream = engine::stream_kind::stdout_stream);
  void die(const std::string& id, int code);
  void kill(const std::string& id, int signal);  // tells of it, no more
  void stop_container(const std::string& id);    // as `docker stop` does it
  void destroy(const std::string& id);
  void rename(const std::string& id, const std::string& name);
  void tell(const std::string& action, const std::string& id, labels attributes = {});
  void tell_unread();  // an event that cannot be read
  void tell_of_nothing(const std::string& action);
  [[nodiscard]] bool is_running(const std::string& id) const;
  [[nodiscard]] std::vector<engine::container_summary> containers() const;
  engine::container_details& details(const std::string& id) { return there_.at(id).details; }
  void pass(std::chrono::milliseconds time) { now_ += time.count() * 1'000'000; }
  void set_clock(std::chrono::system_clock::time_point now);  // noon of a day in 2024, otherwise

  // ---- Its faults ----
  bool lose_events = false;              // nobody is told of anything
  std::set<std::string> unread_entries;  // of the list, by container id; "": one more without any
  bool endless_follow = false;           // a followed log does not end when its container does
  bool lossy_follow = false;  // a followed log ends at once when its container does, unsent
  std::size_t chunk_bytes = 4'096;
  std::set<std::string> damaged_entries;  // of any log: the reading ends there with an error
  bool damage_cuts = false;               // ... or with the connection
  int damaged_tail_status = 0;            // opening a part of a log is refused with that
  int read_status = 0;                    // reading any log is
  bool hang_stored_logs = false;          // of one that is not followed only the head comes
  void go_away();                         // every call and stream fails
  void come_back();
  void freeze();  // it says nothing any more, as a process that was stopped
  void thaw();
  void cut_events();  // the stream ends, and may be opened again
  void refuse(const std::string& call, int http_status);  // 0: no more
  void exhaust(bool is = true);  // no connection can be made, for want of descriptors
  // Answers of this kind (list, inspect, logs, start, stop, read, event, ...; or those about one
  // container: "inspect clock", "stats clock") are made, and come when released.
  void hold(const std::string& call);
  void release(const std::string& call);
  void cut_logs();    // all open streams end, in order
  void break_logs();  // ... with a failure
  void refuse_logs(const std::string& id, int http_status);
  void refuse_inspections(int http_status) { inspections_status_ = http_status; }
  void refuse_actions(const std::string& id, int http_status);
  // This call loses its connection when it is answered.
  std::set<std::string> lost_answers;
  std::set<std::string> late_refusals;  // done, and answered with HTTP 500

  std::string pull_error;     // of the registry, in the middle of a pull
  bool endless_pull = false;  // it goes on and on

  // ---- What was asked of it ----
  std::vector<std::string> asked;  // "stop clock 5", "logs clock"
  [[nodiscard]] int count(const std::string& what) const;
  std::string pulled_with;                        // the login of the last pull
  int open_streams = 0;                           // of logs
  std::optional<engine::timestamp> events_since;  // at the last opening
  std::multiset<std::string> open_inputs;         // attached, by container id
  std::size_t bytes_read = 0;                     // of the log that was opened last

  // ---- The engine ----
  net::awaitable<result<engine::version_info>> negotiate() override;
  net::awaitable<result<void>> ping() override;
  [[nodiscard]] const engine::traffic& seen() const override { return seen_; }
  net::awaitable<result<std::vector<engine::container_summary>>> list() override;
  net::awaitable<result<engine::container_details>> inspect(std::string id) override;
  net::awaitable<result<engine::change>> start(std::string id) override;
  net::awaitable<result<engine::change>> stop(std::string id,
                                              std::optional<std::chrono::seconds> grace) override;
  net::awaitable<result<engine::change>> restart(
      std::string id, std::optional<std::chrono::seconds> grace) override;
  net::awaitable<result<std::unique_ptr<engine::event_stream>>> events(
      std::optional<engine::timestamp> since) override;
  net::awaitable<result<std::unique_ptr<engine::log_stream>>> logs(
      engine::log_request request) override;

  // What an operator does, as far as memory goes: a created container is there, an input is taken
  // (`inputs`), a program run inside prints nothing and ends with 0, every image is there.
  std::map<std::string, std::string> inputs;  // what was written to each container, by its id
  net::awaitable<result<engine::engine_info>> info() override;
  net::awaitable<result<engine::container_hardening>> inspect_hardening(std::string id) override;
  net::awaitable<result<std::optional<engine::stats_sample>>> stats(std::string id) override;
  net::awaitable<result<engine::created_container>> create(engine::container_spec spec) override;
  net::awaitable<result<engine::change>> kill(std::string id, std::string signal) override;
  net::awaitable<result<engine::change>> pause(std::string id) override;
  net::awaitable<result<engine::change>> unpause(std::string id) override;
  net::awaitable<result<engine::change>> remove(std::string id, engine::removal how) override;
  net::awaitable<result<std::unique_ptr<engine::exit_wait>>> wait(
      std::string id, engine::wait_condition condition) override;
  net::awaitable<result<std::unique_ptr<engine::input_stream>>> attach_input(
      std::string id) override;
  net::awaitable<result<std::unique_ptr<engine::exec_run>>> exec(std::string id,
                                                                 engine::exec_spec spec) override;
  net::awaitable<result<std::optional<engine::image_details>>> inspect_image(
      std::string image) override;
  net::awaitable<result<std::unique_ptr<engine::pull_stream>>> pull(
      engine::pull_request request) override;
  [[nodiscard]] std::string address() const override { return "unix:///fake.sock"; }

 private:
  class fake_events;
  class fake_log;
  class fake_wait;
  class fake_input;
  class fake_pull;
  struct container {
    engine::container_details details;
    // Whoever reads it while the container is removed still has it.
    std::shared_ptr<std::vector<engine::stored_message>> log;
    int runs = 0;
    int ends = 0;
    int logs_status = 0;  // 0: as it should be
    int actions_status = 0;
  };

  engine::timestamp tick() { return now_ += 1'000'000; }
  // An answer is on its way: fails when it gets lost.
  net::awaitable<result<void>> deliver(std::string call, std::string about = "");
  [[nodiscard]] std::string name_of(const std::string& id) const;
  [[nodiscard]] bool is_held(const std::string& call) const {
    return is_frozen_ || held_.contains(call);
  }
  [[nodiscard]] failure no_such(const std::string& id) const;
  net::awaitable<result<engine::change>> act(std::string call, std::string id);
  // The answer arrives: with 404 if the container is not there.
  net::awaitable<result<void>> deliver_about(std::string call, std::string id);
  net::awaitable<result<engine::change>> move(std::string call, std::string id,
                                              engine::container_state from,
                                              engine::container_state to);
  void note(const std::string& call, const std::string& id, const std::string& more = "");

  boost::asio::any_io_executor executor_;
  net::signal changed_;
  std::map<std::string, container> there_;
  std::vector<engine::event> told_;
  std::set<std::string> held_;
  bool away_ = false;
  bool is_frozen_ = false;
  engine::traffic seen_;
  std::map<std::string, int> refused_;  // HTTP statuses, by call
  int events_epoch_ = 0;
  int inspections_status_ = 0;
  int epoch_ = 0;  // streams of an earlier one are broken
  int logs_epoch_ = 0;
  bool logs_break_ = false;
  int last_id_ = 0;
  engine::timestamp now_ = engine::noon;
};

}  // namespace gantry::fleet
