#include "executor/fleet/action_performer.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/fleet/container_orders.hpp"
#include "executor/fleet/signals.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

// Without an answer of the engine nobody knows whether it does what it was asked for.
bool is_outcome_unknown(const failure& error) {
  return error.code == engine::errc::timed_out || error.code == engine::errc::disconnected ||
         error.code == engine::errc::bad_response;
}

// Did it turn out that nothing is being stopped?
bool is_refused(const result<engine::change>& changed) {
  return changed ? *changed == engine::change::already : !is_outcome_unknown(changed.error());
}

// Does the container end by it, if it is done?
bool ends(const order& order) {
  if (const auto* kill = std::get_if<kill_options>(&order.options)) {
    return asks_for_end(kill->signal);
  }
  return order.what == verb::stop || order.what == verb::restart || order.what == verb::remove;
}

bool reaches_into(const order& order) {
  return order.what == verb::write || order.what == verb::exec;
}

// Of those that do not take turns with the target's others. No path has a blank.
std::string lane_of(const std::string& path, const order& order) {
  return path + " " + std::string(name_of(order.what));
}

myko::action_failed busy() {
  return {"busy: " + std::to_string(action_lanes::waiting_max) +
          " actions are waiting for this target already"};
}

}  // namespace

action_performer::action_performer(engine::client& engine, engine_gate& gate, const roster& roster,
                                   core_port& core, net::task_group& tasks, log_sink log,
                                   hooks hooks)
    : engine_(engine),
      gate_(gate),
      roster_(roster),
      core_(core),
      log_(std::move(log)),
      hooks_(std::move(hooks)),
      lanes_(tasks),
      inputs_(engine, tasks),
      groups_(engine, tasks, log_,
              {.perform = [this](const std::string& path, const order& order,
                                 done_handler done) { perform_on_container(path, order, done); },
               .refused =
                   [this](const std::string& id, const std::string& why) {
                     if (const auto watch = hooks_.watch(id)) watch->set_error(why);
                     hooks_.changed(id);
                   }}) {}

void action_performer::perform(const myko::action_request& request) {
  const done_handler done = [this, ticket = request.ticket](const myko::action_outcome& outcome) {
    core_.answer(ticket, outcome);
  };
  const auto verb = verb_of(request.action);
  if (!verb) return done(myko::action_failed{"there is no action " + request.action.value});
  if (!gate_.is_open()) {
    return done(myko::action_failed{"the container engine at " + engine_.address() +
                                    " does not answer at the moment"});
  }
  const std::string service = roster_.service().value + ":";
  if (!request.target.value.starts_with(service)) {
    return done(myko::action_failed{"there is no target " + request.target.value});
  }
  const std::string path = request.target.value.substr(service.size());
  const member* const one = roster_.of_path(path);
  const auto group = one == nullptr ? group_at(path) : std::nullopt;
  if (one == nullptr && !group) {
    return done(myko::action_failed{"there is no target " + request.target.value});
  }
  if (const auto why = why_not(path, *verb, one)) return done(myko::action_failed{*why});
  const auto order = make_order(*verb, request.data);
  if (!order) return done(myko::action_failed{order.error().message});
  if (one != nullptr) {
    groups_.asked(path, *order);
    return perform_on_container(path, *order, done);
  }
  perform_on_group(*group, *order, done);
}

std::optional<std::string> action_performer::group_at(const std::string& path) const {
  for (const auto& [each, member] : roster_.members()) {
    if (group_path(member.who.group) == path) return member.who.group;
  }
  return std::nullopt;
}

std::optional<std::string> action_performer::why_not(const std::string& path, verb what,
                                                     const member* one) const {
  if (!facts_of(what).is_of(one != nullptr ? target_kind::container : target_kind::project)) {
    return (one != nullptr ? "containers have no action " : "projects have no action ") +
           std::string(name_of(what));
  }
  const action_policy& policy = roster_.policy();
  const auto label = one != nullptr ? one->actions : std::nullopt;
  if (policy.allows(path, what, label)) return std::nullopt;
  return policy.why_not(path, what, label);
}

void action_performer::perform_on_container(const std::string& path, const order& order,
                                            done_handler done) {
  // It ends what the target is doing, so it does not wait for that.
  if (order.what == verb::kill) return queue(lane_of(path, order), path, order, done);
  if (!reaches_into(order)) return queue(path, path, order, done);
  const bool entered =
      lanes_.enter(path, [this, path, order, done] { return step_aside(path, order, done); });
  if (!entered) done(busy());
}

void action_performer::queue(const std::string& lane, const std::string& path, const order& order,
                             const done_handler& done) {
  const bool entered =
      lanes_.enter(lane, [this, path, order, done] { return carry_out(path, order, done); });
  if (!entered) done(busy());
}

// It is done behind what was asked for before it, a start for instance, and holds up nothing else.
awaitable<void> action_performer::step_aside(std::string path, order order, done_handler done) {
  queue(lane_of(path, order), path, order, done);
  co_return;
}

void action_performer::perform_on_group(const std::string& group, const order& order,
                                        done_handler done) {
  const action_policy& policy = roster_.policy();
  std::vector<group_orders::party> parties;
  for (const member* each : roster_.of_group(group)) {
    if (each->container.empty()) continue;
    const bool may = policy.allows(each->who.path, order.what, each->actions);
    parties.push_back({as_compose_member(*each), each->who.name, each->container,
                       may ? "" : policy.why_not(each->who.path, order.what, each->actions)});
  }
  if (parties.empty()) {
    return done(myko::action_failed{"project " + group + " has no containers any more"});
  }
  if (std::ranges::none_of(parties, [](const auto& each) { return each.left_out.empty(); })) {
    const group_orders::party& one = parties.front();
    return done(myko::action_failed{"project " + group +
                                    ": none of its containers may do it, such as " + one.name +
                                    " (" + one.left_out + ")"});
  }
  groups_.perform(group, order, std::move(parties), done);
}

compose_member action_performer::as_compose_member(const member& one) const {
  compose_member out{one.who.path, "", "", ""};
  const engine::container_summary* container = roster_.container(one.container);
  if (container == nullptr) return out;
  out.depends_on = label_of(*container, compose_depends_on_label);
  if (label_of(*container, compose_oneoff_label) == "True") return out;
  out.service = label_of(*container, compose_service_label);
  out.number = label_of(*container, compose_number_label);
  return out;
}

awaitable<void> action_performer::carry_out(std::string path, order order, done_handler done) {
  const member* found = roster_.of_path(path);
  if (found == nullptr || found->container.empty()) {
    done(myko::action_failed{"container " + (found != nullptr ? found->who.name : path) +
                             " does not exist any more: it was removed"});
    co_return;
  }
  const std::string id = found->container;
  const std::string name = found->who.name;
  if (reaches_into(order)) {
    co_return co_await reach_into(id, name, std::move(order), done);
  }
  const std::shared_ptr<container_watch> watch = hooks_.watch(id);
  const bool stops = ends(order);
  if (stops) ends_.asked(id);
  const std::int64_t run = watch && stops ? watch->stop_asked() : 0;
  if (stops || order.what == verb::run) hooks_.asked(id, order.what);
  const auto changed = co_await ask_engine(id, order);
  co_await net::end_if_cancelled();  // no refusal
  if (stops && ends_.answered(id, is_refused(changed))) {
    if (watch) watch->stop_refused(run);
    hooks_.refused(id);
  }
  if (changed && (stops || order.what == verb::run)) hooks_.done(id, order.what, *changed);
  const myko::action_outcome outcome = describe(order, name, changed);
  const auto* const failed = std::get_if<myko::action_failed>(&outcome);
  if (watch) watch->set_error(failed != nullptr ? changed.error().message : "");
  if (failed != nullptr) log_(log_level::warning, failed->message);
  hooks_.changed(id);
  done(outcome);
}

// Its failures are no state of the container.
awaitable<void> action_performer::reach_into(std::string id, std::string name, order order,
                                             done_handler done) {
  myko::action_outcome outcome;
  if (auto* line = std::get_if<write_options>(&order.options)) {
    outcome = co_await write_line(engine_, inputs_, id, name, std::move(*line));
  } else {
    auto& program = std::get<exec_options>(order.options);
    const bool may_be_late = program.timeout > exec_options{}.timeout;
    outcome = co_await run_program(engine_, id, name, std::move(program));
    // Its answer may have been given already.
    const auto* ended = std::get_if<myko::action_done>(&outcome);
    if (may_be_late && ended != nullptr) {
      log_(log_level::info, "container " + name + ": exec: " + ended->response.bytes);
    }
  }
  if (const auto* failed = std::get_if<myko::action_failed>(&outcome)) {
    log_(log_level::warning, failed->message);
  }
  done(outcome);
}

awaitable<result<engine::change>> action_performer::ask_engine(const std::string& id,
                                                               const order& order) {
  switch (order.what) {
    case verb::run:
      co_return co_await engine_.start(id);
    case verb::stop:
      co_return co_await engine_.stop(id, std::get<stop_options>(order.options).grace);
    case verb::restart:
      co_return co_await engine_.restart(id, std::get<stop_options>(order.options).grace);
    case verb::pause:
      co_return co_await engine_.pause(id);
    case verb::unpause:
      co_return co_await engine_.unpause(id);
    case verb::kill:
      co_return co_await engine_.kill(id, std::get<kill_options>(order.options).signal);
    case verb::remove:
      co_return co_await engine_.remove(id, std::get<engine::removal>(order.options));
    default:
      break;
  }
  co_return engine::fault(engine::errc::refused, "no such verb");
}

}  // namespace gantry::fleet
