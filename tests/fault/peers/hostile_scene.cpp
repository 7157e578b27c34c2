#include "tests/fault/peers/hostile_scene.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include "myko/net/clock.hpp"

namespace gantry::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr const char* peers_service = "peers";
constexpr milliseconds told_within = 5s;
constexpr milliseconds ends_within = 5s;
constexpr milliseconds starts_within = 20s;
constexpr milliseconds one_step = 5ms;
constexpr std::size_t containers_max = 9;

// The promises are of a machine that has time for its programs. On one that has not, a wait of 20
// ms takes longer, of which no more than twice that counts (until_unhindered). Where more programs
// want to run than there are processors, gantry gets its share of them: all may take up to twice as
// long.
double hindered() {
  double load = 1;
  if (getloadavg(&load, 1) != 1) return 1;
  return std::clamp(load / std::max(1U, std::thread::hardware_concurrency()), 1.0, 2.0);
}

std::string peers_folder(std::uint64_t seed) {
  return fs::temp_directory_path() /
         ("gantry-peers" + std::to_string(getpid()) + "-" + std::to_string(seed));
}

std::string content_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string facts_of(const world_container& one) {
  return one.name + " " + one.id.substr(0, 12) + (one.is_running ? " runs" : "") +
         (one.is_gone ? " is gone" : "") + ", " + std::to_string(one.begins) + " begins, " +
         std::to_string(one.lines.size()) + " lines";
}

// As much of a log as helps.
std::string end_of(const std::string& log) {
  constexpr std::size_t most = 4'000;
  return log.size() <= most ? log : "..." + log.substr(log.size() - most);
}

}  // namespace

hostile_scene::hostile_scene(hostile_plan plan, std::uint64_t seed)
    : plan_(std::move(plan)), seed_(seed), dice_(seed), folder_(peers_folder(seed)) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  engine_ = std::make_unique<hostile_engine>(context_.get_executor(), folder_ + "/engine.sock");
  judge_ = std::make_unique<peer_judge>(peers_service, engine_->world());
  recording_core_config config;
  config.withhold_max = 30ms;
  config.seed = seed;
  core_ = std::make_unique<recording_core>(
      context_.get_executor(), config,
      [this](const std::string& emitter, const std::string& hash, const json::value& data) {
        judge_->heard(emitter, hash, data);
      });
  front_ = std::make_unique<hostile_core>(context_.get_executor(), core_->port());
}

hostile_scene::~hostile_scene() {
  gantry_.reset();
  front_.reset();
  core_.reset();
  engine_.reset();
  context_.restart();
  context_.run_for(1s);
  if (wrong_.empty()) fs::remove_all(folder_);
}

void hostile_scene::fail(std::string why) { wrong_.push_back(std::move(why)); }

void hostile_scene::start_gantry() {
  const environment variables{{"RSHIP_SERVER", "127.0.0.1:" + std::to_string(front_->port())},
                              {"DOCKER_HOST", "unix://" + folder_ + "/engine.sock"},
                              {"GANTRY_SERVICE_ID", peers_service},
                              {"GANTRY_STATE_DIR", folder_ + "/state"},
                              {"GANTRY_STATS", "container/*"},
                              {"GANTRY_STATS_EVERY", "1s"},
                              {"GANTRY_LOG_LEVEL", seed_ % 4 == 0 ? "debug" : "info"}};
  // It ends with this program, however that ends.
  const std::vector<std::string> command{"setpriv", "--pdeathsig", "KILL", GANTRY_PROGRAM};
  gantry_ = std::make_unique<process>(command, variables, log_of(++starts_));
}

std::string hostile_scene::log_of(int run) const {
  return folder_ + "/gantry" + std::to_string(run) + ".log";
}

// ---- Time -----------------------------------------------------------------------------------

void hostile_scene::step() {
  context_.restart();
  context_.run_for(one_step);
}

bool hostile_scene::is_alive() {
  if (!gantry_) return false;
  const auto status = gantry_->exit_status();
  if (!status) return true;
  fail("gantry ended by itself with " + std::to_string(*status) + ":\n" + end_of(gantry_->log()));
  gantry_.reset();
  return false;
}

bool hostile_scene::until(const std::function<bool()>& condition, milliseconds limit) {
  const auto end = net::now().steady + limit;
  while (!condition()) {
    if (net::now().steady >= end) return false;
    step();
  }
  return true;
}

bool hostile_scene::until_unhindered(const std::function<bool()>& condition, milliseconds limit) {
  auto left = std::chrono::duration_cast<std::chrono::microseconds>(limit * hindered());
  while (!condition()) {
    if (left <= 0us) return false;
    const auto begin = net::now().steady;
    for (int count = 0; count < 4; ++count) step();
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(net::now().steady - begin);
    left -= std::min<std::chrono::microseconds>(took, one_step * 8);
  }
  return true;
}

// ---- What goes on ---------------------------------------------------------------------------

world_container* hostile_scene::any(const std::function<bool(const world_container&)>& fits) {
  std::vector<world_container*> out;
  for (world_container& each : engine_->world().all()) {
    if (!each.is_gone && fits(each)) out.push_back(&each);
  }
  return out.empty() ? nullptr : out[dice_.upto(out.size() - 1)];
}

void hostile_scene::let_live() {
  peer_world& world = engine_->world();
  const auto runs = [](const world_container& one) { return one.is_running; };
  const auto rests = [](const world_container& one) { return !one.is_running; };
  if (world_container* one = any(runs)) {
    const std::string text = one->name + " " + std::to_string(one->lines.size());
    const std::size_t width = dice_.one_in(30) ? dice_.upto(150'000) : dice_.upto(60);
    world.print(*one, text + std::string(width, '.'), dice_.one_in(6));
  }
  switch (dice_.upto(60)) {
    case 0:
      if (made_ < containers_max) world.create("c" + std::to_string(++made_));
      return;
    case 1:
      if (world_container* one = any(runs)) {
        world.die(*one, dice_.one_in(2) ? 0 : static_cast<int>(dice_.upto(255)));
      }
      return;
    case 2:
      if (world_container* one = any(rests)) world.start(*one);
      return;
    case 3:
      if (!dice_.one_in(3)) return;
      if (world_container* one = any(rests); one != nullptr && world.all().size() > 3) {
        world.remove(*one);
      }
      return;
    default:
      return;
  }
}

void hostile_scene::live(milliseconds time, const chosen_acts& acts) {
  const auto end = net::now().steady + time;
  for (int count = 0; net::now().steady < end && is_alive(); ++count) {
    if (count % 3 == 0) let_live();
    if (count % 12 == 0) {
      for (const engine_act* each : acts.engine) {
        if (each->again) each->again(*engine_, dice_);
      }
      for (const core_act* each : acts.core) {
        if (each->again) each->again(*front_, dice_);
      }
    }
    step();
  }
}

hostile_scene::chosen_acts hostile_scene::choose() {
  chosen_acts out;
  const auto& of_engine = plan_.of_engine;
  const auto& of_core = plan_.of_core;
  do {
    if (!of_engine.empty() && !dice_.one_in(4)) {
      for (std::size_t count = 1 + dice_.upto(2); count > 0; --count) {
        out.engine.push_back(&of_engine[dice_.upto(of_engine.size() - 1)]);
      }
    }
    if (!of_core.empty() && !dice_.one_in(3)) {
      out.core.push_back(&of_core[dice_.upto(of_core.size() - 1)]);
    }
  } while (out.engine.empty() && out.core.empty());
  return out;
}

void hostile_scene::begin(const chosen_acts& acts) {
  engine_manners of_engine;
  core_manners of_core;
  for (const engine_act* each : acts.engine) {
    done_.push_back(each->name);
    if (each->begin) each->begin(of_engine, dice_, *engine_);
  }
  engine_->behave(of_engine);
  for (const core_act* each : acts.core) {
    done_.push_back("core: " + each->name);
    if (each->begin) each->begin(of_core, dice_, *front_);
  }
  front_->behave(of_core);
}

void hostile_scene::perform(const chosen_acts& acts) {
  begin(acts);
  const bool is_long = dice_.one_in(30);
  live(is_long ? milliseconds(5'000 + dice_.upto(3'000)) : milliseconds(200 + dice_.upto(900)),
       acts);
  if (plan_.kills_gantry && dice_.one_in(8) && is_alive()) {
    done_.emplace_back("gantry is killed");
    gantry_.reset();
    start_gantry();
    live(milliseconds(dice_.upto(600)), acts);
  }
  behave_again(acts);
}

void hostile_scene::behave_again(const chosen_acts& acts) {
  engine_->behave({});
  front_->behave({});
  for (const engine_act* each : acts.engine) {
    if (each->end) each->end(*engine_);
  }
}

void hostile_scene::last_words() {
  peer_world& world = engine_->world();
  for (world_container& each : world.all()) {
    if (!each.is_gone && each.is_running) world.print(each, each.name + " last words");
  }
  if (world_container* one = any([](const auto& each) { return each.is_running; })) {
    world.die(*one, 7);
  }
  world_container& fresh = world.create("fresh");
  world.start(fresh);
  world.print(fresh, "fresh line");
}

// ---- How it ends ----------------------------------------------------------------------------

std::vector<std::string> hostile_scene::missing() const {
  auto out = judge_->missing([this](const std::string& target) { return core_->status(target); });
  if (!core_->registered()) out.emplace_back("gantry is not registered");
  for (const sent_command& each : front_->commands()) {
    if (each.is_owed && !core_->has_answer(each.tx)) {
      out.push_back("the command " + each.tx + " is not answered");
    }
  }
  return out;
}

void hostile_scene::expect_all() {
  const auto begin = net::now().steady;
  const bool told =
      until_unhindered([this] { return !is_alive() || missing().empty(); }, told_within);
  recovery_ = std::chrono::duration_cast<milliseconds>(net::now().steady - begin);
  if (!gantry_) return;
  if (!told) {
    for (const std::string& each : missing()) fail("not told in time: " + each);
    const bool late = until([this] { return !is_alive() || missing().empty(); }, 30s);
    fail(late ? "told within 30 s more" : "never told");
    for (const world_container& each : engine_->world().all()) fail(facts_of(each));
  }
  for (const std::string& each : judge_->wrong()) fail(each);
  if (core_->counters().unusable > 0) {
    fail(std::to_string(core_->counters().unusable) + " frames of gantry's cannot be read");
  }
}

// Now and then while the peers are at it again.
void hostile_scene::expect_the_end() {
  if (dice_.one_in(3)) {
    const chosen_acts acts = choose();
    begin(acts);
    live(milliseconds(50 + dice_.upto(300)), acts);
    done_.emplace_back("asked to end meanwhile");
  }
  if (!is_alive()) return;
  gantry_->send(SIGTERM);
  if (!until_unhindered([this] { return gantry_->exit_status().has_value(); }, ends_within)) {
    fail("gantry does not end when it is asked to");
  }
  const int status = gantry_->exit_status().value_or(0);
  if (status != 0) fail("gantry ended with " + std::to_string(status));
}

std::vector<std::string> hostile_scene::play() {
  peer_world& world = engine_->world();
  for (int count = 0; count < 3; ++count) world.create("c" + std::to_string(++made_));
  start_gantry();
  if (!until([this] { return !is_alive() || missing().empty(); }, starts_within)) {
    fail("gantry does not begin");
  }
  for (world_container& each : world.all()) world.start(each);
  for (std::size_t phase = 1 + dice_.upto(2); phase > 0 && is_alive(); --phase) {
    perform(choose());
    if (phase > 1 && dice_.one_in(2)) live(milliseconds(dice_.upto(400)), {});
  }
  last_words();
  if (wrong_.empty()) expect_all();
  expect_the_end();
  for (int run = 1; run <= starts_; ++run) {
    for (const std::string& each : faults_of_log(content_of(log_of(run)))) fail(each);
  }
  return wrong_;
}

std::string hostile_scene::report() const {
  std::string acts;
  for (const std::string& each : done_) acts += (acts.empty() ? "" : "; ") + each;
  return plan_.name + " seed " + std::to_string(seed_) + ": recovery " +
         std::to_string(recovery_.count()) + " ms, lines " + std::to_string(judge_->lines()) +
         ", suppressed " + std::to_string(judge_->suppressed()) + ", too large " +
         std::to_string(front_->counters().too_large) + ", " +
         (wrong_.empty() ? "good" : "FAILED") + " [" + acts + "]";
}

}  // namespace gantry::test
