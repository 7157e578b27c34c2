// One life of gantry, from the engine's logs to the frames of the session, on virtual time: the
// real draft, lanes, pacer and session. What pulse_outbox does with the disk's thread is done here
// in the same order, but that the simulation says when a write or a loading ends.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "executor/outbox/draft.hpp"
#include "executor/outbox/lanes.hpp"
#include "executor/outbox/pacer.hpp"
#include "myko/session/session.hpp"
#include "tests/executor/outbox/simulation_disk.hpp"
#include "tests/executor/outbox/simulation_oracle.hpp"
#include "tests/support/seed.hpp"

namespace gantry::outbox::simulation {

struct gantry_config {
  lanes_config lanes;
  pacer_config pacer;
  myko::session_config session;
  double rate = 60;
  std::optional<std::chrono::milliseconds> time_to_live;
  std::size_t records_at_once = 8;  // of one log, in one write
};

// Where frames go: text, or nothing for a WebSocket ping or pong.
using frame = std::optional<std::string>;
using frames = std::deque<frame>;

// Reads the log of one container, and gives what it read for a write.
class log_reader {
 public:
  log_reader(const engine_log& log, std::size_t told) : log_(&log), told_(told) {}

  [[nodiscard]] bool has_more() const { return told_ < log_->entries.size(); }
  void collect(collection& into, std::size_t records_max, test::dice& dice);

 private:
  record next_record(test::dice& dice);

  const engine_log* log_;
  std::size_t told_;
};

// Lives on while the world stands; a crash is its end.
class gantry_life final : public myko::pulse_source {
 public:
  // What is outside and outlives it.
  struct world {
    const gantry_config& config;
    test::dice& dice;
    model_disk& disk;
    oracle& judge;
    std::deque<engine_log>& logs;      // the newest of a target is the last one
    std::set<std::size_t>& forgotten;  // logs whose targets are to be dropped, not yet committed
    const myko::moment& now;
    frames& out;  // of the connection
    const std::uint64_t& life;
  };

  explicit gantry_life(world around);

  // ---- What happens
  void printed(std::size_t log);
  void forget(std::size_t log);
  [[nodiscard]] bool disk_is_busy() const { return job_.has_value(); }
  void disk_is_done();
  // The process has ended; the operating system may still carry out what it was told.
  void crash(bool carried_out);
  void time_passed();

  void connected();
  void written(std::size_t frames);
  void received(const frame& what);
  void disconnected();

  // ---- What there is to know
  // The session has given the connection up.
  [[nodiscard]] bool gave_up() const { return gave_up_; }
  [[nodiscard]] bool without_echo() const { return session_.without_echo(); }
  [[nodiscard]] std::size_t memory() const { return lanes_.bytes(); }
  [[nodiscard]] bool is_quiet() const;
  [[nodiscard]] std::optional<lanes::time_point> next_wakeup() const;

  // ---- pulse_source
  [[nodiscard]] std::optional<model::pulse> next(myko::moment now) override;
  [[nodiscard]] model::pulse replace_last() override;
  void limit_frames(std::size_t /*bytes_max*/) override {}
  void acknowledged(std::size_t count) override;
  void rewind() override { lanes_.rewind(); }

 private:
  using load_job = std::vector<load_request>;

  void recover();
  void perform(const myko::session_actions& actions);
  void announce(std::size_t log);
  void run();
  void wake() { woken_ = woken_ || waiting_until_.has_value(); }
  [[nodiscard]] batch gather();
  void forget_now(batch& into);
  void carry_out_write(const batch& what);
  void check_memory();

  world world_;
  std::uint64_t chance_;
  numbering numbers_;
  lanes lanes_;
  pacer pacer_;
  draft::time_to_live lives_;
  myko::session session_;
  std::map<std::size_t, log_reader> readers_;
  std::set<std::size_t> announced_;
  std::optional<std::variant<batch, load_job>> job_;
  std::optional<lanes::time_point> waiting_until_;  // run() waits
  bool woken_ = false;
  bool wants_to_drop_ = false;
  bool gave_up_ = false;
  std::uint64_t batch_bytes_max_ = 0;
};

}  // namespace gantry::outbox::simulation
