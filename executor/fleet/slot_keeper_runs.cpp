// One run of a slot, from its turn to the removal of its container.
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/fleet/slot_keeper.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/slots/labels.hpp"
#include "executor/slots/slot_spec.hpp"
#include "myko/net/clock.hpp"
#include "myko/session/moment.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

using namespace std::chrono_literals;

// Between two tries of what the engine could not do while it was going or coming.
constexpr auto retry_after = 1'000ms;
constexpr auto retry_after_max = 30'000ms;
// How often it is asked to stop before it is killed; and an image pulled, though the engine is
// there.
constexpr int stops_max = 3;
constexpr int pulls_max = 3;
// ... and how often a container's name is tried that is taken, though by none that can be removed.
constexpr int names_max = 3;
constexpr std::chrono::milliseconds deadline_looked_at_every = 30s;

bool is_engine_away(const failure& error) {
  return engine::is_away(error) || error.code == engine::errc::timed_out;
}

}  // namespace

awaitable<void> slot_keeper::carry(std::string run) {
  const auto launched = co_await launch(run);
  co_await net::end_if_cancelled();
  const live_run* const its = find(run);
  if (its == nullptr || launched) co_return;
  const std::string asked = its->record.reason;
  never_ran(run, asked.empty() ? end_reasons::not_started : asked,
            asked.empty() ? launched.error().message : "");
}

// Fails when it will not run; the reason is for people.
awaitable<result<void>> slot_keeper::launch(std::string run) {
  auto made = co_await create(run);
  if (!made) co_return made.error();
  const std::string id = made->id;
  live_run* its = find(run);
  if (its == nullptr) {  // it was stopped meanwhile
    services_.tasks.spawn(clean_up(id));
    co_return result<void>();
  }
  its->record.container = id;
  engine::container_summary container;
  container.id = id;
  container.name = run;
  watch(*its, id,
        std::make_shared<container_watch>(services_of(run), std::move(container),
                                          acquaintance::made_since, its->output));
  co_await saved(*its);
  its = find(run);
  if (its == nullptr) co_return result<void>();
  result<void> started = failure{engine::make_error_code(engine::errc::refused), "it was stopped"};
  if (its->record.reason.empty()) started = co_await start(id);
  co_await net::end_if_cancelled();  // it goes on in the next life
  if (!started) {
    services_.tasks.spawn(clean_up(id));
    co_return started.error();
  }
  its = find(run);
  if (its == nullptr) co_return result<void>();
  if (const auto limit = its->of->what.timeout) {
    its->record.deadline = myko::unix_ms(net::now().wall) + limit->count();
    services_.tasks.spawn(await_deadline(run));
  }
  its->record.stage = slots::run_stage::started;
  its->of->state.error.clear();
  save(*its);
  show(*its->of);
  services_.inspect(id);
  services_.tasks.spawn(await_exit(id, std::move(made->exit)));
  services_.tasks.spawn(give_input(run, std::move(made->input)));
  if (!its->record.reason.empty()) {  // asked for meanwhile
    services_.tasks.spawn(stop_container(id, its->of->what.stop_grace));
  }
  co_return result<void>();
}

// Tries again while the engine is away. Whoever stops the run meanwhile takes it away.
awaitable<result<slot_container>> slot_keeper::create(std::string run) {
  const failure stopped{engine::make_error_code(engine::errc::refused), "it was stopped"};
  int names = 0;
  for (int pulls = 1;; ++pulls) {
    co_await services_.watch.gate.passage();
    const live_run* its = find(run);
    if (its == nullptr) co_return stopped;
    slot& in = *its->of;
    const image_source pull = [this, &in](const std::string& image) {
      return services_.pull(slot_path(in.what.name), image, [this, &in](std::string note) {
        in.state.note = std::move(note);
        show(in);
      });
    };
    const auto ready = co_await have_image(services_.watch.engine, in.what, pull);
    in.state.note.clear();
    show(in);
    its = find(run);
    if (its == nullptr) co_return stopped;
    const bool is_pulls_fault = services_.watch.gate.is_heard() && pulls >= pulls_max;
    if (!ready && (is_pulls_fault || !is_engine_away(ready.error()))) co_return ready.error();
    if (ready) {
      auto spec = slots::spec_of(in.what, {.service = services_.service.value, .run = run},
                                 its->record.input);
      const std::string name = spec.name;
      auto made = co_await make_container(services_.watch.engine, std::move(spec));
      if (made) co_return made;
      const bool taken = made.error().code == engine::errc::conflict;
      if (taken && ++names > names_max) co_return made.error();
      if (!taken && !is_engine_away(made.error())) co_return made.error();
      // One that we have made without hearing of it.
      const auto other = co_await services_.watch.engine.inspect(name);
      if (other && !owns(other->summary.name, other->summary.labels)) co_return made.error();
      if (other) co_await clean_up(other->summary.id);
    }
    co_await net::sleep(retry_after);
  }
}

// Whatever the engine answers, or does not, it may have started it: twice it must not be, and what
// has run is told as a run.
awaitable<result<void>> slot_keeper::start(std::string id) {
  while (true) {
    const auto started = co_await services_.watch.engine.start(id);
    if (started) co_return result<void>();
    const bool away = is_engine_away(started.error());
    if (away) co_await net::sleep(retry_after);
    const auto details = co_await look_at(id);
    if (!details) co_return details.error();
    if (details->started_at != 0) co_return result<void>();
    if (!away) co_return started.error();
  }
}

// Waits for an engine that is away.
awaitable<result<engine::container_details>> slot_keeper::look_at(std::string id) {
  while (true) {
    co_await services_.watch.gate.passage();
    auto details = co_await services_.watch.engine.inspect(id);
    co_await net::end_if_cancelled();
    if (details || !is_engine_away(details.error())) co_return details;
    co_await net::sleep(retry_after);
  }
}

awaitable<void> slot_keeper::give_input(std::string run,
                                        std::unique_ptr<engine::input_stream> input) {
  const live_run* its = find(run);
  if (its == nullptr) co_return;
  const std::string id = its->record.container;
  const auto given = co_await hand_over(*input, its->record.input.bytes);
  bool cut = !given;
  // Who closes its input does not want all of it; an engine that went away did not give it.
  if (cut && given.error().code == engine::errc::disconnected) cut = co_await is_engine_gone(id);
  co_await net::end_if_cancelled();
  live_run* const now = find(run);
  if (now == nullptr) co_return;
  if (cut) {
    say(log_level::warning,
        "run " + run + ": it is stopped, since its input was cut off: " + given.error().message);
    stop_run(run, end_reasons::input_lost);
    co_return;
  }
  now->record.stage = slots::run_stage::given;
  now->record.input = {};  // nobody needs it any more, and it may be large, or secret
  save(*now);
}

awaitable<bool> slot_keeper::is_engine_gone(std::string id) const {
  const auto details = co_await services_.watch.engine.inspect(id);
  co_return !details && is_engine_away(details.error());
}

// Faster than the engine's events.
awaitable<void> slot_keeper::await_exit(std::string id,
                                        std::unique_ptr<engine::exit_wait> exit) const {
  (void)co_await exit->finish();
  services_.inspect(id);
}

// Looks now and then whether the run is over: one that may take a day is not to be waited for that
// long when it took a second.
awaitable<void> slot_keeper::await_deadline(std::string run) {
  while (true) {
    const live_run* const its = find(run);
    if (its == nullptr || its->record.deadline == 0) co_return;
    const std::chrono::milliseconds left(its->record.deadline - myko::unix_ms(net::now().wall));
    if (left <= 0ms) break;
    co_await net::sleep(std::min(left, deadline_looked_at_every));
  }
  stop_run(run, end_reasons::timeout);
}

// Asked again it changes nothing: the first reason counts.
void slot_keeper::stop_run(const std::string& run, const char* reason) {
  live_run* const its = find(run);
  if (its == nullptr || !its->record.reason.empty()) return;
  its->record.reason = reason;
  const bool waits = its->of->board.give_up(run);
  if (waits || its->record.container.empty()) return never_ran(run, reason, "");
  save(*its);
  if (its->watch && its->record.stage != slots::run_stage::accepted) {
    services_.tasks.spawn(stop_container(its->record.container, its->of->what.stop_grace));
  }
}

// Until it is over: a run that was to be stopped must not go on.
awaitable<void> slot_keeper::stop_container(std::string id, std::chrono::seconds grace) {
  engine::client& engine = services_.watch.engine;
  auto pause = retry_after;
  for (int tries = 0; of_container(id) != nullptr; ++tries) {
    of_container(id)->watch->stop_asked();
    result<engine::change> stopped = engine::change::already;
    if (tries < stops_max) {
      stopped = co_await engine.stop(id, grace);
    } else {
      stopped = co_await engine.kill(id, "SIGKILL");
    }
    if (stopped || stopped.error().code == engine::errc::not_found) break;
    if (!is_engine_away(stopped.error())) {
      if (tries == 0) {
        say(log_level::warning,
            "container " + id.substr(0, 12) +
                " of a run does not stop, trying again: " + stopped.error().message);
      }
      (void)co_await engine.unpause(id);  // some engines stop none that is paused
    }
    co_await net::sleep(pause);
    pause = std::min(pause * 2, retry_after_max);
    co_await services_.watch.gate.passage();
  }
  services_.inspect(id);
}

awaitable<void> slot_keeper::clean_up(std::string id) {
  leaving_.insert(id);
  while (true) {
    const engine::removal how{.force = true, .volumes = true};
    const auto gone = co_await services_.watch.engine.remove(id, how);
    co_await net::end_if_cancelled();
    const bool away = !gone && is_engine_away(gone.error());
    if (!gone && !away && gone.error().code != engine::errc::not_found) {
      say(log_level::warning,
          "container " + id.substr(0, 12) +
              " of a run that is over cannot be removed: " + gone.error().message);
      leaving_.erase(id);  // and a later list shows it
      co_return;
    }
    if (!away) break;
    co_await net::sleep(retry_after);
    co_await services_.watch.gate.passage();
  }
  leaving_.erase(id);
  removed(id);
}

awaitable<void> slot_keeper::await_disk() {
  while (!services_.output.outbox.is_durable()) co_await net::sleep(retry_after);
  for (const std::string& id : std::exchange(undurable_, {})) services_.tasks.spawn(clean_up(id));
}

awaitable<void> slot_keeper::saved(const live_run& what) {
  net::signal changed(services_.watch.executor);
  const auto done = std::make_shared<bool>(false);
  const auto waiting = std::make_shared<net::signal*>(&changed);
  services_.output.outbox.write_soon(
      [name = what.record.run, text = slots::to_text(what.record)](outbox::batch& into) {
        into.facts[slots::record_fact(name)] = text;
      },
      [done, waiting] {
        *done = true;
        if (*waiting != nullptr) (*waiting)->notify();
      });
  struct leave {
    std::shared_ptr<net::signal*> waiting;
    ~leave() { *waiting = nullptr; }
  } const at_end{waiting};
  while (!*done) {
    co_await changed.wait();
    co_await net::end_if_cancelled();
  }
}

void slot_keeper::watch(live_run& run, const std::string& id,
                        std::shared_ptr<container_watch> watch) {
  run.watch = watch;
  watches_.insert_or_assign(id, watch);
  services_.tasks.spawn(follow(id, std::move(watch), run.output));
}

awaitable<void> slot_keeper::follow(std::string id, std::shared_ptr<container_watch> watch,
                                    std::shared_ptr<target_output> output) {
  co_await watch->run();
  watches_.erase(id);
  // Nobody has seen it run, and nobody will.
  if (const live_run* its = of_container(id); its != nullptr && its->watch == watch) {
    const slots::run_record record = its->record;
    const std::string reason = record.reason.empty() ? end_reasons::unknown : record.reason;
    never_ran(record.run, reason, "its container is gone");
  }
  // That the container is forgotten is collected from its output, which has to live until then.
  services_.output.outbox.write_soon([](outbox::batch&) {}, [output = std::move(output)] {});
}

watch_services slot_keeper::services_of(const std::string& run) {
  watch_services out = services_.watch;
  out.reason = [this, run](const fleet::run& ended) -> std::string {
    live_run* const its = find(run);
    if (its == nullptr) return end_reasons::unknown;
    its->failed = !ended.end || ended.end->exit_code != 0;
    return end_reason(ended, its->record.reason);
  };
  out.told = [this, run] { told(run); };
  return out;
}

}  // namespace gantry::fleet
