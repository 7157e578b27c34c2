// What a measurement needs around gantry: containers on a private engine, a core, and time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/child.hpp"
#include "bench/counting_core.hpp"
#include "bench/plain_reader.hpp"

namespace gantry::bench {

struct stage_config {
  std::string gantry;  // the program
  std::string engine;  // as DOCKER_HOST
  std::string folder;  // for states and logs; made, and deleted at the end
};

// One thread. Throws std::runtime_error when something takes longer than it may: a measurement
// without its setting is none. So, too, on SIGINT and SIGTERM.
class stage {
 public:
  explicit stage(stage_config config);
  ~stage();
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  // ---- Containers: busybox, without a network. They are of one scene, and gantry sees no others.

  void begin_scene(const std::string& name);
  void end_scene();
  // Several at once, all with this script. Gives their full names.
  std::vector<std::string> run_containers(std::size_t count, const std::string& script);

  // ---- Gantry, with a new state folder each time.

  void start_gantry(const environment& extra = {});
  void end_gantry() { gantry_.reset(); }
  [[nodiscard]] child& gantry() { return *gantry_; }

  // ---- Time. The core is served in the meantime.

  void until(const std::string& what, const std::function<bool()>& condition,
             std::chrono::seconds limit);
  void pass(std::chrono::milliseconds time);
  // Until gantry has used nearly no CPU time for a while.
  void until_quiet(std::chrono::seconds limit);

  // All these logs at once, by the plain reader, until each has given so many lines. Gives the
  // rate, in lines per second, of all together, from the first piece on.
  double read_plainly(const std::vector<std::string>& containers, std::uint64_t lines_each,
                      std::chrono::seconds limit);

  [[nodiscard]] counting_core& core() { return core_; }

 private:
  std::string docker(const std::string& command);

  stage_config config_;
  std::string scene_;
  std::size_t made_ = 0;
  int starts_ = 0;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_;
  bool interrupted_ = false;
  counting_core core_;
  std::unique_ptr<engine::client> engine_;
  std::unique_ptr<child> gantry_;
};

}  // namespace gantry::bench
