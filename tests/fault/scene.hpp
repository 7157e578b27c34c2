// The stage of the fault tests: containers that print, an engine, gantry, a core that remembers,
// a proxy on either side of gantry, and the judge of it all.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/fault/oracle.hpp"
#include "tests/fault/print_plan.hpp"
#include "tests/fault/recording_core.hpp"
#include "tests/fault/small_disk.hpp"
#include "tests/integration/process.hpp"
#include "tests/support/fault_proxy.hpp"
#include "tests/support/seed.hpp"

namespace gantry::test {

// How large a scenario is; scripts/soak raises it by GANTRY_FAULT_LINES, _KILLS and _SECONDS.
struct fault_scale {
  std::size_t containers = 20;
  std::size_t lines = 20'000;             // of all containers together
  std::size_t faults = 8;                 // kills, cuts, ...
  std::chrono::milliseconds time{8'000};  // that a run of the containers takes, about
};

class scene : public testing::Test {
 protected:
  using milliseconds = std::chrono::milliseconds;

  scene();
  ~scene() override;
  void SetUp() override;
  void TearDown() override;

  // ---- The parts, before gantry is started.

  fault_scale scale;
  // An engine that may be killed.
  void use_own_engine();
  // gantry speaks to its engine through engine_proxy().
  void use_engine_proxy();
  // The state folder is on a disk of so many bytes. False where that may not be mounted.
  [[nodiscard]] bool use_small_disk(std::size_t bytes);

  // For as many runs of the containers; each run takes scale.time, about.
  [[nodiscard]] std::vector<print_plan> make_plans(std::size_t runs = 1);
  enum class printing {
    as_planned,  // one run, to its end
    as_stored,   // runs that the engine's death cuts short: only what it kept can arrive
  };
  // Creates the containers and `fresh`, starts gantry, and waits until it knows them all.
  void set_up(const std::vector<print_plan>& plans, printing how = printing::as_planned);

  // ---- What goes on.

  enum class fault { gantry, core, connection, engine, disk };

  void start_printing();  // all containers, again if they ran before
  void start_gantry();
  // A fault is there from begin() to end(). The engine's ends its containers; they are started
  // again by its end.
  void begin(fault which);
  void end(fault which);
  // scale.faults times, at random moments while lines are printed: one of these kinds, or, if
  // `at_once` is more, up to so many.
  void perform(const std::vector<fault>& kinds, std::size_t at_once = 1);
  void let_pass(milliseconds time);
  milliseconds chance(milliseconds least, milliseconds most);

  recording_core& core() { return *core_; }
  fault_proxy& core_proxy() { return *core_proxy_; }
  fault_proxy& engine_proxy() { return *engine_proxy_; }
  small_disk& disk() { return *disk_; }
  oracle& judge() { return oracle_; }

  // ---- How it ends. In this order.

  // After the last fault: a line that is printed now is in the core within five seconds.
  void expect_a_fresh_line();
  // All that was printed has arrived; gantry stops when asked, comes back with nothing to say.
  void expect_all_lines(drops may_drop = drops::forbidden, resends must_resend = resends::required);

  // Serves core and proxies until it holds; false after `limit`. gantry must live meanwhile.
  bool until(const std::function<bool()>& condition, milliseconds limit);

 private:
  using commands = std::vector<std::vector<std::string>>;

  struct ended_command {
    int status = 0;
    std::string log;
  };

  std::vector<ended_command> run_to_their_end(const commands& all, const environment& extra);
  // The outputs; a command that fails is a failure of the test.
  std::vector<std::string> run_all(const commands& all, const environment& extra);
  [[nodiscard]] std::vector<fault> choose(const std::vector<fault>& kinds, std::size_t at_once);
  void disturb_connection();
  [[nodiscard]] bool nothing_came_again() const { return oracle_.resent() == 0; }
  std::string engine(const char* what);
  void start_own_engine();
  // `docker`, several at once, while core and proxies are served.
  std::vector<std::string> docker(commands all);
  void create(const std::vector<print_plan>& plans);
  [[nodiscard]] std::vector<std::string> all_containers() const;
  [[nodiscard]] std::string path_of(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] std::string gantry_log(std::size_t run) const;
  void learn_what_was_stored();
  void stop_gantry();
  void write_report() const;

  boost::asio::io_context context_{1};
  std::string seed_;
  dice dice_;
  std::string prefix_;
  std::string folder_;
  std::string engine_host_;
  std::string own_engine_folder_;
  oracle oracle_;
  std::unique_ptr<recording_core> core_;
  std::unique_ptr<fault_proxy> core_proxy_;
  std::unique_ptr<fault_proxy> engine_proxy_;
  std::unique_ptr<small_disk> disk_;
  std::unique_ptr<process> gantry_;
  std::vector<print_plan> plans_;
  printing printing_ = printing::as_planned;
  std::optional<std::chrono::steady_clock::time_point> disk_ended_;  // the last time it was full
  std::size_t commands_run_ = 0;
  std::size_t gantry_runs_ = 0;
  std::size_t kills_ = 0;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace gantry::test
