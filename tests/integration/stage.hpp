// A whole show for one test: a core, an observer in it, a real engine, and gantry between them.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "myko/net/task_group.hpp"
#include "myko/server/server.hpp"
#include "tests/integration/process.hpp"
#include "tests/support/test_engine.hpp"
#include "tests/support/ws_peer.hpp"

namespace gantry::test {

struct answer {
  bool good = false;  // command-response, not command-error
  std::string text;   // the response as JSON, or the message
};

struct ended_program {
  int exit_status = -1;
  std::string log;
};

// One pulse as a watcher of the core heard it.
struct heard_pulse {
  std::string emitter;  // "container/NAME:output", without the service
  std::shared_ptr<json::document> data;
  std::string hash;
};

// Prints a line every 0.1 s until it is asked to end, and then ends at once.
inline constexpr const char* ticking =
    "trap 'exit 0' TERM; while :; do echo tick; sleep 0.1 & wait; done";

class stage : public testing::Test {
 protected:
  static constexpr std::chrono::seconds patience{60};

  stage();
  ~stage() override;
  void SetUp() override;

  // ---- The parts. All of them loopback and temporary.

  // Engine to work with; the one from the environment unless set before start_gantry().
  std::string engine_host;
  // The prefix of this test's containers; gantry sees no others.
  std::string prefix;

  void start_core(myko::generation plays = myko::generation::ts);
  // As a crash: every socket closes without a word, every item is forgotten. The port stays.
  void kill_core();
  void start_gantry(environment extra = {});
  process& gantry() { return *gantry_; }
  // To its end, beside the one that was started: a task such as `check`.
  ended_program run_gantry(const std::vector<std::string>& arguments, environment extra = {});
  void stop_gantry();  // as an operator does, and waits for its end
  // Prints its log first, where the test has failed.
  void end_gantry();

  // Runs `docker` on this stage's engine; throws when it fails.
  std::string docker(std::vector<std::string> arguments) const;
  // The same; false when it fails.
  bool docker_succeeds(std::vector<std::string> arguments) const;
  // Kills and removes all that `docker ps -a --filter` shows; never throws.
  void remove_containers(const std::string& filter);
  // `docker run -d` of a shell script, with this stage's prefix on the name. Gives the full name.
  std::string run_container(const std::string& name, const std::string& script,
                            std::vector<std::string> options = {}) const;
  std::string create_container(const std::string& name, const std::string& script,
                               std::vector<std::string> options = {}) const;

  // ---- What can be seen in the core.

  // Serves core, observer and operator until it holds; false after `limit`.
  bool until(const std::function<bool()>& condition, std::chrono::milliseconds limit = patience);
  [[nodiscard]] bool registered() const;
  [[nodiscard]] std::string field(const std::string& type, const std::string& id,
                                  const std::string& key) const;
  [[nodiscard]] std::string status(const std::string& path) const;  // online, offline or ""
  [[nodiscard]] std::string state(const std::string& path) const;   // of the state emitter
  [[nodiscard]] std::string alert(const std::string& path) const;   // its code, or ""
  [[nodiscard]] std::size_t count(const std::string& type) const;
  [[nodiscard]] const std::vector<heard_pulse>& pulses() const { return pulses_; }
  [[nodiscard]] std::vector<heard_pulse> pulses_of(const std::string& emitter) const;
  // All lines of an output emitter, in the order in which they came; adds a failure for each gap
  // or repetition in their numbers.
  [[nodiscard]] std::vector<std::string> lines_of(const std::string& path) const;

  // Presses a button, as an operator in the UI would, and waits for the answer.
  answer act(const std::string& path, const std::string& action, const std::string& data = "");
  // Any command body; `tx` is put into it.
  answer command(const std::string& id, const std::string& body_without_tx);

  [[nodiscard]] const myko::core& core() const { return core_->state(); }
  [[nodiscard]] std::uint16_t core_port() const { return port_; }
  // What until() runs.
  [[nodiscard]] boost::asio::any_io_executor context() { return context_.get_executor(); }

  static std::string target(const std::string& path) { return "test:" + path; }
  static std::string instance();

 private:
  std::unique_ptr<process> make_gantry(const std::vector<std::string>& arguments,
                                       environment extra);
  net::awaitable<void> observe();
  void on_frame(const std::string& frame);
  void hear(heard_pulse pulse);

  boost::asio::io_context context_{1};
  std::string folder_;
  std::uint16_t port_ = 0;
  std::unique_ptr<myko::server> core_;
  std::vector<std::unique_ptr<myko::server>> dead_cores_;
  std::unique_ptr<net::task_group> tasks_;
  std::unique_ptr<ws_peer> observer_;
  bool observing_ = false;
  std::unique_ptr<process> gantry_;
  int runs_ = 0;
  int commands_ = 0;
  std::vector<heard_pulse> pulses_;
  std::set<std::pair<std::string, std::string>> heard_;  // emitters and hashes
  bool was_killed_ = false;                              // gantry or the core
  std::map<std::string, answer> answers_;
};

// One with a core from its beginning.
class core_stage : public stage {
 protected:
  void SetUp() override {
    stage::SetUp();
    if (!IsSkipped()) start_core();
  }

  // Starts gantry, and waits until it has seen core and engine.
  void start(environment settings = {}) {
    start_gantry(std::move(settings));
    ASSERT_TRUE(until([&] { return registered() && status("engine") == "online"; }));
  }
};

}  // namespace gantry::test
