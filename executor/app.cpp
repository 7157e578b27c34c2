#include "executor/app.hpp"

#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <utility>

#include "executor/engine/docker_client.hpp"
#include "executor/engine/own_container.hpp"
#include "executor/exit_codes.hpp"
#include "executor/fleet/controller.hpp"
#include "executor/host.hpp"
#include "executor/known_targets.hpp"
#include "executor/logging.hpp"
#include "executor/self.hpp"
#include "executor/version.hpp"
#include "myko/client/client.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/task_group.hpp"

namespace gantry {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using net::awaitable;

// Last words, the closing handshake, and what hangs: together below the five seconds promised.
constexpr auto leave_max = 4'500ms;

class core_link final : public fleet::core_port {
 public:
  explicit core_link(myko::client& client) : client_(client) {}
  void publish(model::catalogue all) override { client_.publish(std::move(all)); }
  void queue(model::pulse pulse) override { client_.queue(std::move(pulse)); }
  void set_latest(model::pulse pulse) override { client_.set_latest(std::move(pulse)); }
  void answer(std::uint64_t ticket, const myko::action_outcome& outcome) override {
    client_.answer(ticket, outcome);
  }
  awaitable<void> room() override { return client_.room(); }

 private:
  myko::client& client_;
};

myko::websocket_config websocket_of(const config& config) {
  myko::websocket_config out;
  out.tls.ca_file = config.core.ca_file;
  out.tls.certificate_file = config.core.certificate_file;
  out.tls.key_file = config.core.key_file;
  out.tls.verify = config.core.verify ? net::verification::on : net::verification::off;
  out.token_file = config.core.token_file;
  out.compress = config.core.compress;
  return out;
}

myko::client_config client_of(const config& config) {
  myko::client_config out;
  out.servers = config.servers;
  out.websocket = websocket_of(config);
  out.session.delivery.queue_bytes = static_cast<std::size_t>(config.queue_bytes_max);
  return out;
}

// With nothing configured and no engine there yet, the usual place is watched until one comes.
result<engine::endpoint> endpoint_of(const config& config) {
  const engine::engine_environment values{
      .docker_host = config.engine_host,
      .docker_tls_verify = host::environment("DOCKER_TLS_VERIFY").value_or(""),
      .docker_cert_path = host::environment("DOCKER_CERT_PATH").value_or(""),
      .xdg_runtime_dir = host::environment("XDG_RUNTIME_DIR").value_or("")};
  auto found = engine::find_endpoint(values);
  if (!found && config.engine_host.empty()) {
    return engine::endpoint(engine::unix_endpoint{engine::usual_sockets(values).front()});
  }
  return found;
}

std::string own_container() {
  return engine::own_container_id(host::read_file("/proc/self/mountinfo").value_or(""),
                                  host::read_file("/proc/self/cgroup").value_or(""))
      .value_or("");
}

fleet::controller_config controller_of(const config& config, const log_sink& log) {
  fleet::controller_config out;
  out.self = make_self(config);
  out.chosen = config.containers;
  out.own_container = own_container();
  out.pulses.pulses_per_second = config.pulses_per_second;
  out.line_bytes_max = static_cast<std::size_t>(config.line_bytes_max);

  const std::string folder =
      config.state_dir.empty() ? host::default_state_dir() : config.state_dir;
  if (const auto made = host::make_folder(folder); !made) {
    log(log_level::warning, made.error().message + ": targets are not remembered over a restart");
    return out;
  }
  const std::string file = folder + "/targets.json";
  if (auto known = load_known_targets(file)) {
    out.known = *std::move(known);
  } else {
    log(log_level::warning, known.error().message + ": begun anew");
  }
  out.remember = [file, log](const std::vector<fleet::identity>& targets) {
    const auto saved = save_known_targets(file, targets);
    if (!saved) log(log_level::warning, saved.error().message);
  };
  return out;
}

// All parts, in the order in which they are needed; taken apart in reverse.
class application {
 public:
  application(const config& config, engine::endpoint where)
      : log_(make_log("gantry")),
        engine_(engine::create_docker_client(context_.get_executor(), std::move(where))),
        client_(
            context_.get_executor(), client_of(config), net::system_random(),
            [this](const myko::action_request& request) { controller_.perform(request); },
            make_log("core")),
        link_(client_),
        controller_(context_.get_executor(), *engine_, link_, controller_of(config, log_),
                    net::system_random(), make_log("fleet")),
        signals_(context_, SIGINT, SIGTERM),
        tasks_(context_.get_executor()) {}

  int run() {
    tasks_.spawn(controller_.run());
    tasks_.spawn(serve());
    context_.run();
    return exit_codes::done;
  }

 private:
  // The core's client is the last to go: it has to tell that all is offline.
  awaitable<void> serve() {
    const auto executor = co_await asio::this_coro::executor;
    (void)co_await asio::experimental::make_parallel_group(
        asio::co_spawn(executor, client_.run(), asio::deferred),
        asio::co_spawn(executor, leave_on_signal(), asio::deferred))
        .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    log_(log_level::info, "stopped");
    tasks_.cancel();
    signals_.cancel();
  }

  awaitable<void> leave_on_signal() {
    const auto [error, number] = co_await signals_.async_wait(net::token);
    if (error) co_return;
    log_(log_level::info,
         std::string("stopping, asked by ") + (number == SIGINT ? "SIGINT" : "SIGTERM"));
    client_.leave();
    co_await net::sleep(leave_max);
    log_(log_level::warning, "the core did not take the last words in time");
  }

  asio::io_context context_{1};
  log_sink log_;
  std::unique_ptr<engine::client> engine_;
  myko::client client_;
  core_link link_;
  fleet::controller controller_;
  asio::signal_set signals_;
  net::task_group tasks_;
};

// ---- gantry check ---------------------------------------------------------------------------

awaitable<bool> check_cores(const config& config) {
  bool good = true;
  for (const myko::server_address& server : config.servers) {
    const auto connected =
        co_await myko::connect_websocket(server, websocket_of(config), [](myko::control_frame) {});
    std::cout << "core    " << to_string(server) << ": "
              << (connected ? "answers" : connected.error().message) << '\n';
    if (connected) co_await (*connected)->close();
    good = good && connected.has_value();
  }
  co_return good;
}

void print_targets(const model::catalogue& all) {
  std::cout << "instance " << all.instance.id << " (" << all.instance.name << ")\n";
  for (const auto& [id, target] : all.targets) {
    std::cout << "target  " << id << "  " << target.category << " \"" << target.name << "\"";
    for (const auto& action : target.actions) std::cout << ' ' << all.actions.at(action).name;
    std::cout << '\n';
  }
}

awaitable<bool> check_engine(const config& config, engine::endpoint where) {
  const auto client =
      engine::create_docker_client(co_await asio::this_coro::executor, std::move(where));
  const auto version = co_await client->negotiate();
  if (!version) {
    std::cout << "engine  " << client->address() << ": " << version.error().message << '\n';
    co_return false;
  }
  std::cout << "engine  " << client->address() << ": " << version->product << ' ' << version->engine
            << ", API " << version->api << '\n';
  const auto containers = co_await client->list();
  if (!containers) {
    std::cout << "engine  " << containers.error().message << '\n';
    co_return false;
  }
  fleet::roster roster(make_self(config), config.containers, own_container());
  roster.set_engine(fleet::engine_state::answers, "");
  roster.set_containers(*containers);
  print_targets(roster.catalogue(""));
  co_return true;
}

}  // namespace

int run_gantry(const config& config) {
  const log_sink log = make_log("gantry");
  log(log_level::info, std::string("gantry ") + version + " starts");
  if (!config.core.token_file.empty() && host::is_readable_by_others(config.core.token_file)) {
    log(log_level::warning,
        "the token file " + config.core.token_file + " can be read by others: chmod 600 it");
  }
  host::raise_open_files_limit();
  auto where = endpoint_of(config);
  if (!where) {
    log(log_level::error, where.error().message);
    return exit_codes::configuration;
  }
  application application(config, *std::move(where));
  return application.run();
}

int check_gantry(const config& config) {
  const auto where = endpoint_of(config);
  asio::io_context context{1};
  bool good = where.has_value();
  if (!where) std::cout << "engine  " << where.error().message << '\n';
  const auto note = [&good](const std::exception_ptr& error, bool answer) {
    if (error) std::rethrow_exception(error);
    good = good && answer;
  };
  asio::co_spawn(context, check_cores(config), note);
  context.run();
  if (where) {
    context.restart();
    asio::co_spawn(context, check_engine(config, *where), note);
    context.run();
  }
  std::cout << (good ? "all is well\n" : "not all is well\n");
  return good ? exit_codes::done : exit_codes::trouble;
}

}  // namespace gantry
