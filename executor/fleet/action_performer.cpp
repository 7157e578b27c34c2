#include "executor/fleet/action_performer.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "executor/engine/error.hpp"
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
      lanes_(tasks) {}

void action_performer::perform(const myko::action_request& request) {
  const done_handler done = [this, ticket = request.ticket](const myko::action_outcome& outcome) {
    core_.answer(ticket, outcome);
  };
  const auto verb = verb_of(request.action);
  if (!verb) return done(myko::action_failed{"there is no action " + request.action.value});
  const auto order = make_order(*verb, request.data);
  if (!order) return done(myko::action_failed{order.error().message});
  if (*verb == verb::forget)
    return done(describe_forgotten(order->target, hooks_.forget(order->target)));
  if (!gate_.is_open()) {
    return done(myko::action_failed{"the container engine at " + engine_.address() +
                                    " does not answer at the moment"});
  }
  const std::string service = roster_.service().value + ":";
  if (!request.target.value.starts_with(service)) {
    return done(myko::action_failed{"there is no target " + request.target.value});
  }
  const std::string path = request.target.value.substr(service.size());
  if (roster_.of_path(path) != nullptr) return perform_on_container(path, *order, done);
  for (const auto& [each, member] : roster_.members()) {
    if (group_path(member.who.group) == path) {
      return perform_on_group(member.who.group, *order, done);
    }
  }
  done(myko::action_failed{"there is no target " + request.target.value});
}

void action_performer::perform_on_container(const std::string& path, const order& order,
                                            done_handler done) {
  const bool entered =
      lanes_.enter(path, [this, path, order, done] { return carry_out(path, order, done); });
  if (!entered) {
    done(myko::action_failed{"busy: " + std::to_string(action_lanes::waiting_max) +
                             " actions are waiting for this target already"});
  }
}

void action_performer::perform_on_group(const std::string& group, const order& order,
                                        done_handler done) {
  std::vector<const member*> there;
  for (const member* each : roster_.of_group(group)) {
    if (!each->container.empty()) there.push_back(each);
  }
  if (there.empty()) {
    return done(myko::action_failed{"project " + group + " has no containers any more"});
  }
  const auto outcomes = std::make_shared<std::vector<member_outcome>>();
  for (const member* each : there) {
    perform_on_container(each->who.path, order,
                         [outcomes, done, group, name = each->who.name,
                          count = there.size()](const myko::action_outcome& outcome) {
                           outcomes->push_back({name, outcome});
                           if (outcomes->size() == count) done(combine(group, *outcomes));
                         });
  }
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
  const std::shared_ptr<container_watch> watch = hooks_.watch(id);
  const bool stops = order.what != verb::run;
  hooks_.asked(id, order.what);
  if (watch && stops) watch->stop_asked();
  const auto changed = co_await ask_engine(id, order);
  if (watch && stops && is_refused(changed)) watch->stop_refused();
  if (watch) watch->set_error(changed ? "" : changed.error().message);
  const myko::action_outcome outcome = describe(order.what, name, changed);
  if (const auto* failed = std::get_if<myko::action_failed>(&outcome)) {
    log_(log_level::warning, failed->message);
  }
  hooks_.changed(id);
  done(outcome);
}

awaitable<result<engine::change>> action_performer::ask_engine(const std::string& id,
                                                               const order& order) {
  switch (order.what) {
    case verb::run:
      co_return co_await engine_.start(id);
    case verb::stop:
      co_return co_await engine_.stop(id, order.options.grace);
    case verb::restart:
      co_return co_await engine_.restart(id, order.options.grace);
    default:
      break;
  }
  co_return engine::fault(engine::errc::refused, "no such verb");
}

}  // namespace gantry::fleet
