#include "executor/app.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

#include "executor/engine/docker_client.hpp"
#include "executor/engine/finder.hpp"
#include "executor/exit_codes.hpp"
#include "executor/host.hpp"
#include "executor/logging.hpp"
#include "executor/parts.hpp"
#include "executor/self.hpp"
#include "executor/state_folder.hpp"
#include "executor/stop_signal.hpp"
#include "executor/version.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"
#include "myko/net/task_group.hpp"

namespace gantry {
namespace {

namespace asio = boost::asio;
using net::awaitable;

class core_link final : public fleet::core_port {
 public:
  explicit core_link(myko::client& client) : client_(client) {}
  void publish(model::catalogue all) override { client_.publish(std::move(all)); }
  void set_latest(model::pulse pulse) override { client_.set_latest(std::move(pulse)); }
  void answer(std::uint64_t ticket, const myko::action_outcome& outcome) override {
    client_.answer(ticket, outcome);
  }

 private:
  myko::client& client_;
};

std::string where_the_core_is(const config& config) {
  if (!config.core.server.empty()) return "";
  return "; no core is named, so it is taken to be launched alongside the core: " +
         to_string(config.servers.front()) + " (RSHIP_SERVER names another)";
}

// All parts, in the order in which they are needed; taken apart in reverse.
class application {
 public:
  application(const config& config, engine::finder_config where, const std::string& database,
              stop_signal& stop)
      : stop_(stop),
        log_(make_log("gantry")),
        outbox_(context_.get_executor(), parts::outbox_of(config, database), make_log("outbox")),
        found_(outbox_.open()),
        finder_(context_.get_executor(), std::move(where), net::system_random(),
                make_log("engine")),
        engine_(engine::create_docker_client(finder_, {.log = make_log("engine")})),
        client_(
            context_.get_executor(), client_config(config), outbox_, net::system_random(),
            [this](const myko::action_request& request) { controller_.perform(request); },
            make_log("core")),
        link_(client_),
        controller_(context_.get_executor(), *engine_, link_, outbox_,
                    parts::controller_of(config, found_), net::system_random(), make_log("fleet")),
        asked_(context_.get_executor()),
        work_(context_.get_executor()),
        writing_(context_.get_executor()),
        tasks_(context_.get_executor()) {
    outbox_.on_ready([this] { client_.pump(); });
    outbox_.on_renewed([this] {
      write_facts();
      controller_.save_all();
    });
    outbox_.on_hang([this](const std::string& words) { controller_.disk_hangs(words); });
    outbox_.on_lost([this](const auto& targets) { controller_.lines_lost(targets); });
    facts_ = facts_of(make_self(config, found_.facts), config);
    if (const auto sent = found_.facts.find(self_facts::machine_sent); sent != found_.facts.end()) {
      facts_.insert(*sent);
    }
    write_facts();
    found_ = {};
  }

  ~application() { stop_.on_asked({}); }
  application(const application&) = delete;
  application& operator=(const application&) = delete;

  int run() {
    writing_.spawn(outbox_.run());
    work_.spawn(controller_.run());
    tasks_.spawn(serve());
    stop_.reached(ending_step::working);
    stop_.on_asked([this](int number) { asio::post(context_, [this, number] { leave(number); }); });
    context_.run();
    return exit_codes::done;
  }

 private:
  myko::client_config client_config(const config& config) {
    myko::client_config out = parts::client_of(config, found_);
    out.session.machine.on_sent = [this](const json::text& item) {
      facts_[self_facts::machine_sent] = item.bytes;
      write_facts();
    };
    out.on_change = [this] { outbox_.set_open(client_.state().takes_pulses()); };
    return out;
  }

  void write_facts() {
    outbox_.write_soon(
        [this](outbox::batch& into) { into.facts.insert(facts_.begin(), facts_.end()); }, nullptr);
  }

  // The core's client is the last to go but for the outbox: it has to tell that all is offline, and
  // what the core has read by then must not be sent again by the next life.
  awaitable<void> serve() {
    const net::first_end end = co_await net::until_first(client_.run(), limit_last_words());
    end.rethrow();
    stop_.reached(ending_step::ending_work);
    work_.cancel();
    co_await work_.wait();
    finder_.stop();
    stop_.reached(ending_step::writing);
    writing_.cancel();
    co_await writing_.wait();
    co_await outbox_.finish();
    log_(log_level::info, "stopped");
    stop_.reached(ending_step::closing);
  }

  void leave(int number) {
    log_(log_level::info,
         std::string("stopping, asked by ") + (number == SIGINT ? "SIGINT" : "SIGTERM"));
    stop_.reached(ending_step::telling_core);
    leaves_ = true;
    client_.leave();
    asked_.notify();
  }

  awaitable<void> limit_last_words() {
    while (!leaves_) co_await asked_.wait();
    co_await net::sleep(ending::last_words_within);
    log_(log_level::warning, "the core did not take the last words in time");
  }

  stop_signal& stop_;
  asio::io_context context_{1};
  log_sink log_;
  outbox::pulse_outbox outbox_;
  outbox::snapshot found_;
  std::map<std::string, std::string> facts_;
  engine::finder finder_;
  std::unique_ptr<engine::client> engine_;
  myko::client client_;
  core_link link_;
  fleet::controller controller_;
  net::signal asked_;
  bool leaves_ = false;
  net::task_group work_;
  net::task_group writing_;
  net::task_group tasks_;
};

}  // namespace

int run_gantry(const config& config) {
  const log_sink log = make_log("gantry");
  stop_signal stop(log);
  log(log_level::info, std::string("gantry ") + version + " starts" + where_the_core_is(config));
  if (!config.core.token_file.empty() && host::is_readable_by_others(config.core.token_file)) {
    log(log_level::warning,
        "the token file " + config.core.token_file + " can be read by others: chmod 600 it");
  }
  host::raise_open_files_limit();
  auto where = parts::finder_of(config, parts::state_folder_of(config));
  if (!where) {
    log(log_level::error, where.error().message);
    return exit_codes::configuration;
  }
  auto folder = state_folder::claim(parts::state_folder_of(config));
  if (!folder && folder.error().code == boost::system::errc::device_or_resource_busy) {
    log(log_level::error, folder.error().message);
    return exit_codes::configuration;
  }
  if (!folder) {
    log(log_level::error, folder.error().message +
                              ": pulses are kept in memory only, and nothing is remembered over a "
                              "restart; set state_dir to a folder that can be written");
  }
  application application(config, *std::move(where), folder ? folder->database() : "", stop);
  return application.run();
}

}  // namespace gantry
