#include "executor/engine/finder.hpp"

#include <filesystem>
#include <utility>

#include "executor/engine/docker_client.hpp"
#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& each : words) {
    if (!out.empty()) out += between;
    out += each;
  }
  return out;
}

// One that we may not look at may be there.
bool may_be_socket(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return std::filesystem::is_socket(status) || error == std::errc::permission_denied;
}

failure nothing_found(const std::vector<std::string>& silent,
                      const std::vector<std::string>& missing) {
  std::string text = "no container engine found: ";
  if (!silent.empty()) text += joined(silent, "; ");
  if (!silent.empty() && !missing.empty()) text += "; ";
  if (!missing.empty()) text += "there is no socket at " + joined(missing, ", ");
  return fault(silent.empty() ? errc::bad_address : errc::unreachable,
               text + ". Start Docker or Podman, or set DOCKER_HOST to where the engine listens");
}

}  // namespace

finder::finder(boost::asio::any_io_executor executor, finder_config config,
               myko::random_source random, log_sink log)
    : executor_(std::move(executor)), config_(std::move(config)), log_(std::move(log)) {
  if (config_.named) {
    chosen_ = config_.named;
    how_ = "named by the configuration";
  } else if (config_.podman) {
    podman_.emplace(executor_, *config_.podman, std::move(random), log_);
  }
}

void finder::stop() {
  if (podman_) podman_->stop();
}

std::string finder::where() const {
  if (chosen_) return to_string(*chosen_);
  std::vector<std::string> places;
  for (const usual_socket& each : config_.sockets) places.push_back("unix://" + each.path);
  if (podman_) places.push_back(podman_->address());
  return joined(places, ", ");
}

awaitable<result<endpoint>> finder::find() {
  if (!chosen_) co_return co_await look();
  if (chose_podman_) {
    const auto running = co_await podman_->run();
    if (!running) co_return running.error();
  }
  co_return *chosen_;
}

awaitable<result<endpoint>> finder::look() {
  std::vector<std::string> silent;
  std::vector<std::string> missing;
  for (const usual_socket& each : config_.sockets) {
    if (!may_be_socket(each.path)) {
      missing.push_back(each.path);
      continue;
    }
    const endpoint where = unix_endpoint{each.path};
    const auto answered = co_await ping(where);
    if (answered) {
      choose(where, each.product + "'s usual socket");
      co_return where;
    }
    if (answered.error().code == errc::exhausted) co_return answered.error();  // it may be there
    silent.push_back(each.path + ": " + answered.error().message);
    pass_over(each.path, silent.back());
  }
  if (!podman_ || !silent.empty()) co_return nothing_found(silent, missing);
  const auto running = co_await podman_->run();
  if (!running) co_return running.error();
  chose_podman_ = true;
  choose(unix_endpoint{config_.podman->socket}, "Podman, started by gantry");
  co_return *chosen_;
}

awaitable<result<void>> finder::ping(const endpoint& where) const {
  const client_config limits{.connect_max = config_.ping_max, .request_max = config_.ping_max};
  const auto engine = create_docker_client(where, limits);
  const auto version = co_await engine->negotiate();
  if (!version) co_return version.error();
  co_return result<void>();
}

void finder::choose(endpoint where, std::string how) {
  log_(log_level::info, "container engine: " + to_string(where) + " (" + how + ")");
  chosen_ = std::move(where);
  how_ = std::move(how);
}

// The same trouble again and again is one line.
void finder::pass_over(const std::string& path, const std::string& why) {
  if (!passed_over_.insert(path).second) return;
  log_(log_level::warning, "a socket of an engine is passed over: " + why);
}

}  // namespace gantry::engine
