#include "executor/engine/podman_service.hpp"

#include <csignal>
#include <filesystem>
#include <utility>

#include "executor/engine/docker_client.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

using std::chrono::milliseconds;

// Between two looks whether a service that was just started answers.
constexpr milliseconds look_every{50};

}  // namespace

podman_service::podman_service(boost::asio::any_io_executor executor, podman_config config,
                               myko::random_source random, log_sink log)
    : executor_(std::move(executor)),
      config_(std::move(config)),
      backoff_(config_.again, std::move(random)),
      log_(std::move(log)) {}

podman_service::~podman_service() { stop(); }

void podman_service::stop() { child_.reset(); }

awaitable<result<void>> podman_service::run() {
  if (child_) {
    const auto answered = co_await ping();
    if (answered) co_return answered;
    co_await net::sleep(look_every);  // its connections end a moment before it does
    const auto status = child_->exit_status();
    log_(log_level::warning, status ? ended(*status).message
                                    : "podman system service does not answer and is ended: " +
                                          answered.error().message);
    if (!status) child_->send(SIGKILL);
    backoff_.worked_for(net::now().steady - started_);
    not_before_ = net::now().steady + backoff_.next();
    child_.reset();
  }
  const auto now = net::now().steady;
  if (not_before_ > now) {
    co_await net::sleep(std::chrono::duration_cast<milliseconds>(not_before_ - now));
  }
  auto out = co_await start();
  if (!out) {
    not_before_ = net::now().steady + backoff_.next();
    child_.reset();
  }
  co_return out;
}

awaitable<result<void>> podman_service::start() {
  if (config_.socket.size() > socket_path_max) {
    co_return fault(errc::bad_address, "podman system service cannot be started: the path " +
                                           config_.socket + " is too long for a socket; set a " +
                                           "shorter state_dir");
  }
  std::error_code ignored;  // what is left of an earlier life
  std::filesystem::remove(config_.socket, ignored);
  last_line_->clear();
  auto child =
      child_process::start(executor_, {config_.program, "system", "service", "--time=0", address()},
                           [log = log_, last = last_line_](const std::string& line) {
                             *last = line;
                             log(log_level::debug, "podman: " + line);
                           });
  if (!child) co_return child.error();
  child_ = *std::move(child);
  started_ = net::now().steady;
  auto out = co_await first_answer();
  if (out) {
    log_(log_level::info, "started " + config_.program + " system service, process " +
                              std::to_string(child_->id()) + ", at " + address());
  }
  co_return out;
}

awaitable<result<void>> podman_service::first_answer() {
  while (true) {
    co_await net::sleep(look_every);
    const auto answered = co_await ping();
    if (const auto status = child_->exit_status()) co_return ended(*status);
    if (answered) co_return answered;
    if (net::now().steady - started_ >= config_.answer_max) {
      child_->send(SIGKILL);
      co_return fault(errc::unreachable, config_.program + " system service was started and does " +
                                             "not answer: " + answered.error().message);
    }
  }
}

awaitable<result<void>> podman_service::ping() {
  const client_config limits{.connect_max = config_.answer_max, .request_max = config_.answer_max};
  const auto service = create_docker_client(unix_endpoint{config_.socket}, limits);
  const auto version = co_await service->negotiate();
  if (!version) co_return version.error();
  co_return result<void>();
}

failure podman_service::ended(int status) {
  std::string text =
      config_.program + " system service ended (exit status " + std::to_string(status) + ")";
  if (!last_line_->empty()) text += ": " + *last_line_;
  return fault(errc::unreachable, std::move(text));
}

}  // namespace gantry::engine
