#include "bench/stage.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/docker_client.hpp"
#include "executor/engine/endpoint.hpp"
#include "myko/net/clock.hpp"

namespace gantry::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto step = 5ms;
constexpr auto quiet_for = 2s;
constexpr double quiet_share = 0.03;  // of a core
constexpr std::chrono::seconds negotiation_max{10};

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

std::unique_ptr<engine::client> connect(const std::string& host) {
  engine::engine_environment values;
  values.docker_host = host;
  const auto where = engine::parse_endpoint(values);
  if (!where) throw std::runtime_error(where.error().message);
  return engine::create_docker_client(*where);
}

double seconds(std::chrono::steady_clock::duration in) {
  return std::chrono::duration<double>(in).count();
}

}  // namespace

stage::stage(stage_config config)
    : config_(std::move(config)),
      signals_(context_, SIGINT, SIGTERM),
      core_(context_.get_executor()),
      engine_(connect(config_.engine)) {
  std::filesystem::create_directories(config_.folder);
  signals_.async_wait([this](const auto& error, int) { interrupted_ = !error; });
  bool agreed = false;
  boost::asio::co_spawn(
      context_,
      [&]() -> engine::awaitable<void> { agreed = (co_await engine_->negotiate()).has_value(); },
      rethrow);
  until(
      "agreeing with the engine", [&] { return agreed; }, negotiation_max);
}

stage::~stage() {
  gantry_.reset();
  try {
    end_scene();
  } catch (const std::exception&) {
    // The engine is stopped by who started it, and its containers with it.
  }
  std::filesystem::remove_all(config_.folder);
}

// ---- Containers ------------------------------------------------------------------------------

std::string stage::docker(const std::string& command) {
  return run_command({"sh", "-c", command}, {{"DOCKER_HOST", config_.engine}},
                     config_.folder + "/docker.log");
}

void stage::begin_scene(const std::string& name) {
  end_gantry();
  end_scene();
  scene_ = "bench" + std::to_string(getpid()) + "-" + name + "-";
  made_ = 0;
}

void stage::end_scene() {
  if (scene_.empty()) return;
  docker("docker ps -aq --filter name='^/?" + std::exchange(scene_, "") +
         "' | xargs -r docker rm -f >/dev/null");
}

std::vector<std::string> stage::run_containers(std::size_t count, const std::string& script) {
  std::vector<std::string> names;
  std::string list;
  for (std::size_t each = 0; each < count; ++each) {
    names.push_back(scene_ + std::to_string(++made_));
    list += names.back() + "\\n";
  }
  docker("printf '" + list +
         "' | xargs -P 4 -I NAME docker run -d --network none --name NAME gantry-test sh -c '" +
         script + "' >/dev/null");
  return names;
}

// ---- Gantry ----------------------------------------------------------------------------------

void stage::start_gantry(const environment& extra) {
  gantry_.reset();
  core_.stop();
  pass(step);
  core_.start();
  core_.reset();
  const std::string name = config_.folder + "/gantry" + std::to_string(++starts_);
  environment all = extra;
  all.insert({{"RSHIP_SERVER", core_.address()},
              {"DOCKER_HOST", config_.engine},
              {"GANTRY_SERVICE_ID", "bench"},
              {"GANTRY_NAMES", scene_ + "*"},
              {"GANTRY_STATE_DIR", name}});
  gantry_ = std::make_unique<child>(std::vector<std::string>{config_.gantry}, all, name + ".log");
}

// ---- Time ------------------------------------------------------------------------------------

void stage::until(const std::string& what, const std::function<bool()>& condition,
                  std::chrono::seconds limit) {
  const auto end = net::now().steady + limit;
  while (!condition()) {
    if (net::now().steady >= end) throw std::runtime_error(what + " takes too long");
    pass(step);
  }
}

void stage::pass(std::chrono::milliseconds time) {
  context_.restart();
  context_.run_for(time);
  if (interrupted_) throw std::runtime_error("interrupted");
}

void stage::until_quiet(std::chrono::seconds limit) {
  double before = gantry_->cpu_seconds();
  auto since = net::now().steady;
  until(
      "waiting for gantry to be quiet",
      [&] {
        const auto now = net::now().steady;
        if (now - since < quiet_for) return false;
        const double used = gantry_->cpu_seconds();
        const bool quiet = used - before < quiet_share * seconds(now - since);
        before = used;
        since = now;
        return quiet;
      },
      limit);
}

double stage::read_plainly(const std::vector<std::string>& containers, std::uint64_t lines_each,
                           std::chrono::seconds limit) {
  std::vector<plain_reading> readings(containers.size());
  for (std::size_t each = 0; each < containers.size(); ++each) {
    readings[each].wanted = lines_each;
    boost::asio::co_spawn(context_, bench::read_plainly(*engine_, containers[each], readings[each]),
                          rethrow);
  }
  until(
      "reading plainly", [&] { return std::ranges::all_of(readings, &plain_reading::done); },
      limit);
  std::uint64_t lines = 0;
  auto first = readings.front().first.steady;
  auto last = first;
  for (const plain_reading& each : readings) {
    if (!each.failure.empty()) throw std::runtime_error(each.failure);
    lines += each.lines;
    first = std::min(first, each.first.steady);
    last = std::max(last, each.last.steady);
  }
  pass(step);
  return static_cast<double>(lines - readings.front().first_lines) / seconds(last - first);
}

}  // namespace gantry::bench
