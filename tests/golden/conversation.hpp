// gantry's session and a core of ours, both in memory, by a clock that the test moves: what is sent
// from one to the other arrives at once, and each frame of gantry's is kept.
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "executor/fleet/core_port.hpp"
#include "myko/server/core.hpp"
#include "myko/session/session.hpp"
#include "tests/executor/fleet/stage.hpp"
#include "tests/myko/session/fake_source.hpp"

namespace gantry::test {

class conversation final : public fleet::core_port {
 public:
  // Of a stage whose controller has not begun. Lifetime: outlived by the stage.
  conversation(fleet::stage& play, myko::generation plays);
  ~conversation() override { play_.core.behind = nullptr; }
  conversation(const conversation&) = delete;
  conversation& operator=(const conversation&) = delete;

  // ---- What the controller says
  void publish(model::catalogue all) override;
  void set_latest(model::pulse pulse) override;
  void answer(std::uint64_t ticket, const myko::action_outcome& outcome) override;

  // ---- What happens to the connection
  void connect();
  void stall();    // what is sent from now on does not arrive
  void lose();     // without a word
  void restart();  // ... and the core has forgotten all
  void hear(const std::string& frame);
  void leave();

  // The time is another now, or the stage has gone on: all that is to be said is said.
  void go_on();

  // All frames that gantry sent, in order.
  [[nodiscard]] const std::vector<std::string>& frames() const { return frames_; }
  [[nodiscard]] const myko::session& session() const { return session_; }
  [[nodiscard]] const myko::core& core() const { return *core_; }

 private:
  void perform(myko::session_actions actions);
  void on(const myko::session_action& action);
  void deliver(myko::outputs outputs);
  void take_pulses();
  void exchange_frames();
  void start_core();

  fleet::stage& play_;
  myko::generation plays_;
  std::uint64_t chance_ = 0;
  std::uint64_t core_chance_ = 0;
  myko::test::fake_source source_;
  std::size_t pulses_taken_ = 0;
  myko::session session_;
  std::optional<myko::core> core_;
  std::uint64_t connections_ = 0;
  bool connected_ = false;
  bool stalled_ = false;

  std::deque<myko::session_action> to_perform_;
  bool performing_ = false;
  std::deque<std::string> to_core_;
  std::deque<std::string> to_gantry_;
  std::vector<std::string> frames_;
};

}  // namespace gantry::test
