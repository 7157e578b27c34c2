// `podman system service` as a child of ours: Podman has no daemon, and serves Docker's API only
// where somebody starts this.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "executor/engine/basics.hpp"
#include "executor/engine/child_process.hpp"
#include "model/result.hpp"
#include "myko/log.hpp"
#include "myko/session/backoff.hpp"

namespace gantry::engine {

struct podman_config {
  std::string program;  // its path
  std::string socket;   // that it is to make
  // From its start to its first answer; also how long one that runs may leave a ping unanswered.
  std::chrono::milliseconds answer_max{15'000};
  // Between its end and its next start.
  myko::backoff_config again{.first = std::chrono::milliseconds(500),
                             .max = std::chrono::milliseconds(30'000),
                             .stable_after = std::chrono::milliseconds(60'000)};
};

class podman_service {
 public:
  podman_service(boost::asio::any_io_executor executor, podman_config config,
                 myko::random_source random, log_sink log);
  ~podman_service();

  // Starts it unless it runs; returns when it answers. What has ended is started again, after a
  // pause that grows, and so is what does not answer. Not to be called twice at a time.
  [[nodiscard]] awaitable<result<void>> run();

  // Ends it: for good, or until the next run().
  void stop();

  [[nodiscard]] std::string address() const { return "unix://" + config_.socket; }

 private:
  [[nodiscard]] awaitable<result<void>> ping();
  [[nodiscard]] awaitable<result<void>> start();
  [[nodiscard]] awaitable<result<void>> first_answer();
  [[nodiscard]] failure ended(int status);

  boost::asio::any_io_executor executor_;
  podman_config config_;
  myko::backoff backoff_;
  log_sink log_;
  std::unique_ptr<child_process> child_;
  std::shared_ptr<std::string> last_line_ = std::make_shared<std::string>();
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point not_before_;
};

}  // namespace gantry::engine
