#include "executor/fleet/controller.hpp"

#include <array>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <set>
#include <utility>

#include "executor/engine/error.hpp"
#include "executor/fleet/action_performer.hpp"
#include "executor/fleet/container_watch.hpp"
#include "executor/fleet/pulses.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {
namespace {

namespace asio = boost::asio;
using net::awaitable;

// Events that change what is published or told of a container; the others (exec, attach, health
// probes) are many and mean nothing here.
bool is_relevant(const std::string& action) {
  static const std::set<std::string, std::less<>> relevant{
      "create",  "start", "die",     "oom",    "kill",   "stop",
      "restart", "pause", "unpause", "rename", "update", "destroy"};
  return relevant.contains(action);
}

// What an event tells of its container: enough to know it before it can be inspected, which may
// be too late for one that lives for a moment.
engine::container_summary summary_of(const engine::event& event) {
  engine::container_summary out;
  out.id = event.id;
  out.labels = event.attributes;  // the labels, and a few more
  const auto take = [&](const char* key) {
    const auto found = out.labels.find(key);
    if (found == out.labels.end()) return std::string();
    std::string value = std::move(found->second);
    out.labels.erase(found);
    return value;
  };
  out.name = take("name");
  out.image = take("image");
  out.created = event.time / 1'000'000'000;
  return out;
}

}  // namespace

class controller::impl {
 public:
  impl(asio::any_io_executor executor, engine::client& engine, core_port& core,
       controller_config config, myko::random_source random, log_sink log)
      : executor_(executor),
        engine_(engine),
        core_(core),
        config_(std::move(config)),
        log_(std::move(log)),
        roster_(config_.self, config_.chosen, config_.own_container),
        backoff_(config_.backoff, std::move(random)),
        gate_(executor),
        to_inspect_changed_(executor),
        tasks_(executor),
        performer_(engine, gate_, roster_, core, tasks_, log_,
                   {.watch = [this](const std::string& id) { return watch_of(id); },
                    .changed = [this](const std::string& id) { inspect_soon(id); }}) {
    roster_.remember(config_.known);
  }

  awaitable<void> run() {
    const guard end_tasks{gate_, tasks_};
    roster_.set_engine(engine_state::sought,
                       "Looking for the container engine at " + engine_.address() + ".");
    publish();
    while (true) {
      const auto since = net::now().steady;
      const failure reason = co_await serve_engine();
      co_await net::end_if_cancelled();
      const bool was_there = gate_.is_open();
      gate_.close();
      if (was_there) backoff_.worked_for(net::now().steady - since);
      engine_lost(reason, was_there);
      co_await net::sleep(backoff_.next());
    }
  }

  void perform(const myko::action_request& request) { performer_.perform(request); }

 private:
  // The tasks use what this object owns: none may outlive run().
  struct guard {
    engine_gate& gate;
    net::task_group& tasks;
    ~guard() {
      gate.close();  // no action is begun any more
      tasks.cancel();
    }
  };

  // ---- The engine -----------------------------------------------------------------------------

  awaitable<failure> serve_engine() {
    const auto version = co_await engine_.negotiate();
    if (!version) co_return version.error();
    // Events first, then the list: what happens in between is not missed.
    auto events = co_await engine_.events(last_event_);
    if (!events) co_return events.error();
    auto listed = co_await look();
    if (!listed) co_return listed.error();
    log_(log_level::info, version->product + " " + version->engine + " at " + engine_.address() +
                              " answers (API " + version->api + "): " + std::to_string(*listed) +
                              " containers are published");
    said_.clear();
    gate_.open();
    roster_.set_engine(engine_state::answers, "");
    publish();

    auto [order, event_error, event_end, inspect_error, inspect_end, look_error, look_end] =
        co_await asio::experimental::make_parallel_group(
            asio::co_spawn(executor_, read_events(**events), asio::deferred),
            asio::co_spawn(executor_, inspect_all(), asio::deferred),
            asio::co_spawn(executor_, keep_looking(), asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    const std::array errors{event_error, inspect_error, look_error};
    if (errors[order[0]]) std::rethrow_exception(errors[order[0]]);
    const std::array ends{event_end, inspect_end, look_end};
    co_return ends[order[0]];
  }

  awaitable<failure> read_events(engine::event_stream& events) {
    while (true) {
      const auto next = co_await events.next();
      if (!next) co_return next.error();
      if (!*next) {
        co_return engine::fault(engine::errc::disconnected,
                                "the engine ended its stream of events");
      }
      last_event_ = std::max(last_event_.value_or(0), (*next)->time);
      on_event(**next);
    }
  }

  awaitable<failure> keep_looking() {
    while (true) {
      co_await net::sleep(config_.look_again_every);
      const auto listed = co_await look();
      if (!listed) co_return listed.error();
    }
  }

  // All containers as they are now; the number of those that are published.
  awaitable<result<std::size_t>> look() {
    told_meanwhile_.emplace();
    auto all = co_await engine_.list();
    const auto told = *std::exchange(told_meanwhile_, std::nullopt);
    if (!all) co_return all.error();
    std::set<std::string> there;
    for (const auto& [id, is_there] : told) {
      if (is_there) there.insert(id);
    }
    std::erase_if(*all,
                  [&](const auto& each) { return told.contains(each.id) && !told.at(each.id); });
    if (roster_.set_containers(*all, there)) publish_soon();
    for (const auto& each : *all) there.insert(each.id);
    const auto how = std::exchange(looked_before_, true) ? acquaintance::made_since
                                                         : acquaintance::found_at_start;
    sync_watches(how);
    for (const auto& [id, watch] : watches_) {
      if (there.contains(id)) inspect_soon(id);
    }
    co_return there.size() -
        static_cast<std::size_t>(std::count_if(there.begin(), there.end(), [this](const auto& id) {
          return roster_.of_container(id) == nullptr;
        }));
  }

  awaitable<failure> inspect_all() {
    while (true) {
      if (to_inspect_.empty()) {
        co_await to_inspect_changed_.wait();
        continue;
      }
      const std::string id = to_inspect_.front();
      to_inspect_.pop_front();
      queued_.erase(id);
      const auto details = co_await engine_.inspect(id);
      if (details) {
        on_inspected(*details);
      } else if (details.error().code == engine::errc::not_found) {
        remove(id);
      } else if (details.error().code == engine::errc::unreachable ||
                 details.error().code == engine::errc::disconnected) {
        co_return details.error();
      } else {
        log_(log_level::warning,
             "inspecting container " + id.substr(0, 12) + ": " + details.error().message);
      }
    }
  }

  void inspect_soon(const std::string& id) {
    if (!queued_.insert(id).second) return;
    to_inspect_.push_back(id);
    to_inspect_changed_.notify();
  }

  void engine_lost(const failure& reason, bool was_there) {
    const std::string text = "The container engine at " + engine_.address() +
                             " does not answer: " + reason.message +
                             ". Its containers are offline until it comes back.";
    log_(was_there || said_ != text ? log_level::warning : log_level::debug, text);
    said_ = text;
    roster_.set_engine(engine_state::away, text);
    publish();
  }

  // ---- Containers -----------------------------------------------------------------------------

  void on_event(const engine::event& event) {
    if (event.type != "container" || !is_relevant(event.action)) return;
    tell_meanwhile(event.id, event.action != "destroy");
    if (!watches_.contains(event.id) && event.action != "destroy") {
      if (roster_.set_container(summary_of(event))) {
        publish_soon();
        sync_watches(acquaintance::made_since);
      }
    }
    const auto watch = watch_of(event.id);
    if (watch) watch->happened(event);
    if (event.action == "destroy") {
      remove(event.id);
    } else if (watch) {
      inspect_soon(event.id);
    }
  }

  void on_inspected(const engine::container_details& details) {
    // An answer may be overtaken by the news that the container was removed.
    if (roster_.knows(details.summary.id) && roster_.set_container(details.summary)) {
      publish_soon();
      sync_watches(acquaintance::made_since);
    }
    if (const auto watch = watch_of(details.summary.id)) watch->inspected(details);
  }

  void tell_meanwhile(const std::string& id, bool is_there) {
    if (told_meanwhile_) told_meanwhile_->insert_or_assign(id, is_there);
  }

  void remove(const std::string& id) {
    tell_meanwhile(id, false);
    const bool known = roster_.knows(id);
    if (roster_.remove_container(id)) publish_soon();
    if (known) sync_watches(acquaintance::made_since);
  }

  // One watch for each container that is published, with the output of its target.
  void sync_watches(acquaintance how) {
    for (const auto& [path, member] : roster_.members()) {
      if (member.container.empty()) {
        output_of(path)->set_state(gone_data());
        continue;
      }
      if (const auto watch = watch_of(member.container)) {
        watch->move_to(output_of(path));
      } else {
        start_watch(member, how);
      }
    }
    for (const auto& [id, watch] : watches_) {
      if (!roster_.knows(id)) {
        watch->removed();
      } else if (roster_.of_container(id) == nullptr) {
        watch->replaced();
      }
    }
    std::erase_if(outputs_, [this](const auto& each) {
      return roster_.of_path(each.first) == nullptr && each.second.use_count() == 1;
    });
  }

  void start_watch(const member& member, acquaintance how) {
    engine::container_summary container;
    container.id = member.container;
    container.name = member.who.name;
    const auto watch = std::make_shared<container_watch>(
        watch_services{executor_, engine_, gate_, log_, config_.line_bytes_max},
        std::move(container), how, output_of(member.who.path));
    watches_.emplace(member.container, watch);
    inspect_soon(member.container);
    tasks_.spawn(follow(member.container, watch));
  }

  awaitable<void> follow(std::string id, std::shared_ptr<container_watch> watch) {
    co_await watch->run();
    watches_.erase(id);
    remove(id);  // it may have found out before anybody else
  }

  std::shared_ptr<container_watch> watch_of(const std::string& id) const {
    const auto found = watches_.find(id);
    return found == watches_.end() ? nullptr : found->second;
  }

  std::shared_ptr<target_output> output_of(const std::string& path) {
    auto& output = outputs_[path];
    if (!output) {
      output = std::make_shared<target_output>(
          executor_, core_, model::make_target_id(config_.self.instance.service, path),
          config_.pulses);
    }
    return output;
  }

  // ---- The core -------------------------------------------------------------------------------

  // Many changes in a row are published once.
  void publish_soon() {
    if (std::exchange(publishing_, true)) return;
    asio::post(executor_, [this, alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) publish();
    });
  }

  void publish() {
    publishing_ = false;
    core_.publish(roster_.catalogue(myko::rfc3339(net::now().wall)));
    std::vector<identity> known = roster_.identities();
    if (known == remembered_ || !config_.remember) return;
    config_.remember(known);
    remembered_ = std::move(known);
  }

  asio::any_io_executor executor_;
  engine::client& engine_;
  core_port& core_;
  controller_config config_;
  log_sink log_;
  roster roster_;
  myko::backoff backoff_;
  engine_gate gate_;
  std::string said_;

  std::optional<engine::timestamp> last_event_;
  bool looked_before_ = false;
  // While a list is being made: of which containers we were told since, and whether they are there.
  std::optional<std::map<std::string, bool>> told_meanwhile_;
  std::deque<std::string> to_inspect_;  // container ids, each once
  std::set<std::string> queued_;
  net::signal to_inspect_changed_;

  std::map<std::string, std::shared_ptr<target_output>> outputs_;    // by path
  std::map<std::string, std::shared_ptr<container_watch>> watches_;  // by container id
  std::vector<identity> remembered_;
  bool publishing_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>();

  net::task_group tasks_;  // after all that the tasks use
  action_performer performer_;
};

// ---- The outside --------------------------------------------------------------------------------

controller::controller(asio::any_io_executor executor, engine::client& engine, core_port& core,
                       controller_config config, myko::random_source random, log_sink log)
    : impl_(std::make_unique<impl>(std::move(executor), engine, core, std::move(config),
                                   std::move(random), std::move(log))) {}

controller::~controller() = default;

awaitable<void> controller::run() { return impl_->run(); }

void controller::perform(const myko::action_request& request) { impl_->perform(request); }

}  // namespace gantry::fleet
