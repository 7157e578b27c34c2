#include "tests/fault/scene.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "model/json.hpp"
#include "myko/net/clock.hpp"

namespace gantry::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* image = "gantry-test";
constexpr const char* service = "fault";
constexpr std::chrono::milliseconds withhold_max = 150ms;
constexpr std::chrono::milliseconds unanswered_max = 2s;
constexpr std::chrono::milliseconds command_max = 120s;
constexpr std::chrono::milliseconds fresh_max = 5s;

std::string from_environment(const char* name, std::string otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::move(otherwise) : std::string(value);
}

std::size_t number_from_environment(const char* name, std::size_t otherwise) {
  return std::stoull(from_environment(name, std::to_string(otherwise)));
}

std::string unique_prefix() { return "fault" + std::to_string(getpid()) + "-"; }

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();  // a terminal's
    out.push_back(std::move(line));
    begin = end + 1;
  }
  return out;
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// gantry tries a disk that was full once a second.
std::chrono::milliseconds until_spill_is_stored(std::chrono::steady_clock::duration since) {
  constexpr std::chrono::milliseconds spill_max = 3s;
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(since);
  return std::max(0ms, spill_max - waited);
}

std::string tail(const std::string& text) {
  constexpr std::size_t most = 6'000;
  return text.size() <= most ? text : "..." + text.substr(text.size() - most);
}

}  // namespace

// ---- The parts ------------------------------------------------------------------------------

scene::scene()
    : seed_(std::to_string(seeds(1).front())),
      dice_(std::stoull(seed_)),
      prefix_(unique_prefix()),
      folder_((fs::temp_directory_path() / ("gantry-" + prefix_ + "scene")).string()),
      engine_host_(from_environment("GANTRY_TEST_ENGINE", "")),
      begin_(net::now().steady) {
  fs::create_directories(path_of("state"));
  scale.lines = number_from_environment("GANTRY_FAULT_LINES", scale.lines);
  scale.faults = number_from_environment("GANTRY_FAULT_KILLS", scale.faults);
  scale.time = std::chrono::seconds(
      number_from_environment("GANTRY_FAULT_SECONDS", static_cast<std::size_t>(scale.time / 1s)));
  recording_core_config config;
  config.withhold_max = withhold_max;
  config.seed = std::stoull(seed_);
  core_ = std::make_unique<recording_core>(
      context_.get_executor(), config,
      [this](const std::string& emitter, const std::string& hash, const json::value& data) {
        oracle_.heard(emitter, hash, data);
      });
  core_proxy_ = std::make_unique<fault_proxy>(context_.get_executor(), core_->port());
}

void scene::SetUp() {
  RecordProperty("seed", seed_);
  if (engine_host_.empty()) {
    GTEST_SKIP() << "no engine: set GANTRY_TEST_ENGINE to what scripts/engine start prints";
  }
}

void scene::TearDown() {
  if (gantry_runs_ == 0) return;
  if (HasFailure()) {
    ADD_FAILURE() << seed_text(std::stoull(seed_)) << " repeats the chances of this run. All logs "
                  << "of gantry stay in " << folder_ << "; the last one ends:\n"
                  << tail(content(gantry_log(gantry_runs_)));
  }
  write_report();
}

scene::~scene() {
  gantry_.reset();
  disk_.reset();
  if (!own_engine_folder_.empty()) {
    engine("remove");
  } else if (!plans_.empty()) {
    std::vector<std::string> remove{"rm", "--force"};
    for (const std::string& each : all_containers()) remove.push_back(each);
    remove.push_back(prefix_ + "fresh");
    docker({remove});
  }
  core_proxy_.reset();
  engine_proxy_.reset();
  core_.reset();
  context_.restart();
  context_.run_for(1s);
  if (!HasFailure()) fs::remove_all(folder_);
}

void scene::use_own_engine() {
  own_engine_folder_ = path_of("engine");
  start_own_engine();
}

std::string scene::engine(const char* what) {
  return run_all({{GANTRY_ENGINE_SCRIPT, what}}, {{"GANTRY_ENGINE_DIR", own_engine_folder_}})
      .front();
}

void scene::start_own_engine() {
  const std::string printed = engine("start");
  const auto found = printed.rfind("DOCKER_HOST=");
  ASSERT_NE(found, std::string::npos) << printed;
  engine_host_ = split(printed.substr(found + 12)).front();
}

void scene::use_engine_proxy() {
  const std::string scheme = "unix://";
  ASSERT_TRUE(engine_host_.starts_with(scheme)) << "not a socket: " << engine_host_;
  engine_proxy_ =
      std::make_unique<fault_proxy>(context_.get_executor(), engine_host_.substr(scheme.size()));
}

bool scene::use_small_disk(std::size_t bytes) {
  disk_ = std::make_unique<small_disk>(path_of("state"), bytes);
  (void)until([this] { return disk_->now() != small_disk::state::starting; }, 10s);
  if (disk_->now() == small_disk::state::ready) return true;
  RecordProperty("no_disk", disk_->why_refused());
  disk_.reset();
  return false;
}

std::vector<print_plan> scene::make_plans(std::size_t runs) {
  std::vector<print_plan> out;
  for (std::size_t at = 0; at < scale.containers; ++at) {
    print_plan plan;
    plan.name = "c" + std::to_string(at + 10);
    plan.lines = std::max<std::size_t>(1, scale.lines / scale.containers / runs);
    plan.padding = 1 + dice_.upto(80);
    plan.burst = 10 + dice_.upto(50);
    const std::size_t pauses = plan.lines / plan.burst + 1;
    plan.pause = std::max<milliseconds>(1ms, scale.time / static_cast<int>(pauses));
    plan.tty = at % 5 == 4;
    // Long lines are stored in pieces, between which others may come: then the engine's order
    // says nothing. And a run that is cut short would leave pieces.
    plan.long_lines = runs == 1 && at % 2 == 0;
    out.push_back(plan);
  }
  return out;
}

void scene::set_up(const std::vector<print_plan>& plans, printing how) {
  plans_ = plans;
  printing_ = how;
  create(plans);
  start_gantry();
  ASSERT_TRUE(until(
      [this] {
        const auto online = [this](const std::string& name) {
          return core_->status(std::string(service) + ":container/" + name) == "online";
        };
        const auto all = all_containers();
        return core_->registered() && online(prefix_ + "fresh") &&
               std::all_of(all.begin(), all.end(), online);
      },
      30s))
      << "gantry does not publish the containers";
}

void scene::create(const std::vector<print_plan>& plans) {
  print_plan fresh;
  fresh.name = "fresh";
  fresh.lines = 1;
  fresh.errors = fresh.long_lines = false;
  auto all = plans;
  all.push_back(fresh);
  commands creations;
  for (const print_plan& each : all) {
    std::vector<std::string> command{"create", "--network", "none", "--name", prefix_ + each.name};
    if (each.tty) command.emplace_back("--tty");
    command.insert(command.end(), {image, "sh", "-c", each.script()});
    creations.push_back(std::move(command));
  }
  docker(creations);
  oracle_.printed(prefix_ + "fresh", fresh.lines_of_run(1));
  oracle_.ran(prefix_ + "fresh", 1);
  if (printing_ == printing::as_stored) return;
  for (const print_plan& each : plans) {
    oracle_.printed(prefix_ + each.name, each.lines_of_run(1));
    oracle_.ran(prefix_ + each.name, 1);
  }
}

std::string scene::gantry_log(std::size_t run) const {
  return path_of("gantry" + std::to_string(run) + ".log");
}

std::vector<std::string> scene::all_containers() const {
  std::vector<std::string> out;
  for (const print_plan& each : plans_) out.push_back(prefix_ + each.name);
  return out;
}

// ---- What goes on ---------------------------------------------------------------------------

// Docker 20.10 that is killed just as a container ends may keep its task, and then refuses for good
// to start that container: it prints no more, and what it has printed still counts.
void scene::start_printing() {
  commands starts;
  for (const std::string& each : all_containers()) starts.push_back({"docker", "start", each});
  std::size_t refused = 0;
  for (const ended_command& each : run_to_their_end(starts, {{"DOCKER_HOST", engine_host_}})) {
    if (each.status == 0) continue;
    const bool kept_its_task =
        !own_engine_folder_.empty() && each.log.find("already exists") != std::string::npos;
    if (kept_its_task) ++refused;
    EXPECT_TRUE(kept_its_task) << tail(each.log);
  }
  EXPECT_LE(refused * 4, starts.size()) << "empty: the engine does not start its containers again";
}

void scene::start_gantry() {
  const std::string to_engine =
      engine_proxy_ ? "tcp://127.0.0.1:" + std::to_string(engine_proxy_->port()) : engine_host_;
  const environment variables{{"RSHIP_SERVER", "127.0.0.1:" + std::to_string(core_proxy_->port())},
                              {"DOCKER_HOST", to_engine},
                              {"GANTRY_SERVICE_ID", service},
                              {"GANTRY_NAMES", prefix_ + "*"},
                              {"GANTRY_STATE_DIR", path_of("state")},
                              {"GANTRY_LOG_LEVEL", from_environment("GANTRY_LOG_LEVEL", "info")}};
  // It ends with this program, however that ends.
  std::vector<std::string> command{"setpriv", "--pdeathsig", "KILL"};
  if (disk_) {
    for (std::string& each : disk_->enter()) command.push_back(std::move(each));
  }
  command.emplace_back(GANTRY_PROGRAM);
  gantry_ = std::make_unique<process>(command, variables, gantry_log(++gantry_runs_));
}

void scene::begin(fault which) {
  switch (which) {
    case fault::gantry:
      if (disk_ended_) let_pass(until_spill_is_stored(net::now().steady - *disk_ended_));
      ++kills_;
      gantry_.reset();  // by SIGKILL
      break;
    case fault::core:
      ++kills_;
      core_->kill();
      break;
    case fault::connection:
      disturb_connection();
      break;
    case fault::engine:
      ++kills_;
      engine("kill");
      break;
    case fault::disk:
      disk_->fill();
      break;
  }
}

void scene::end(fault which) {
  switch (which) {
    case fault::gantry:
      return start_gantry();
    case fault::core:
      return core_->start();
    case fault::connection:
      return core_proxy_->heal();
    case fault::engine:
      start_own_engine();
      return start_printing();
    case fault::disk:
      disk_ended_ = net::now().steady;
      return disk_->clear();
  }
}

void scene::disturb_connection() {
  const cut_kind how = dice_.one_in(2) ? cut_kind::close : cut_kind::reset;
  switch (dice_.upto(nothing_came_again() ? 1 : 4)) {
    case 0:
      return core_proxy_->cut(how);
    case 1:
      core_proxy_->refuse();
      return core_proxy_->cut(how);
    case 2:
      return core_proxy_->stall();
    case 3:
      return core_proxy_->delay(chance(5ms, 80ms));
    default:
      return core_proxy_->slice(1 + dice_.upto(40));
  }
}

scene::milliseconds scene::chance(milliseconds least, milliseconds most) {
  return least + milliseconds(dice_.upto(static_cast<std::size_t>((most - least).count())));
}

// A full disk and a killed gantry exclude each other: what memory alone knows is lost then, and may
// come again, combined in another way.
std::vector<scene::fault> scene::choose(const std::vector<fault>& kinds, std::size_t at_once) {
  std::vector<fault> out;
  const std::size_t many = 1 + dice_.upto(at_once - 1);
  while (out.size() < std::min(many, kinds.size())) {
    const fault next = kinds[dice_.upto(kinds.size() - 1)];
    const auto has = [&out](fault which) {
      return std::find(out.begin(), out.end(), which) != out.end();
    };
    if (has(next)) continue;
    const bool excluded =
        (next == fault::disk && has(fault::gantry)) || (next == fault::gantry && has(fault::disk));
    if (excluded) break;
    out.push_back(next);
  }
  return out;
}

void scene::perform(const std::vector<fault>& kinds, std::size_t at_once) {
  const milliseconds spacing = scale.time / static_cast<int>(scale.faults);
  std::size_t idle = 0;
  for (std::size_t at = 0; at < scale.faults && !HasFatalFailure(); ++at) {
    let_pass(chance(spacing / 8, spacing));
    if (printing_ == printing::as_planned && oracle_.missing() <= 1) ++idle;  // 1: the fresh line
    const std::vector<fault> chosen = choose(kinds, at_once);
    // At any moment: but not before one was sure to make something come again.
    if (nothing_came_again()) (void)until([&] { return core_->unanswered() > 0; }, unanswered_max);
    for (const fault each : chosen) {
      begin(each);
      let_pass(chance(0ms, 100ms));
    }
    let_pass(chance(0ms, std::min<milliseconds>(spacing, 1'000ms)));
    for (const fault each : chosen) end(each);
  }
  EXPECT_LE(idle * 2, scale.faults) << "empty: most faults came when all was printed and told";
}

void scene::let_pass(milliseconds time) {
  (void)until([] { return false; }, time);
}

bool scene::until(const std::function<bool()>& condition, milliseconds limit) {
  const auto end = net::now().steady + limit;
  while (!condition()) {
    if (gantry_ && gantry_->exit_status()) {
      ADD_FAILURE() << "gantry ended by itself with " << *gantry_->exit_status() << ":\n"
                    << tail(gantry_->log());
      gantry_.reset();
    }
    if (net::now().steady >= end) return false;
    context_.restart();
    context_.run_for(5ms);
  }
  return true;
}

std::vector<scene::ended_command> scene::run_to_their_end(const commands& all,
                                                          const environment& extra) {
  std::vector<std::unique_ptr<process>> running;
  for (const auto& each : all) {
    const std::string log = path_of("command" + std::to_string(++commands_run_) + ".log");
    running.push_back(std::make_unique<process>(each, extra, log));
  }
  const auto ended = [&running] {
    return std::all_of(running.begin(), running.end(),
                       [](const auto& each) { return each->exit_status().has_value(); });
  };
  EXPECT_TRUE(until(ended, command_max + scale.time)) << "a command does not end";
  std::vector<ended_command> out;
  for (const auto& each : running) out.push_back({each->exit_status().value_or(-1), each->log()});
  return out;
}

std::vector<std::string> scene::run_all(const commands& all, const environment& extra) {
  std::vector<std::string> out;
  for (const ended_command& each : run_to_their_end(all, extra)) {
    const auto& command = all[out.size()];
    out.push_back(each.log);
    if (each.status == 0) continue;
    std::string words;
    for (const std::string& word : command) words += word.substr(0, 60) + " ";
    ADD_FAILURE() << words << "failed: " << tail(each.log);
  }
  return out;
}

std::vector<std::string> scene::docker(commands all) {
  for (auto& each : all) each.insert(each.begin(), "docker");
  return run_all(all, {{"DOCKER_HOST", engine_host_}});
}

// ---- How it ends ----------------------------------------------------------------------------

void scene::expect_a_fresh_line() {
  core_->withhold(0ms);
  const std::string fresh = prefix_ + "fresh";
  docker({{"start", fresh}});
  EXPECT_TRUE(until([&] { return oracle_.missing(fresh) == 0; }, fresh_max))
      << "a line that was printed after the faults is not in the core within five seconds";
}

void scene::expect_all_lines(drops may_drop, resends must_resend) {
  std::vector<std::string> wait{"wait"};
  for (const std::string& each : all_containers()) wait.push_back(each);
  docker({wait});
  learn_what_was_stored();
  EXPECT_TRUE(
      until([this] { return oracle_.missing() == 0 && oracle_.all_ended(); }, 60s + scale.time))
      << oracle_.missing() << " lines have not arrived";
  stop_gantry();
  start_gantry();
  EXPECT_TRUE(until([this] { return core_->registered(); }, 10s)) << "gantry does not come back";
  stop_gantry();
  for (const std::string& each : oracle_.verdict(may_drop, must_resend)) ADD_FAILURE() << each;
}

void scene::learn_what_was_stored() {
  commands logs;
  for (const std::string& each : all_containers()) logs.push_back({"logs", each});
  const auto outputs = docker(logs);
  for (std::size_t at = 0; at < plans_.size(); ++at) {
    if (!plans_[at].long_lines) oracle_.stored(prefix_ + plans_[at].name, split(outputs[at]));
  }
}

void scene::stop_gantry() {
  if (!gantry_) return;
  const auto leaving = std::exchange(gantry_, nullptr);
  leaving->send(SIGTERM);
  EXPECT_TRUE(until([&] { return leaving->exit_status().has_value(); }, 10s))
      << "gantry does not stop";
  EXPECT_EQ(leaving->exit_status().value_or(0), 0) << tail(leaving->log());
}

// A line for scripts/soak.
void scene::write_report() const {
  const std::string file = from_environment("GANTRY_FAULT_REPORT", "");
  if (file.empty()) return;
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(net::now().steady - begin_);
  std::ofstream(file, std::ios::app)
      << test->name() << ": " << oracle_.lines() << " lines, " << kills_ << " kills, "
      << oracle_.resent() << " resends, " << oracle_.dropped() << " dropped, " << took.count()
      << " s, seed " << seed_ << (HasFailure() ? ", FAILED" : ", good") << '\n';
}

}  // namespace gantry::test
