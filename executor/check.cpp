// gantry check: the core, the engine and the outbox, looked at and told.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "executor/app.hpp"
#include "executor/core_check.hpp"
#include "executor/engine/docker_client.hpp"
#include "executor/engine/finder.hpp"
#include "executor/exit_codes.hpp"
#include "executor/fitting.hpp"
#include "executor/fleet/slot_catalogue.hpp"
#include "executor/outbox/store.hpp"
#include "executor/parts.hpp"
#include "executor/self.hpp"
#include "executor/slots/labels.hpp"
#include "executor/slots/slot_report.hpp"
#include "executor/state_folder.hpp"
#include "model/item_json.hpp"
#include "myko/net/clock.hpp"

namespace gantry {
namespace {

namespace asio = boost::asio;
using net::awaitable;

// Those that answer, by the addresses that they answer at.
using answering_cores = std::vector<myko::server_address>;

// At the first of its ports that answers.
awaitable<bool> check_core(const config& config, myko::server_address named,
                           answering_cores& answering) {
  for (const myko::server_address& server : each_port(named)) {
    const auto connected = co_await myko::connect_websocket(server, parts::websocket_of(config),
                                                            [](myko::control_frame) {});
    std::cout << "core    " << to_string(server) << ": "
              << (connected ? "answers" : connected.error().message) << '\n';
    if (!connected) continue;
    co_await (*connected)->close();
    answering.push_back(server);
    co_return true;
  }
  co_return false;
}

awaitable<bool> check_cores(const config& config, answering_cores& answering) {
  if (config.core.server.empty()) {
    std::cout << "core    no core is named: gantry is taken to be launched alongside the core\n";
  }
  bool good = true;
  for (const myko::server_address& server : config.servers) {
    const bool answers = co_await check_core(config, server, answering);
    good = good && answers;
  }
  co_return good;
}

// What a core holds of this gantry; one that holds nothing of it is no fault.
awaitable<bool> check_holdings(const config& config, myko::server_address server,
                               const model::catalogue& all) {
  const std::string begin = "core    " + to_string(server) + ": ";
  const auto found = co_await ask_core(std::move(server), parts::websocket_of(config), all);
  if (!found) {
    std::cout << begin << found.error().message << '\n';
    co_return false;
  }
  if (found->how == core_holdings::known::no_instance) {
    std::cout << begin << "no gantry of the id " << all.instance.id << " is there\n";
  } else if (found->how == core_holdings::known::compared && found->differences.empty()) {
    std::cout << begin << "holds all " << found->items << " items of this gantry\n";
  }
  for (const std::string& each : found->differences) std::cout << begin << each << '\n';
  if (found->unknown_targets > 0) {
    std::cout << begin << "holds " << found->unknown_targets
              << " more of its targets, whose containers may be gone\n";
  }
  if (found->how == core_holdings::known::compared && !found->runs) {
    std::cout << begin << "no gantry of this id runs now: its Instance is Unavailable\n";
  }
  co_return found->differences.empty();
}

void print_targets(const model::catalogue& all) {
  std::cout << "instance " << all.instance.id << " (" << all.instance.name << ")\n";
  for (const auto& [id, target] : all.targets) {
    std::cout << "target  " << id << "  " << target.category << " \"" << target.name << "\"";
    for (const auto& action : target.actions) {
      std::cout << ' ' << action.value.substr(id.value.size() + 1);  // as patterns name it
    }
    std::cout << '\n';
  }
}

// What would be left out of the registration.
void print_too_large(const config& config, const model::catalogue& all) {
  for (const model::change& each : model::publication(all)) {
    const std::size_t bytes =
        std::visit([](const auto& item) { return model::to_item(item).bytes.size(); }, each.item);
    if (bytes <= config.core.frame_bytes_max) continue;
    std::cout << "note    " << model::item_type(each.item) << ' ' << model::id_of(each.item)
              << " has " << bytes << " bytes, more than core.frame_bytes_max: it is left out\n";
  }
}

// What the search says of sockets that are passed over is told; the rest is in what it finds.
void print_trouble(log_level level, const std::string& text) {
  if (level >= log_level::warning) std::cout << "engine  " << text << '\n';
}

void print_slot(const config& config, const slots::slot_template& slot,
                slots::image_presence image) {
  std::cout << slots::report(slot, image) << slots::report_published(slot, parts::words_of(config));
}

// Without an engine to ask.
void print_slots(const config& config) {
  for (const slots::slot_template& slot : config.slots) {
    print_slot(config, slot, slots::image_presence::unknown);
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
    print_slot(config, slot, presence);
    good = good && image.has_value() && slots::is_usable(slot, presence);
  }
  co_return good;
}

// The containers that are made for runs of slots are no targets, to a gantry that runs either.
void leave_out_runs(std::vector<engine::container_summary>& containers, const config& config) {
  const model::service_id service = make_self(config, {}).instance.service;
  std::erase_if(containers, [&](const engine::container_summary& each) {
    const auto marks = slots::marks_of(each.name, each.labels);
    if (!marks || marks->who.service != service.value) return false;
    return std::ranges::find(config.slots, marks->slot, &slots::slot_template::name) !=
           config.slots.end();
  });
}

// A Podman that the search starts ends with the check.
awaitable<bool> check_engine(const config& config, engine::finder_config where,
                             std::optional<model::catalogue>& published) {
  const auto executor = co_await asio::this_coro::executor;
  engine::finder finder(executor, std::move(where), net::system_random(), print_trouble);
  const auto client = engine::create_docker_client(finder, {.log = print_trouble});
  const auto version = co_await client->negotiate();
  if (!version) {
    std::cout << "engine  " << client->address() << ": " << version.error().message << '\n';
    print_slots(config);
    co_return false;
  }
  std::cout << "engine  " << client->address() << " (" << finder.how() << "): " << version->product
            << ' ' << version->engine << ", API " << version->api << '\n';
  auto containers = co_await client->list();
  if (!containers) {
    std::cout << "engine  " << containers.error().message << '\n';
    co_return false;
  }
  leave_out_runs(*containers, config);
  fleet::roster roster(make_self(config, {}), config.containers, parts::own_container(),
                       fleet::action_policy(config.actions));
  roster.set_stats(fleet::wants_stats(config.stats));
  const auto words = parts::words_of(config);
  roster.set_schema_words(words);
  roster.set_engine(fleet::engine_state::answers, "");
  roster.set_containers(*containers);
  model::catalogue all = roster.catalogue("");
  fleet::slot_catalogue(config.slots, words).add_to(all, roster.policy(), true, "");
  print_targets(all);
  print_too_large(config, all);
  published = all;
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
  const auto run = [&context, &good](awaitable<bool> check) {
    const auto note = [&good](const std::exception_ptr& error, bool answer) {
      if (error) std::rethrow_exception(error);
      good = good && answer;
    };
    asio::co_spawn(context, std::move(check), note);
    context.run();
    context.restart();
  };
  answering_cores cores;
  run(check_cores(config, cores));
  std::optional<model::catalogue> published;
  if (where) run(check_engine(config, *where, published));
  if (published) {
    for (const auto& core : cores) run(check_holdings(config, core, *published));
  }
  good = check_outbox(config) && good;
  std::cout << (good ? "all is well\n" : "not all is well\n");
  return good ? exit_codes::done : exit_codes::trouble;
}

}  // namespace gantry
