// The machine, the engine, the network and the core around gantry, by chance; see simulation_test.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/executor/outbox/simulation_gantry.hpp"

namespace gantry::outbox::simulation {

enum class manners { rust, ts, docs, pongs_only };

// What happened, to see that a set of schedules tried what it is for.
struct happenings {
  oracle::sums heard;
  std::uint64_t crashes = 0;
  std::uint64_t crashes_before_sending = 0;  // committed pulses were not read by then
  std::uint64_t crashes_while_writing = 0;   // which came to nothing
  std::uint64_t cuts = 0;
  std::uint64_t drops = 0;
  std::uint64_t joins = 0;
  std::int64_t slowest_fresh = 0;  // milliseconds
  std::int64_t slowest_calm = 0;   // until all had arrived, likewise

  void add(const happenings& other);
};

// One schedule.
class world {
 public:
  explicit world(std::uint64_t seed);
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  // Steps of all kinds, and then calm until all has arrived.
  void run();
  // No trouble, but that the core was away while one container printed a lot.
  void run_with_backlog();

  [[nodiscard]] const std::vector<std::string>& complaints() const { return judge_.complaints(); }
  [[nodiscard]] happenings seen() const;

 private:
  using milliseconds = std::chrono::milliseconds;

  void configure();
  void step();
  void trouble();

  // The engine.
  void add_log(const std::string& target);
  void print();
  void print(std::size_t target, std::size_t lines);
  void rotate();
  void forget();

  // Gantry.
  void begin_life();
  void crash();

  // The network, and the core behind it.
  void connect();
  void cut();
  void lose_wire();
  void socket_takes(std::size_t items);
  void core_reads(std::size_t items);
  void gantry_reads(std::size_t items);

  void pass(milliseconds time);
  void settle();
  void exchange_all();
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] std::int64_t now_ms() const { return myko::unix_ms(now_.wall); }

  test::dice dice_;
  gantry_config config_;
  myko::moment now_;
  model_disk disk_;
  oracle judge_;
  std::deque<engine_log> logs_;
  std::vector<std::size_t> current_;  // by target: its newest log
  std::set<std::size_t> forgotten_;
  bool may_rotate_ = false;
  bool may_drop_ = false;
  std::int64_t core_is_back_ = 0;

  frames out_;   // not taken by the socket
  frames wire_;  // not read by the core
  frames back_;  // not read by gantry
  bool up_ = false;
  manners core_ = manners::rust;

  std::uint64_t lives_ = 0;
  std::optional<gantry_life> life_;
  happenings seen_;
};

}  // namespace gantry::outbox::simulation
