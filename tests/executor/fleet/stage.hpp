// A controller between a fake engine and a fake core, run step by step.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "executor/fleet/controller.hpp"
#include "tests/executor/fleet/fake_engine.hpp"
#include "tests/executor/fleet/fake_intake.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::fleet {

// Remembers all that it is told.
class fake_core final : public core_port {
 public:
  void publish(model::catalogue all) override;
  void set_latest(model::pulse pulse) override;
  void answer(std::uint64_t ticket, const myko::action_outcome& outcome) override;

  core_port* behind = nullptr;  // is told the same; may be none
  model::catalogue published;
  int publications = 0;
  std::map<std::string, std::string> latest;  // by emitter
  int latest_told = 0;
  std::map<std::uint64_t, std::vector<myko::action_outcome>> answers;
};

// Where a container named clock is published.
inline const std::string clock_path = "container/clock";

[[nodiscard]] instance_identity test_self();

class stage {
 public:
  stage();
  // Cancels the controller; adds a failure when anything goes on after that.
  ~stage();
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  boost::asio::io_context io{1};
  fake_engine engine{io.get_executor()};
  fake_intake outbox{io.get_executor()};
  fake_core core;
  controller_config config;
  std::vector<std::string> log;  // warnings and errors

  void begin();   // the controller runs, and has seen the engine
  void launch();  // the controller runs
  void cancel();
  // The controller is killed: what was not committed is lost. launch() or begin() is its next life,
  // which has what was committed.
  void crash();
  // Runs what there is to do until then; adds a failure when that takes too long.
  void until(const std::function<bool()>& condition, const std::string& what);
  // Runs for a moment: to see that nothing more happens.
  void settle();
  // Runs while so much time passes. Instead of the two above, where time is not the real one.
  void pass(test::virtual_clock& clock, std::chrono::seconds time);

  // The pulses of a container, in order: "run", "> LINE", "! LINE" of stderr, "finish 0", "stop
  // null", "[REASON]" of a notice that lines are missing. Checks that lines are numbered without a
  // gap.
  [[nodiscard]] std::vector<std::string> told(const std::string& path) const;
  void until_told(const std::string& path, const std::string& last);
  [[nodiscard]] bool is_online(const std::string& path) const;
  [[nodiscard]] bool is_published(const std::string& path) const;
  [[nodiscard]] std::string state(const std::string& path) const;
  // The last pulse of this emitter.
  [[nodiscard]] std::string last_data(const std::string& path, const std::string& emitter) const;

  std::uint64_t act(const std::string& path, const std::string& verb,
                    std::optional<std::string> data = std::nullopt);  // the ticket
  void perform(const myko::action_request& request);
  void lose_lines(const std::string& path);  // the outbox was full
  // Once: the response, or "error: ...".
  [[nodiscard]] std::string answer(std::uint64_t ticket) const;
  std::string until_answered(std::uint64_t ticket);

 private:
  std::unique_ptr<controller> controller_;
  boost::asio::cancellation_signal cancelled_;
  bool running_ = false;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace gantry::fleet
