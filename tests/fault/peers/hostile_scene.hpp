// The stage of the hostile peers: the real gantry between an engine and a core that do to it
// whatever the chances of a seed say, and are good again at the end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/fault/peers/core_acts.hpp"
#include "tests/fault/peers/engine_acts.hpp"
#include "tests/fault/peers/peer_judge.hpp"
#include "tests/fault/recording_core.hpp"
#include "tests/integration/process.hpp"

namespace gantry::test {

// What the peers may do.
struct hostile_plan {
  std::string name;
  std::vector<engine_act> of_engine;
  std::vector<core_act> of_core;
  bool kills_gantry = true;  // now and then, to see what is met again after its start
};

class hostile_scene {
 public:
  using milliseconds = std::chrono::milliseconds;

  hostile_scene(hostile_plan plan, std::uint64_t seed);
  ~hostile_scene();
  hostile_scene(const hostile_scene&) = delete;
  hostile_scene& operator=(const hostile_scene&) = delete;

  // All of it. What is wrong, in words.
  [[nodiscard]] std::vector<std::string> play();

  // A line for people and scripts: what was done, and how long it took to be told all.
  [[nodiscard]] std::string report() const;
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  struct chosen_acts {
    std::vector<const engine_act*> engine;
    std::vector<const core_act*> core;
  };

  void start_gantry();
  [[nodiscard]] std::string log_of(int run) const;
  bool until(const std::function<bool()>& condition, milliseconds limit);
  // The same, of time in which this program got the processors that it wanted.
  bool until_unhindered(const std::function<bool()>& condition, milliseconds limit);
  void step();
  bool is_alive();
  void live(milliseconds time, const chosen_acts& acts);
  void let_live();
  chosen_acts choose();
  void begin(const chosen_acts& acts);
  void perform(const chosen_acts& acts);
  void behave_again(const chosen_acts& acts);
  void last_words();
  [[nodiscard]] std::vector<std::string> missing() const;
  void expect_all();
  void expect_the_end();
  world_container* any(const std::function<bool(const world_container&)>& fits);
  void fail(std::string why);

  hostile_plan plan_;
  std::uint64_t seed_;
  dice dice_;
  std::string folder_;
  boost::asio::io_context context_{1};
  std::unique_ptr<hostile_engine> engine_;
  std::unique_ptr<recording_core> core_;
  std::unique_ptr<hostile_core> front_;
  std::unique_ptr<peer_judge> judge_;
  std::unique_ptr<process> gantry_;
  int starts_ = 0;
  std::size_t made_ = 0;           // containers
  std::vector<std::string> done_;  // acts
  std::vector<std::string> wrong_;
  milliseconds recovery_{-1};
};

}  // namespace gantry::test
