// gantry check: the core, the engine and the outbox, looked at and told.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "executor/app.hpp"
#include "executor/engine/docker_client.hpp"
#include "executor/engine/finder.hpp"
#include "executor/exit_codes.hpp"
#include "executor/fitting.hpp"
#include "executor/fleet/slot_catalogue.hpp"
#include "executor/outbox/store.hpp"
#include "executor/parts.hpp"
#include "executor/self.hpp"
#include "executor/slots/slot_report.hpp"
#include "executor/state_folder.hpp"
#include "myko/net/clock.hpp"

namespace gantry {
namespace {

namespace asio = boost::asio;
using net::awaitable;

// At the first of its ports that answers.
awaitable<bool> check_core(const config& config, myko::server_address named) {
  for (const myko::server_address& server : each_port(named)) {
    const auto connected = co_await myko::connect_websocket(server, parts::websocket_of(config),
                                                            [](myko::control_frame) {});
    std::cout << "core    " << to_string(server) << ": "
              << (connected ? "answers" : connected.error().message) << '\n';
    if (!connected) continue;
    co_await (*connected)->close();
    co_return true;
  }
  co_return false;
}

awaitable<bool> check_cores(const config& config) {
  if (config.core.server.empty()) {
    std::cout << "core    no core is named: gantry is taken to be launched alongside the core\n";
  }
  bool good = true;
  for (const myko::server_address& server : config.servers) {
    const bool answers = co_await check_core(config, server);
    good = good && answers;
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

// What the search says of sockets that are passed over is told; the rest is in what it finds.
void print_trouble(log_level level, const std::string& text) {
  if (level >= log_level::warning) std::cout << "engine  " << text << '\n';
}

// Without an engine to ask.
void print_slots(const config& config) {
  for (const slots::slot_template& slot : config.slots) {
    std::cout << slots::report(slot, slots::image_presence::unknown);
  }
}

// False when one of them cannot work as it is.
awaitable<bool> check_slots(const config& config, engine::client& client) {
  bool good = true;
  for (const slots::slot_template& slot : config.slots) {
    const auto image = co_await client.inspect_image(slot.image);
    auto presence = slots::image_presence::unknown;
    if (image) {
      presence = *image ? slots::image_presence::there : slots::image_presence::missing;
    } else {
      std::cout << "engine  " << image.error().message << '\n';
    }
    std::cout << slots::report(slot, presence);
    good = good && image.has_value() && slots::is_usable(slot, presence);
  }
  co_return good;
}

// A Podman that the search starts ends with the check.
awaitable<bool> check_engine(const config& config, engine::finder_config where) {
  const auto executor = co_await asio::this_coro::executor;
  engine::finder finder(executor, std::move(where), net::system_random(), print_trouble);
  const auto client = engine::create_docker_client(executor, finder);
  const auto version = co_await client->negotiate();
  if (!version) {
    std::cout << "engine  " << client->address() << ": " << version.error().message << '\n';
    print_slots(config);
    co_return false;
  }
  std::cout << "engine  " << client->address() << " (" << finder.how() << "): " << version->product
            << ' ' << version->engine << ", API " << version->api << '\n';
  const auto containers = co_await client->list();
  if (!containers) {
    std::cout << "engine  " << containers.error().message << '\n';
    co_return false;
  }
  fleet::roster roster(make_self(config, {}), config.containers, parts::own_container(),
                       fleet::action_policy(config.actions));
  roster.set_stats(fleet::wants_stats(config.stats));
  roster.set_engine(fleet::engine_state::answers, "");
  roster.set_containers(*containers);
  model::catalogue all = roster.catalogue("");
  fleet::add_slots(all, config.slots, roster.policy(), true, "");
  print_targets(all);
  for (const std::string& each : patterns_without_fit(config, *containers, all)) {
    std::cout << "note    " << each << '\n';
  }
  co_return co_await check_slots(config, *client);
}

// What waits for the core; a gantry that runs may be writing there just now.
bool check_outbox(const config& config) {
  const std::string folder = parts::state_folder_of(config);
  const std::string file = state_folder::database_in(folder);
  std::cout << "outbox  " << file << ": ";
  if (const auto wrong = state_folder::why_not(folder)) {
    std::cout << *wrong << ": set state_dir to a folder that can be written\n";
    return false;
  }
  const auto waiting = outbox::peek(file);
  if (!waiting) {
    std::cout << "none yet\n";
  } else if (waiting->records == 0) {
    std::cout << "nothing waits for the core\n";
  } else {
    const auto seconds = (myko::unix_ms(net::now().wall) - waiting->oldest) / 1'000;
    std::cout << waiting->records << " pulses with " << waiting->lines << " lines ("
              << waiting->bytes / 1'024 << " KiB) wait for the core, the oldest for " << seconds
              << " s\n";
  }
  return true;
}

struct temporary_folder {
  std::string path = std::filesystem::temp_directory_path() / "gantry-check-XXXXXX";

  bool made = mkdtemp(path.data()) != nullptr;  // else a Podman tells why it cannot be there

  temporary_folder() = default;
  ~temporary_folder() {
    std::error_code ignored;
    if (made) std::filesystem::remove_all(path, ignored);
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
};

}  // namespace

int check_gantry(const config& config) {
  // A gantry that runs may have its own Podman in the state folder.
  const temporary_folder folder;
  const auto where = parts::finder_of(config, folder.path);
  asio::io_context context{1};
  bool good = where.has_value();
  if (!where) {
    std::cout << "engine  " << where.error().message << '\n';
    print_slots(config);
  }
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
  good = check_outbox(config) && good;
  std::cout << (good ? "all is well\n" : "not all is well\n");
  return good ? exit_codes::done : exit_codes::trouble;
}

}  // namespace gantry
