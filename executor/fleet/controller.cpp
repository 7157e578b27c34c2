#include "executor/fleet/controller.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/fleet/action_performer.hpp"
#include "executor/fleet/alert_pulses.hpp"
#include "executor/fleet/alert_summary.hpp"
#include "executor/fleet/alerts.hpp"
#include "executor/fleet/condition_pulses.hpp"
#include "executor/fleet/engine_link.hpp"
#include "executor/fleet/event_facts.hpp"
#include "executor/fleet/publisher.hpp"
#include "executor/fleet/root_orders.hpp"
#include "executor/fleet/slot_catalogue.hpp"
#include "executor/fleet/slot_keeper.hpp"
#include "executor/fleet/stats_loop.hpp"
#include "executor/fleet/target_paths.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {

namespace asio = boost::asio;
using net::awaitable;

class controller::impl {
 public:
  impl(asio::any_io_executor executor, engine::client& engine, core_port& core,
       outbox::intake& outbox, controller_config config, myko::random_source random, log_sink log)
      : engine_(engine),
        core_(core),
        outbox_(outbox),
        config_(std::move(config)),
        log_(std::move(log)),
        roster_(config_.self, config_.chosen, config_.own_container, config_.actions),
        gate_(executor),
        link_(executor, engine, gate_, tasks_, config_.link,
              myko::backoff(config_.backoff, std::move(random)), log_, news()),
        publisher_(
            core, outbox, std::move(config_.earlier.entities), config_.earlier.targets,
            {.all = [this] { return all(); }, .targets = [this] { return roster_.to_remember(); }}),
        alerts_(config_.alerts),
        alerts_changed_(executor),
        last_event_(config_.last_event),
        knows_last_event_(config_.last_event.has_value()),
        runs_left_{config_.earlier.facts, take_runs(config_.earlier.containers)},
        watches_(
            watch_services{executor, engine, gate_, log_, config_.line_bytes_max, config_.history},
            output_services{executor, core, outbox, config_.rules}, roster_, tasks_,
            config_.earlier,
            {.inspect = [this](const std::string& id) { link_.inspect_soon(id); },
             .gone = [this](const std::string& id) { remove(id); },
             .last_heard = [this] { return config_.last_event; }}),
        root_(std::make_shared<target_output>(
            output_services{executor, core, outbox, config_.rules},
            model::make_target_id(roster_.service(), root_path), std::string(root_path))),
        stats_(executor, engine, gate_, tasks_, config_.stats,
               {.running = [this] { return running(); },
                .tell =
                    [this](const std::string& id, json::text data) {
                      const auto watch = watches_.of(id);
                      if (watch && watch->runs())
                        watch->tell_condition(emitter_names::stats, std::move(data));
                    },
                .hangs = [this](const std::string& id) { hangs(id, its_use); },
                .answers_again = [this](const std::string& id) { answers(id, its_use); }}),
        slots_({.watch = {executor, engine, gate_, log_, config_.line_bytes_max, config_.history},
                .output = {executor, core, outbox, config_.rules},
                .tasks = tasks_,
                .service = roster_.service(),
                .pull =
                    [this](std::string path, std::string image, auto progress) {
                      return pull(std::move(path), std::move(image), std::move(progress));
                    },
                .inspect = [this](const std::string& id) { link_.inspect_soon(id); }},
               config_.slots, std::move(runs_left_)),
        slots_published_(config_.slots, config_.words),
        tasks_(executor),
        performer_(
            engine, gate_, roster_, core, tasks_, log_,
            {.watch = [this](const std::string& id) { return watches_.of(id); },
             .asked = [this](const std::string& id,
                             verb what) { alerts_told(alerts_.asked(id, what)); },
             .refused = [this](const std::string& id) { alerts_told(alerts_.refused(id)); },
             .done = [this](const std::string& id, verb what,
                            engine::change how) { alerts_told(alerts_.done(id, what, how)); },
             .changed = [this](const std::string& id) { link_.inspect_soon(id); }}),
        root_orders_(
            pulls(), gate_, roster_.policy(), tasks_, configured(config_),
            {.look = [this] { return link_.look(); },
             .forget = [this](const auto& which) { return forget(which); },
             .pull_failed =
                 [this](const std::string& image, const std::string& why) {
                   alerts_told(
                       alerts_.pull_failed(std::string(root_path), image, why, net::now().steady));
                 },
             .pull_succeeded =
                 [this](const std::string& image) { alerts_told(alerts_.pull_succeeded(image)); },
             .configure = [this](const configure_options& what) { configure(what); }}) {
    roster_.set_stats(wants_stats(config_.stats));
    roster_.set_schema_words(config_.words);
    tell_time();
    roster_.remember(config_.earlier.targets);
    if (const std::size_t count = publisher_.unreadable(); count > 0) {
      log_(log_level::error, std::to_string(count) +
                                 " items of an earlier life in the database cannot be read and are "
                                 "forgotten: the core may keep what they were of");
    }
  }

  awaitable<void> run() {
    const guard end_tasks{gate_, tasks_};
    roster_.set_engine(engine_state::sought,
                       "Looking for the container engine at " + engine_.address() + ".");
    publisher_.publish();
    tasks_.spawn(forget_old());
    tasks_.spawn(end_alerts());
    tasks_.spawn(stats_.run());
    co_await link_.run();
  }

  void perform(const myko::action_request& request) {
    const std::string path = path_of(request.target);
    if (slots_.has(path)) {
      perform_on_slot(path, request);
    } else if (path == root_path) {
      root_orders_.perform(request, [this, ticket = request.ticket](const auto& outcome) {
        core_.answer(ticket, outcome);
      });
    } else {
      performer_.perform(request);
    }
  }

  void lines_lost(const std::vector<model::target_id>& targets) {
    const std::string service = roster_.service().value + ":";
    for (const model::target_id& each : targets) {
      if (!each.value.starts_with(service)) continue;
      alerts_told(alerts_.lines_lost(path_of(each), net::now().steady));
    }
  }
  void disk_hangs(const std::string& words) {
    disk_hangs_ = words;
    publisher_.publish_soon();
  }
  void set_stats_every(std::chrono::seconds every) { stats_.set_every(every); }

  void save_all() {
    watches_.save_all();
    slots_.save_all();
    publisher_.save_all();
  }

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

  engine_news news() {
    return {.since = [this] { return last_event_; },
            .begun = [this](auto opened_at) { begin_events(opened_at); },
            .listed = [this](auto all, auto came) { on_list(std::move(all), std::move(came)); },
            .answers = [this](const auto& version) { on_engine(version); },
            .lost = [this](const failure& why, bool was_there) { engine_lost(why, was_there); },
            .event = [this](const engine::event& event) { on_event(event); },
            .inspected = [this](const auto& details) { on_inspected(details); },
            .gone = [this](const std::string& id) { remove(id); },
            .hangs = [this](const std::string& id) { hangs(id, its_state); },
            .answers_again = [this](const std::string& id) { answers(id, its_state); },
            .lacks = [this](const std::string& lack) { lacks(lack); },
            .told_of_itself =
                [this](const auto& version, const auto& info, const std::string& error) {
                  root_->set_condition(emitter_names::engine, engine_data(version, info, error));
                }};
  }

  void on_engine(const engine::version_info& version) {
    log_(log_level::info, version.product + " " + version.engine + " at " + engine_.address() +
                              " answers (API " + version.api + "): " + std::to_string(published_) +
                              " containers are published");
    said_.clear();
    roster_.set_engine(engine_state::answers, lack_);
    (void)alerts_.engine_answers();
    publisher_.publish();
  }

  // The published containers that run, as path and id.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> running() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [path, each] : roster_.members()) {
      if (each.container.empty()) continue;
      const auto watch = watches_.of(each.container);
      if (watch && watch->runs()) out.emplace_back(path, each.container);
    }
    return out;
  }

  // All containers as they are now.
  void on_list(std::vector<engine::container_summary> all, std::set<std::string> there) {
    tell_time();
    const auto runs = std::stable_partition(all.begin(), all.end(), [this](const auto& each) {
      return !slots_.owns(each.name, each.labels);
    });
    slots_.listed({runs, all.end()});
    all.erase(runs, all.end());
    if (roster_.set_containers(all, there)) publisher_.publish_soon();
    for (const auto& each : all) there.insert(each.id);
    const bool first = !std::exchange(looked_before_, true);
    publisher_.know_who_is_gone();
    if (first) watches_.take_leave_of_the_lost();
    watches_.sync(first ? acquaintance::found_at_start : acquaintance::made_since);
    for (const std::string& id : watches_.containers()) {
      if (there.contains(id)) link_.inspect_soon(id);
    }
    published_ = std::count_if(there.begin(), there.end(), [this](const auto& id) {
      return roster_.of_container(id) != nullptr;
    });
  }

  void engine_lost(const failure& reason, bool was_there) {
    const std::string text = words_of_loss(reason);
    log_(was_there || said_ != text ? log_level::warning : log_level::debug, text);
    said_ = text;
    roster_.set_engine(engine_state::away, text);
    (void)alerts_.engine_lost(text);
    root_->set_condition(emitter_names::engine, engine_away_data(reason.message));
    publisher_.publish();
  }

  // Not answering is not the only reason to know nothing of an engine.
  [[nodiscard]] std::string words_of_loss(const failure& reason) const {
    const std::string engine = "The container engine at " + engine_.address();
    if (reason.code == engine::errc::not_allowed) {
      return engine + " does not tell which containers there are: " + reason.message +
             ". There is nothing to publish until it does.";
    }
    if (reason.code == engine::errc::exhausted) {
      return engine + " cannot be asked: " + reason.message +
             ". Its containers are offline until it can be.";
    }
    return engine + " does not answer: " + reason.message +
           ". Its containers are offline until it comes back.";
  }

  // Our own fault, which sets nothing offline. Empty: it is over.
  void lacks(const std::string& lack) {
    lack_ = lack.empty() ? "" : "Gantry lacks what it needs, and tries again: " + lack + ".";
    log_(lack.empty() ? log_level::info : log_level::warning,
         lack.empty() ? "connections to the container engine can be made again" : lack_);
    if (!gate_.is_open()) return;
    roster_.set_engine(engine_state::answers, lack_);
    publisher_.publish_soon();
  }

  void hangs(const std::string& id, const std::string& what) {
    log_(log_level::warning, "container " + id.substr(0, 12) +
                                 ": the engine does not answer when it is asked for its " + what);
    alerts_told(alerts_.hangs(id, what));
  }
  void answers(const std::string& id, const std::string& what) {
    alerts_told(alerts_.answers(id, what));
  }

  // ---- Containers -----------------------------------------------------------------------------

  // Who has heard of none yet still has to ask for what happens from now on, if the engine is away
  // for a while, or in another life.
  void begin_events(engine::timestamp opened_at) {
    if (opened_at == 0) return;
    // What is ahead of the engine's clock is no time of its events: that was set back, or one lied.
    const bool is_ahead = last_event_.value_or(0) > opened_at + event_clock_margin;
    if (std::exchange(knows_last_event_, true) && !is_ahead) return;
    if (config_.last_event) config_.last_event = std::min(*config_.last_event, opened_at);
    last_event_ = opened_at;
    save_last_event();
  }

  void on_event(const engine::event& event) {
    const bool tells_nothing = event.is_unread || event.id.empty();
    if (event.time != 0) {
      knows_last_event_ = true;
      // Those of that very nanosecond come again; what tells nothing is not to.
      last_event_ = std::max(last_event_.value_or(0), event.time + (tells_nothing ? 1 : 0));
    }
    if (tells_nothing) {
      if (last_event_) save_last_event();
      return;
    }
    if (event.type != "container" || !is_relevant(event.action)) return;
    if (last_event_) save_last_event();
    const engine::container_summary told = summary_of(event);
    if (slots_.owns(told.name, told.labels) || slots_.knows(event.id))
      return slots_.happened(event);
    link_.is_there(event.id, event.action != "destroy");
    tell_time();
    const bool again = event.time <= config_.last_event.value_or(0);  // that one comes once more
    if (watches_.of(event.id) == nullptr && event.action != "destroy" && !again) {
      if (roster_.set_container(told)) {
        publisher_.publish_soon();
        watches_.sync(acquaintance::made_since);
      }
    }
    performer_.happened(event.id);
    const auto watch = watches_.of(event.id);
    if (watch) watch->happened(event);
    if (watch) alerts_told(alerts_.happened(event, net::now().steady));
    if (event.action == "die") performer_.run_ended(event.id, event.time);
    if (event.action == "destroy") {
      remove(event.id);
    } else if (watch) {
      link_.inspect_soon(event.id);
    }
  }

  void on_inspected(const engine::container_details& details) {
    const std::string& id = details.summary.id;
    if (slots_.owns(details.summary.name, details.summary.labels) || slots_.knows(id)) {
      return slots_.inspected(details);
    }
    tell_time();
    // An answer may be overtaken by the news that the container was removed.
    if (roster_.knows(details.summary.id) && roster_.set_container(details.summary)) {
      publisher_.publish_soon();
      watches_.sync(acquaintance::made_since);
    }
    if (const auto watch = watches_.of(details.summary.id)) watch->inspected(details);
    alerts_told(alerts_.inspected(details, net::now().steady));
    if (has_ended(details)) run_is_over(details);
    // Where the engine does not tell the time, nothing else does, until the first event.
    const auto last = std::max(details.started_at, details.finished_at);
    if (knows_last_event_ || last <= last_event_.value_or(0)) return;
    last_event_ = last;
    save_last_event();
  }

  // Nothing of a run outlasts it: its input, or what it uses.
  void run_is_over(const engine::container_details& details) {
    const std::string& id = details.summary.id;
    performer_.run_ended(id, details.finished_at);
    const member* const whose = roster_.of_container(id);
    const auto watch = watches_.of(id);
    if (whose == nullptr || !watch || !roster_.has_stats(whose->who.path)) return;
    watch->tell_condition(emitter_names::stats, stats_gone_data());
  }

  void save_last_event() {
    outbox_.write_soon(
        [time = *last_event_](outbox::batch& into) {
          into.facts[std::string(last_event_fact)] = std::to_string(time);
        },
        nullptr);
  }

  void alerts_told(bool changed) {
    alerts_changed_.notify();
    if (changed) publisher_.publish_soon();
  }

  // Some end just because time passes. New ones may be due earlier than those that are waited for.
  awaitable<void> end_alerts() {
    while (true) {
      const auto due = alerts_.next_due();
      if (!due) {
        co_await alerts_changed_.wait();
        continue;
      }
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*due - net::now().steady);
      co_await net::sleep(std::clamp(rest, std::chrono::milliseconds(0), alerts_looked_at_every));
      alerts_told(alerts_.pass(net::now().steady));
    }
  }

  void remove(const std::string& id) {
    if (slots_.knows(id)) return slots_.removed(id);
    link_.is_there(id, false);
    performer_.run_ended(id, std::numeric_limits<engine::timestamp>::max());
    tell_time();
    const bool known = roster_.knows(id);
    if (roster_.remove_container(id)) publisher_.publish_soon();
    if (known) watches_.sync(acquaintance::made_since);
  }

  // What went long ago is deleted from the core, with all that hangs on it.
  awaitable<void> forget_old() {
    if (!config_.forget_after) co_return;
    while (true) {
      const auto now = tell_time();
      const auto long_ago = now - config_.forget_after->count();
      const bool left = publisher_.delete_gone_before(long_ago, now);
      if (roster_.forget_gone_before(long_ago) || left) publisher_.publish_soon();
      co_await net::sleep(std::min(forget_every, *config_.forget_after));
    }
  }

  // ---- The core -------------------------------------------------------------------------------

  // What is to be published.
  model::catalogue all() {
    model::catalogue out = roster_.catalogue(myko::rfc3339(net::now().wall));
    const bool answers = out.instance.status == model::instance_status::available;
    slots_published_.add_to(out, config_.actions, answers, since_);
    tell_alerts(out);
    return out;
  }

  // Into what is to be published, and out of the emitters, which need not wait for it.
  void tell_alerts(model::catalogue& all) {
    const alert_board wrong = alerts_.now(roster_);
    wrong.add_to(all);
    std::string& message = all.instance.message;
    for (const std::string& each : {alert_summary(wrong, all), disk_hangs_}) {
      if (!message.empty() && !each.empty()) message += ' ';
      message += each;
    }
    for (model::pulse& each : alert_pulses_.tell(wrong, all, net::now().wall)) {
      core_.set_latest(std::move(each));
    }
  }

  // Without the service; empty for one of another.
  [[nodiscard]] std::string path_of(const model::target_id& target) const {
    const std::string service = roster_.service().value + ":";
    return target.value.starts_with(service) ? target.value.substr(service.size()) : "";
  }

  void perform_on_slot(const std::string& path, const myko::action_request& request) {
    const auto done = [this, ticket = request.ticket](const myko::action_outcome& outcome) {
      core_.answer(ticket, outcome);
    };
    const auto what = verb_of(request.action);
    if (!what) return done(myko::action_failed{"there is no action " + request.action.value});
    if (!facts_of(*what).is_of(target_kind::slot)) {
      return done(myko::action_failed{"slots have no action " + std::string(name_of(*what))});
    }
    if (!config_.actions.allows(path, *what)) {
      return done(myko::action_failed{config_.actions.why_not(path, *what)});
    }
    if (!gate_.is_open()) {
      return done(myko::action_failed{"the container engine at " + engine_.address() +
                                      " does not answer at the moment"});
    }
    slots_.perform(path, *what, request.data, done);
  }

  awaitable<result<void>> pull(std::string path, std::string image,
                               std::function<void(std::string)> progress) {
    const pull_services how = pulls();
    const auto pulled = co_await pull_image(how, image, std::move(progress));
    co_await net::end_if_cancelled();
    if (pulled) {
      alerts_told(alerts_.pull_succeeded(image));
    } else {
      alerts_told(alerts_.pull_failed(path, image, pulled.error().message, net::now().steady));
    }
    co_return pulled;
  }

  pull_services pulls() { return {engine_, config_.docker_config, log_, config_.pulls}; }

  static configure_options configured(const controller_config& config) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    return {config.log_level, duration_cast<seconds>(config.link.look_again_every),
            duration_cast<seconds>(config.stats.every)};
  }

  // Until the next start; the interval of looking again from the next wait on.
  void configure(const configure_options& what) {
    if (what.log_level && config_.set_log_level) config_.set_log_level(*what.log_level);
    if (what.look_again_every) link_.look_again_every(*what.look_again_every);
    if (what.stats_every) stats_.set_every(*what.stats_every);
  }

  // Asked by an operator: one, or those of a project, by name, path or id; or all that are gone.
  std::vector<std::string> forget(const std::optional<std::string>& which) {
    std::vector<std::string> paths;
    for (const auto& [path, each] : roster_.members()) {
      if (!each.container.empty()) continue;
      const std::string& group = each.who.group;
      const bool meant = !which || is_meant(*which, each.who.name, path) ||
                         (!group.empty() && is_meant(*which, group, group_path(group)));
      if (meant) paths.push_back(path);
    }
    for (const std::string& path : paths) roster_.forget(path);
    const auto now = tell_time();
    const bool left = !which && publisher_.delete_gone_before(now + 1, now);
    if (!paths.empty() || left) publisher_.publish_soon();
    return paths;
  }

  [[nodiscard]] bool is_meant(const std::string& word, const std::string& name,
                              const std::string& path) const {
    return word == name || word == path || word == roster_.service().value + ":" + path;
  }

  // In ms since 1970.
  std::int64_t tell_time() {
    const std::int64_t now = myko::unix_ms(net::now().wall);
    roster_.set_time(now);
    return now;
  }

  // What calls about a container ask for.
  inline static const std::string its_state = "state";
  inline static const std::string its_use = "use of the machine";
  static constexpr std::chrono::milliseconds forget_every = std::chrono::minutes(10);
  // An engine's Date has whole seconds.
  static constexpr engine::timestamp event_clock_margin = 2 * engine::nanos_per_second;
  static constexpr std::chrono::milliseconds alerts_looked_at_every = std::chrono::seconds(1);

  engine::client& engine_;
  core_port& core_;
  outbox::intake& outbox_;
  controller_config config_;
  log_sink log_;
  roster roster_;
  engine_gate gate_;
  engine_link link_;
  publisher publisher_;
  std::string said_;
  std::string lack_;  // for the instance's message

  alerts alerts_;
  alert_pulses alert_pulses_;
  std::string disk_hangs_;  // in words
  net::signal alerts_changed_;
  std::optional<engine::timestamp> last_event_;
  bool knows_last_event_;  // or when they were asked for, in this life or an earlier one
  bool looked_before_ = false;
  std::ptrdiff_t published_ = 0;  // containers, at the last list

  earlier_runs runs_left_;  // until they are taken up
  watches watches_;
  std::shared_ptr<target_output> root_;  // the emitter of the engine itself
  stats_loop stats_;
  slot_keeper slots_;
  slot_catalogue slots_published_;
  const std::string since_ = myko::rfc3339(net::now().wall);  // that there are slots
  net::task_group tasks_;                                     // after all that the tasks use
  action_performer performer_;
  root_orders root_orders_;
};

// ---- The outside --------------------------------------------------------------------------------

controller::controller(asio::any_io_executor executor, engine::client& engine, core_port& core,
                       outbox::intake& outbox, controller_config config, myko::random_source random,
                       log_sink log)
    : impl_(std::make_unique<impl>(std::move(executor), engine, core, outbox, std::move(config),
                                   std::move(random), std::move(log))) {}

controller::~controller() = default;

awaitable<void> controller::run() { return impl_->run(); }

void controller::perform(const myko::action_request& request) { impl_->perform(request); }

void controller::lines_lost(const std::vector<model::target_id>& targets) {
  impl_->lines_lost(targets);
}
void controller::disk_hangs(const std::string& words) { impl_->disk_hangs(words); }
void controller::set_stats_every(std::chrono::seconds every) { impl_->set_stats_every(every); }

void controller::save_all() { impl_->save_all(); }

}  // namespace gantry::fleet
