// The runs of an earlier life of gantry, found again by their records and their labels.
#include <algorithm>
#include <utility>

#include "executor/fleet/slot_keeper.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/fleet/watch_resume.hpp"
#include "executor/slots/labels.hpp"

namespace gantry::fleet {
namespace {

std::string label(const engine::container_summary& container, std::string_view name) {
  const auto found = container.labels.find(std::string(name));
  return found == container.labels.end() ? "" : found->second;
}

// The engine's times are whole seconds, and its list has the newest first: among those of the same
// second the runs' numbers tell.
std::pair<std::int64_t, std::uint64_t> age_of(const engine::container_summary& container) {
  return {container.created, slots::number_of(label(container, slots::run_label))};
}

}  // namespace

void slot_keeper::adopt_all(const std::vector<engine::container_summary>& own) {
  auto oldest_first = own;
  std::ranges::stable_sort(oldest_first, {}, age_of);
  for (const engine::container_summary& each : oldest_first) adopt(each);
  std::vector<slots::run_record> records;
  for (auto& [run, record] : std::exchange(left_, {})) records.push_back(std::move(record));
  std::ranges::stable_sort(records, {},
                           [](const auto& each) { return slots::number_of(each.run); });
  for (const slots::run_record& each : records) adopt_record(each);
  for (const auto& [id, saved] : std::exchange(saved_, {})) {
    services_.output.outbox.write_soon(
        [id = id](outbox::batch& into) { into.containers_gone.push_back(id); }, nullptr);
  }
  for (auto& [path, each] : slots_) {
    start_soon(each.board.startable());
    show(each);
  }
}

void slot_keeper::adopt(const engine::container_summary& container) {
  slot& in = slots_.at(slot_path(label(container, slots::slot_label)));
  const std::string run = label(container, slots::run_label);
  in.next = std::max(in.next, slots::number_of(run) + 1);  // should the database be a new one
  const auto record = left_.find(run);
  const bool was_started = container.state != engine::container_state::created;
  if (record != left_.end() && was_started) {
    live_run& its = add(in, std::move(record->second));
    left_.erase(record);
    its.record.container = container.id;
    its.record.stage = std::max(its.record.stage, slots::run_stage::started);
    in.board.adopt_running(run);
    resume(its, container);
  } else if (record != left_.end()) {  // it is begun anew, from its record
    record->second.container.clear();
    services_.tasks.spawn(clean_up(container.id));
  } else if (is_alive(container.state)) {  // the database was lost: told from its begin
    live_run& its = add(in, {.run = run,
                             .slot = in.what.name,
                             .input = {},
                             .stage = slots::run_stage::given,
                             .reason = {},
                             .container = container.id});
    save(its);
    in.board.adopt_running(run);
    resume(its, container);
  } else if (in.what.keep == slots::keep::none || !was_started) {
    services_.tasks.spawn(clean_up(container.id));  // told, or never started
  } else {
    keep(in, container.id);
  }
}

void slot_keeper::resume(live_run& run, const engine::container_summary& container) {
  const auto saved = saved_.extract(container.id);
  std::shared_ptr<container_watch> its_watch;
  const watch_services services = services_of(run.record.run);
  if (saved) its_watch = resume_watch(services, container, saved.mapped(), run.output);
  if (!its_watch) {
    its_watch = std::make_shared<container_watch>(services, container, acquaintance::made_since,
                                                  run.output);
  }
  watch(run, container.id, std::move(its_watch));
  services_.inspect(container.id);
  if (!is_alive(container.state)) return;
  if (run.record.stage != slots::run_stage::given && run.record.reason.empty()) {
    say(log_level::warning,
        "run " + run.record.run + ": gantry ended before its input was handed over: it is stopped");
    return stop_run(run.record.run, end_reasons::input_lost);
  }
  if (!run.record.reason.empty()) {
    services_.tasks.spawn(stop_container(container.id, run.of->what.stop_grace));
  } else if (run.record.deadline != 0) {
    services_.tasks.spawn(await_deadline(run.record.run));
  }
}

// Its container was not among those listed.
void slot_keeper::adopt_record(const slots::run_record& record) {
  const auto found = slots_.find(slot_path(record.slot));
  if (found == slots_.end()) {
    say(log_level::warning, "run " + record.run + " is given up: the configuration has no slot " +
                                record.slot +
                                " any more; its container, if it still runs, is a target of its "
                                "own");
    services_.output.outbox.write_soon(
        [run = record.run](outbox::batch& into) { into.facts[slots::record_fact(run)] = ""; },
        nullptr);
    return;
  }
  slot& in = found->second;
  live_run& its = add(in, record);
  if (record.container.empty()) {
    in.board.adopt_waiting(record.run);
    if (!record.reason.empty()) never_ran(record.run, record.reason, "");
  } else if (saved_.contains(record.container)) {
    engine::container_summary container;
    container.id = record.container;
    container.name = record.run;
    container.state = engine::container_state::dead;
    in.board.adopt_running(record.run);
    resume(its, container);  // inspecting it finds out that it is gone
  } else {
    in.board.adopt_running(record.run);
    never_ran(record.run, end_reasons::unknown, "its container is gone");
  }
}

}  // namespace gantry::fleet
