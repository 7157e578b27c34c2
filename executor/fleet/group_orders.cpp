#include "executor/fleet/group_orders.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <set>
#include <utility>

#include "executor/engine/error.hpp"
#include "executor/fleet/signals.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

using kind = compose_verdict::kind;

// Pauses and the like go side by side.
bool is_ordered(verb what) {
  return what == verb::run || what == verb::stop || what == verb::restart;
}

compose_order order_of(verb what, std::vector<compose_member> members) {
  if (what == verb::stop) return order_to_stop(members);
  if (!is_ordered(what)) {
    for (compose_member& each : members) each.depends_on.clear();
  }
  return order_to_run(members);
}

bool starts(verb what) { return what == verb::run || what == verb::restart; }
bool ends_project(const order& order) {
  if (const auto* kill = std::get_if<kill_options>(&order.options)) {
    return asks_for_end(kill->signal);
  }
  return order.what == verb::stop || order.what == verb::remove;
}
bool is_contrary(verb under_way, const order& asked) {
  return starts(under_way) ? ends_project(asked) : under_way == verb::stop && starts(asked.what);
}

std::string asked_words(verb what) { return "to " + std::string(name_of(what)); }

std::chrono::seconds limit_of(compose_condition until) {
  return until == compose_condition::completed ? group_orders::completed_within
                                               : group_orders::healthy_within;
}

// Of one who may still come to it, but not in time.
std::string too_late(compose_condition until, const std::string& why) {
  const std::string limit = std::to_string(limit_of(until).count()) + " s";
  if (until == compose_condition::completed) return why + " after " + limit;
  return "was not healthy within " + limit + ": it " + why;
}

}  // namespace

struct group_orders::under_way {
  std::string group;
  order what;
  group_run run;
  std::map<std::string, party> parties;  // by path
  std::vector<member_outcome> outcomes;
  std::vector<std::string> notes;
  done_handler done;  // empty: answered

  [[nodiscard]] std::vector<std::string> left_out() const {
    std::vector<std::string> out;
    for (const auto& [path, each] : parties) {
      if (!each.left_out.empty()) out.push_back(each.name + " (" + each.left_out + ")");
    }
    return out;
  }
};

group_orders::group_orders(engine::client& engine, net::task_group& tasks, log_sink log,
                           hooks hooks)
    : engine_(engine), tasks_(tasks), log_(std::move(log)), hooks_(std::move(hooks)) {}

void group_orders::perform(const std::string& group, const order& order, std::vector<party> parties,
                           done_handler done) {
  const bool in_flight = withdraw_contrary(group, order);
  std::vector<compose_member> members;
  std::map<std::string, group_run::party> names;
  std::map<std::string, party> by_path;
  for (party& each : parties) {
    const std::string path = each.who.path;
    members.push_back(each.who);
    names[path] = {each.name, !each.left_out.empty()};
    by_path.emplace(path, std::move(each));
  }
  compose_order sequence = order_of(order.what, std::move(members));
  const std::vector<std::string> circles = sequence.circles;
  const bool has_edges =
      std::ranges::any_of(sequence.steps, [](const auto& each) { return !each.after.empty(); });
  const auto one = std::make_shared<under_way>(
      under_way{group,
                order,
                group_run(order.what, std::move(sequence), std::move(names)),
                std::move(by_path),
                {},
                {},
                std::move(done)});
  for (const std::string& circle : circles) note(*one, circle);
  under_way_.push_back(one);
  // What is being stopped runs still, and is to wait.
  if (order.what == verb::run && has_edges && !in_flight) {
    tasks_.spawn(begin_running(one));
  } else {
    advance(one);
  }
}

// True: there was something contrary under way, and some of it may go on.
bool group_orders::withdraw_contrary(const std::string& group, const order& order) {
  bool out = false;
  const auto earlier = under_way_;
  for (const auto& each : earlier) {
    if (each->group != group || !is_contrary(each->what.what, order)) continue;
    out = true;
    each->run.withdraw_all(asked_words(order.what));
    advance(each);
  }
  return out;
}

// A container that runs is not held up, or said not to be started, by what it depends on.
awaitable<void> group_orders::begin_running(std::shared_ptr<under_way> one) {
  const auto all = co_await engine_.list();
  std::set<std::string> running;
  if (all) {
    for (const engine::container_summary& each : *all) {
      if (each.state == engine::container_state::running) running.insert(each.id);
    }
  }
  for (const auto& [path, each] : one->parties) {
    if (running.contains(each.container)) one->run.begin_at_once(path);
  }
  advance(one);
}

void group_orders::asked(const std::string& path, const order& order) {
  const auto all = under_way_;
  for (const auto& each : all) {
    if (!each->parties.contains(path) || !is_contrary(each->what.what, order)) continue;
    each->run.withdraw(path, asked_words(order.what));
    advance(each);
  }
}

void group_orders::happened(const std::string& id) {
  const auto [begin, end] = lookers_.equal_range(id);
  for (auto each = begin; each != end; ++each) {
    if (const auto one = each->second.lock()) {
      one->news = true;
      one->timer.cancel();
    }
  }
}

// What is begun may end at once, and come back here.
void group_orders::advance(const std::shared_ptr<under_way>& one) {
  for (auto next = one->run.next(); !next.empty(); next = one->run.next()) {
    for (const group_run::refusal& each : next.refusals) {
      const party& who = one->parties.at(each.path);
      one->outcomes.push_back({who.name, myko::action_failed{each.why}});
      log_(each.failed ? log_level::warning : log_level::info, each.why);
      if (each.failed) hooks_.refused(who.container, each.why);
    }
    for (const group_run::look& each : next.looks) tasks_.spawn(look(one, each));
    for (const std::string& path : next.begin) {
      hooks_.perform(path, one->what, [this, one, path](const myko::action_outcome& outcome) {
        one->outcomes.push_back({one->parties.at(path).name, outcome});
        one->run.did(path, std::holds_alternative<myko::action_done>(outcome));
        advance(one);
      });
    }
  }
  if (!one->run.is_over() || !one->done) return;
  under_way_.remove(one);
  const auto done = std::exchange(one->done, nullptr);
  done(combine(one->group, one->outcomes, one->left_out(), one->notes));
}

void group_orders::note(under_way& one, const std::string& what) {
  if (std::ranges::find(one.notes, what) != one.notes.end()) return;
  one.notes.push_back(what);
  log_(log_level::warning, "project " + one.group + ": " + what);
}

awaitable<void> group_orders::look(std::shared_ptr<under_way> one, group_run::look what) {
  const party& who = one->parties.at(what.path);
  const compose_verdict seen = co_await look_until_known(one, what.until, who.container);
  if (seen.what == kind::not_yet) co_return;  // nobody waits any more
  if (seen.what == kind::holds && !seen.why.empty()) {
    note(*one, "container " + who.name + " " + seen.why);
  }
  one->run.reached(what.path, what.until, seen.what == kind::never ? seen.why : "");
  advance(one);
}

awaitable<compose_verdict> group_orders::look_until_known(std::shared_ptr<under_way> one,
                                                          compose_condition until, std::string id) {
  const auto self = watch(co_await boost::asio::this_coro::executor, id);
  const auto give_up_at = net::now().steady + limit_of(until);
  compose_verdict out;
  while (!one->run.is_over()) {
    self->news = false;
    const auto details = co_await engine_.inspect(id);
    if (details) {
      out = judge(until, *details);
    } else if (details.error().code == engine::errc::not_found) {
      out = {kind::never, "is gone: it was removed"};
    } else {
      out = {kind::not_yet, "cannot be looked at: " + details.error().message};
    }
    if (out.what != kind::not_yet) co_return out;
    const auto now = net::now().steady;
    if (now >= give_up_at) co_return compose_verdict{kind::never, too_late(until, out.why)};
    if (self->news) continue;
    self->timer.expires_at(std::min(give_up_at, now + look_again_every));
    co_await self->timer.async_wait(net::token);
  }
  co_return out;
}

std::shared_ptr<group_orders::looker> group_orders::watch(
    const boost::asio::any_io_executor& executor, const std::string& id) {
  std::erase_if(lookers_, [](const auto& each) { return each.second.expired(); });
  auto out = std::make_shared<looker>(looker{boost::asio::steady_timer(executor)});
  lookers_.emplace(id, out);
  return out;
}

}  // namespace gantry::fleet
