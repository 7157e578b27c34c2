#include "executor/fleet/slot_keeper.hpp"

#include <algorithm>
#include <utility>

#include "executor/fleet/action_data.hpp"
#include "executor/fleet/slot_schemas.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/slots/labels.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"
#include "model/json_slices.hpp"

namespace gantry::fleet {
namespace {

using slots::admission;

std::string joined(const std::deque<std::string>& names) {
  std::string out;
  for (const std::string& each : names) out += (out.empty() ? "" : ", ") + each;
  return out;
}

std::string full_text(const slots::slot_template& slot, const slots::slot_board& board) {
  std::string out = "slot " + slot.name + " is full: " + joined(board.running()) + " under way";
  if (slot.when_full == slots::when_full::queue) {
    return out + " and " + std::to_string(board.waiting().size()) + " waiting; try again later";
  }
  return out + "; wait for the end, stop it, or set when_full in the slot to replace or queue";
}

}  // namespace

slot_keeper::slot_keeper(slot_services services, const std::vector<slots::slot_template>& templates,
                         earlier_runs earlier)
    : services_(std::move(services)) {
  for (const slots::slot_template& each : templates) {
    const std::string path = slot_path(each.name);
    slots_.emplace(
        path,
        slot{.what = each,
             .board = slots::slot_board({each.concurrency, each.when_full, each.queue_max}),
             .rate = std::make_shared<pulse_rate>(
                 services_.output.rules.policy_of(path, emitter_names::output).pulses_per_second),
             .state = {},
             .next = slots::next_number(earlier.facts, each.name),
             .kept = {}});
    states_.emplace(path,
                    std::make_shared<target_output>(
                        services_.output, model::make_target_id(services_.service, path), path));
  }
  std::vector<std::string> damaged;
  for (slots::run_record& each : slots::records_of(earlier.facts, damaged)) {
    const std::string run = each.run;
    left_.emplace(run, std::move(each));
  }
  for (const std::string& each : damaged) say(log_level::error, each + "; the run is given up");
  if (!damaged.empty()) forget_damaged(earlier.facts);
  for (outbox::saved_container& each : earlier.containers) {
    const std::string id = each.id;
    saved_.emplace(id, std::move(each));
  }
  for (auto& [path, each] : slots_) show(each);
}

// ---- What the fleet tells -------------------------------------------------------------------

bool slot_keeper::owns(const std::string& name,
                       const std::map<std::string, std::string>& labels) const {
  const auto marks = slots::marks_of(name, labels);
  return marks && marks->who.service == services_.service.value && has(slot_path(marks->slot));
}

// So that they are not met again at each start. What is left of such a run, its container, has
// labels and no record: it is removed.
void slot_keeper::forget_damaged(const std::map<std::string, std::string>& facts) {
  for (const auto& [name, value] : facts) {
    const std::string prefix = slots::record_fact("");
    if (!name.starts_with(prefix) || left_.contains(name.substr(prefix.size()))) continue;
    services_.output.outbox.write_soon(
        [name = name](outbox::batch& into) { into.facts[name] = ""; }, nullptr);
  }
}

void slot_keeper::happened(const engine::event& event) {
  const auto found = watches_.find(event.id);
  if (found == watches_.end()) return;
  const auto watch = found->second;
  watch->happened(event);
  tell_who_asked(event.id);
  if (event.action != "destroy") services_.inspect(event.id);
}

void slot_keeper::inspected(const engine::container_details& details) {
  const auto found = watches_.find(details.summary.id);
  if (found == watches_.end()) return;
  std::shared_ptr(found->second)->inspected(details);
  tell_who_asked(details.summary.id);
}

// It may have been asked to stop before anybody had seen it run.
void slot_keeper::tell_who_asked(const std::string& id) {
  const live_run* const its = of_container(id);
  if (its != nullptr && !its->record.reason.empty()) its->watch->stop_asked();
}

void slot_keeper::removed(const std::string& id) {
  const auto found = watches_.find(id);
  if (found != watches_.end()) found->second->missing();
}

void slot_keeper::listed(const std::vector<engine::container_summary>& own) {
  if (!std::exchange(listed_before_, true)) adopt_all(own);
  clean_up_strays(own);
  // Also those that are not there any more: so it is found out.
  for (const auto& [id, watch] : watches_) services_.inspect(id);
}

// Made without our hearing of it, or not removed when it was to be: seen in two lists, so that none
// is meant that is just being made.
void slot_keeper::clean_up_strays(const std::vector<engine::container_summary>& own) {
  std::set<std::string> strays;
  for (const engine::container_summary& each : own) {
    const auto& kept = slots_.at(slot_path(each.labels.at(std::string(slots::slot_label)))).kept;
    const bool known = of_container(each.id) != nullptr || leaving_.contains(each.id) ||
                       std::ranges::find(undurable_, each.id) != undurable_.end() ||
                       std::ranges::find(kept, each.id) != kept.end() ||
                       runs_.contains(each.labels.at(std::string(slots::run_label)));
    if (!known) strays.insert(each.id);
  }
  for (const std::string& id : strays) {
    if (strays_.contains(id)) services_.tasks.spawn(clean_up(id));
  }
  strays_ = std::move(strays);
}

// ---- What the core asks for -----------------------------------------------------------------

void slot_keeper::perform(const std::string& path, verb what, const std::optional<json::text>& data,
                          const done_handler& done) {
  slot& in = slots_.at(path);
  if (what == verb::run) return perform_run(in, data, done);
  perform_stop(in, data, done);
}

void slot_keeper::perform_run(slot& in, const std::optional<json::text>& data,
                              const done_handler& done) {
  const std::string name = "slot " + in.what.name;
  const auto refuse = [&](const std::string& why) { done(myko::action_failed{name + ": " + why}); };
  if (data && data->bytes.size() > input_bytes_max) {
    return refuse("the input has " + std::to_string(data->bytes.size()) + " bytes; at most " +
                  std::to_string(input_bytes_max) + " are taken");
  }
  const auto checked = check_input(data, input_schema(in.what));
  if (!checked) return refuse(checked.error().message);
  json::text input{json::without_removed(data ? data->bytes : "null", *checked)};
  if (input_bytes() + input.bytes.size() > inputs_bytes_max) {
    return refuse("the inputs of the runs that wait have more than " +
                  std::to_string(inputs_bytes_max) + " bytes together; try again later");
  }
  if (!listed_before_) {
    return refuse("the container engine has not answered yet");
  }
  const std::string run = in.what.name + "-" + std::to_string(in.next);
  const admission admission = in.board.admit(run);
  if (admission.what == admission::verdict::reject) {
    return done(myko::action_failed{full_text(in.what, in.board)});
  }
  ++in.next;
  accept(in, run, std::move(input), admission, done);
}

// It is answered when it is on disk, and only then begun: what was answered is done.
void slot_keeper::accept(slot& in, const std::string& run, json::text input,
                         const slots::admission& admission, const done_handler& done) {
  add(in, {.run = run, .slot = in.what.name, .input = std::move(input)});
  if (admission.superseded) {
    never_ran(*admission.superseded, end_reasons::replaced, run + " has taken its place");
  }
  if (admission.stop) stop_run(*admission.stop, end_reasons::replaced);
  json::object answer;
  answer.set("ok", true).set("run", run);
  if (admission.what == admission::verdict::wait) {
    answer.set("waiting", admission.position);
    answer.set("message", run + " waits for its turn");
  } else {
    answer.set("message", run + " is being started");
  }
  services_.output.outbox.write_soon(
      [this, run, next = in.next, slot = in.what.name](outbox::batch& into) {
        into.facts[slots::next_fact(slot)] = std::to_string(next);
        const live_run* const its = find(run);
        if (its != nullptr) into.facts[slots::record_fact(run)] = slots::to_text(its->record);
      },
      [this, run, done, answer = answer.to_text(),
       now = admission.what == admission::verdict::start] {
        done(myko::action_done{answer});
        if (now) start_soon({run});
      });
  show(in);
}

void slot_keeper::perform_stop(slot& in, const std::optional<json::text>& data,
                               const done_handler& done) {
  const auto checked = check_own_data(data, slot_stop_schema());
  const std::string name = "slot " + in.what.name;
  if (!checked) return done(myko::action_failed{name + ": " + checked.error().message});
  std::deque<std::string> meant;
  if (const auto run = json::find_string(*checked, "run"); run && !run->empty()) {
    const live_run* const its = find(std::string(*run));
    if (its == nullptr || its->of != &in) {
      return done(myko::action_failed{name + " has no run " + std::string(*run) + " under way"});
    }
    meant = {its->record.run};
  } else {
    // Those that wait first: else they would start.
    meant = in.board.waiting();
    meant.insert(meant.end(), in.board.running().begin(), in.board.running().end());
  }
  for (const std::string& each : meant) stop_run(each, end_reasons::stop);
  done(myko::action_done{json::object()
                             .set("ok", true)
                             .set("changed", !meant.empty())
                             .set_list("runs", meant)
                             .set("message", meant.empty() ? name + " has no runs under way"
                                                           : joined(meant) + ": to be stopped")
                             .to_text()});
}

// ---- The books ------------------------------------------------------------------------------

slot_keeper::live_run* slot_keeper::find(const std::string& run) {
  const auto found = runs_.find(run);
  return found == runs_.end() ? nullptr : &found->second;
}

slot_keeper::live_run* slot_keeper::of_container(const std::string& id) {
  const auto found = std::ranges::find_if(
      runs_, [&](const auto& each) { return each.second.record.container == id; });
  return found == runs_.end() ? nullptr : &found->second;
}

std::size_t slot_keeper::input_bytes() const {
  std::size_t out = 0;
  for (const auto& [name, each] : runs_) out += each.record.input.bytes.size();
  return out;
}

slot_keeper::live_run& slot_keeper::add(slot& in, slots::run_record record) {
  const std::string path = slot_path(in.what.name);
  const auto target = model::make_target_id(services_.service, path);
  live_run run{.record = std::move(record), .of = &in, .output = nullptr, .watch = nullptr};
  run.output = std::make_shared<target_output>(
      services_.output, target, path, run_voice(target, run.record.run, in.what.output), in.rate);
  const std::string name = run.record.run;
  return runs_.insert_or_assign(name, std::move(run)).first->second;
}

void slot_keeper::save(const live_run& run) {
  services_.output.outbox.write_soon(
      [name = run.record.run, text = slots::to_text(run.record)](outbox::batch& into) {
        into.facts[slots::record_fact(name)] = text;
      },
      nullptr);
}

void slot_keeper::save_all() {
  for (const auto& [name, run] : runs_) {
    save(run);
    run.output->save_all();
  }
  services_.output.outbox.write_soon(
      [this](outbox::batch& into) {
        for (const auto& [path, each] : slots_) {
          into.facts[slots::next_fact(each.what.name)] = std::to_string(each.next);
        }
      },
      nullptr);
}

void slot_keeper::show(slot& which) {
  states_.at(slot_path(which.what.name))
      ->set_state(slot_state_data(which.what, which.board, which.state));
}

// All of it has been told: its record goes together with its last pulse, and then its container.
void slot_keeper::told(const std::string& run) {
  const live_run* const its = find(run);
  if (its == nullptr) return;  // a container that was kept was started by somebody
  slot& in = *its->of;
  const std::string id = its->record.container;
  const bool kept =
      in.what.keep == slots::keep::all || (in.what.keep == slots::keep::failed && its->failed);
  services_.output.outbox.write_soon(
      [run](outbox::batch& into) { into.facts[slots::record_fact(run)] = ""; },
      [this, id, kept, &in] {
        if (kept) {
          keep(in, id);
        } else {
          clean_up_when_durable(id);
        }
      });
  over(run);
}

// It has no container, and will have none.
void slot_keeper::never_ran(const std::string& run, const std::string& reason,
                            const std::string& error) {
  const live_run* const its = find(run);
  if (its == nullptr) return;
  if (!error.empty()) say(log_level::warning, "run " + run + ": " + error);
  its->output->emit(emitter_names::finish, never_ran_data(reason, error));
  // The output has to live until it is collected.
  services_.output.outbox.write_soon(
      [run](outbox::batch& into) { into.facts[slots::record_fact(run)] = ""; },
      [output = its->output] {});
  if (reason == end_reasons::not_started) its->of->state.error = run + ": " + error;
  (void)its->of->board.give_up(run);
  over(run);
}

void slot_keeper::over(const std::string& run) {
  slot& in = *runs_.at(run).of;
  runs_.erase(run);
  start_soon(in.board.ended(run));
  show(in);
}

void slot_keeper::keep(slot& in, const std::string& id) {
  in.kept.push_back(id);
  while (in.kept.size() > in.what.keep_max) {
    services_.tasks.spawn(clean_up(in.kept.front()));
    in.kept.pop_front();
  }
}

void slot_keeper::clean_up_when_durable(const std::string& id) {
  if (services_.output.outbox.is_durable()) return services_.tasks.spawn(clean_up(id));
  undurable_.push_back(id);
  if (undurable_.size() == 1) services_.tasks.spawn(await_disk());
  if (undurable_.size() <= undurable_max) return;
  services_.tasks.spawn(clean_up(undurable_.front()));
  undurable_.pop_front();
}

void slot_keeper::start_soon(const std::vector<std::string>& runs) {
  for (const std::string& each : runs) services_.tasks.spawn(carry(each));
}

}  // namespace gantry::fleet
