#include "myko/session/command_desk.hpp"

#include <set>
#include <utility>

#include "model/json_object.hpp"
#include "myko/write.hpp"

namespace gantry::myko {
namespace {

// A batch's error names its failures up to this length; those beyond are counted.
constexpr std::size_t failure_text_bytes_max = 1U << 20U;

// Whose action it is. Also one that a target does not have, such as one that is not allowed: who
// publishes the target knows why, and refuses it.
std::optional<model::target_id> owner_of(const std::string& action, const model::catalogue& known) {
  const auto found = known.actions.find(model::action_id(action));
  if (found != known.actions.end()) return found->second.target;
  const auto colon = action.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto target = known.targets.find(model::target_id(action.substr(0, colon)));
  if (target == known.targets.end()) return std::nullopt;
  return target->first;
}

// Why an action cannot even be begun.
std::optional<std::string> objection(const target_action& action, const model::catalogue& known) {
  if (!action.fault.empty()) return action.fault;
  const auto owner = owner_of(action.action, known);
  if (!owner) return "there is no action " + action.action + " here";
  if (!action.instance.empty() && action.instance != known.instance.id.value) {
    return "the command is for instance " + action.instance + ", and this is " +
           known.instance.id.value;
  }
  if (!action.target.empty() && action.target != owner->value) {
    return "the command is for target " + action.target + ", but action " + action.action +
           " belongs to " + owner->value;
  }
  return std::nullopt;
}

// Each distinct tx that the actions of a batch bring themselves.
std::set<std::string> own_txs(const command& command) {
  std::set<std::string> out;
  const auto* batch = std::get_if<batch_target_action>(&command.content);
  if (batch == nullptr) return out;
  for (const target_action& each : batch->actions) {
    if (!each.tx.empty() && each.tx != command.tx) out.insert(each.tx);
  }
  return out;
}

struct tally {
  std::vector<std::string> open;  // the names of the parts still under way
  std::vector<std::string> failures;
  std::string responses;  // the responses of the parts that are done, as the inside of a list
};

tally count(const std::vector<std::string>& names,
            const std::vector<std::optional<action_outcome>>& outcomes) {
  tally out;
  for (std::size_t at = 0; at < outcomes.size(); ++at) {
    if (!outcomes[at]) {
      out.open.push_back(names[at]);
    } else if (const auto* failed = std::get_if<action_failed>(&*outcomes[at])) {
      out.failures.push_back(names[at] + (names[at].empty() ? "" : ": ") + failed->message);
    } else {
      if (!out.responses.empty()) out.responses += ',';
      out.responses += std::get<action_done>(*outcomes[at]).response.bytes;
    }
  }
  return out;
}

std::string failure_text(const tally& tally, std::size_t parts) {
  std::string out =
      std::to_string(tally.failures.size()) + " of " + std::to_string(parts) + " actions failed: ";
  std::size_t named = 0;
  for (const std::string& failure : tally.failures) {
    if (named > 0 && out.size() + failure.size() > failure_text_bytes_max) break;
    if (named++ > 0) out += "; ";
    out += failure;
  }
  if (named < tally.failures.size()) {
    out += "; and " + std::to_string(tally.failures.size() - named) + " more";
  }
  if (!tally.open.empty()) {
    out += "; " + std::to_string(tally.open.size()) + " are still under way";
  }
  return out;
}

json::text accepted(const std::vector<std::string>& names) {
  return json::object()
      .set("accepted", true)
      .set("message", "still under way; a pulse or the log of gantry will tell of its end")
      .set_list("runs", names)
      .to_text();
}

// The answer of an order; what is still open counts as accepted.
template <typename Order>
message answer_of(const Order& order) {
  const tally result = count(order.names, order.outcomes);
  if (!result.failures.empty()) {
    const bool single = order.outcomes.size() == 1;
    return command_error{order.tx, order.command,
                         single ? std::get<action_failed>(*order.outcomes[0]).message
                                : failure_text(result, order.outcomes.size())};
  }
  if (!result.open.empty()) return command_response{order.tx, accepted(result.open)};
  if (order.outcomes.size() == 1) return command_response{order.tx, {result.responses}};
  return command_response{order.tx, {"{\"results\":[" + result.responses + "]}"}};
}

action_outcome outcome_of(const message& answer) {
  if (const auto* error = std::get_if<command_error>(&answer)) return action_failed{error->message};
  return action_done{std::get<command_response>(answer).response};
}

}  // namespace

command_desk::orders command_desk::received(const command& command, const model::catalogue& known,
                                            time_point now) {
  orders out;
  if (answered_before(command.tx, out) || under_way(command.tx)) {
    for (const std::string& tx : own_txs(command)) answered_before(tx, out);
    return out;
  }
  if (tickets_.size() >= config_.pending_max) {
    refuse(command,
           "busy: " + std::to_string(tickets_.size()) + " actions are under way; try again later",
           out);
    return out;
  }
  if (const auto* malformed = std::get_if<malformed_command>(&command.content)) {
    refuse(command, command.id + " cannot be used: " + malformed->reason, out);
  } else if (const auto* single = std::get_if<target_action>(&command.content)) {
    begin(*single, {add_part(open_order(command, command.tx, now), *single)}, known, out);
  } else if (const auto* batch = std::get_if<batch_target_action>(&command.content)) {
    add_batch(command, batch->actions, known, now, out);
  } else if (const auto* compact = std::get_if<compact_batch_target_action>(&command.content)) {
    add_batch(command, compact->actions, known, now, out);
  } else {
    refuse(command, "unknown command " + command.id, out);
  }
  return out;
}

// Whoever waits is told: the sender of the command, and of each action that has a tx of its own.
void command_desk::refuse(const command& command, const std::string& message, orders& out) {
  answer(command.tx, command_error{command.tx, command.id, message}, out);
  for (const std::string& tx : own_txs(command)) {
    if (answered_before(tx, out) || under_way(tx)) continue;
    answer(tx, command_error{tx, command.id, message}, out);
  }
}

std::uint64_t command_desk::open_order(const command& command, std::string tx, time_point now) {
  const std::uint64_t id = ++last_order_;
  if (!tx.empty()) order_of_tx_.emplace(tx, id);
  orders_.emplace(id, order{.command = command.id,
                            .tx = std::move(tx),
                            .names = {},
                            .outcomes = {},
                            .open = 0,
                            .deadline = now + config_.answer_within});
  return id;
}

command_desk::part command_desk::add_part(std::uint64_t id, const target_action& action) {
  order& owed = orders_.at(id);
  owed.names.push_back(action.action);
  owed.outcomes.emplace_back();
  ++owed.open;
  return {id, owed.outcomes.size() - 1};
}

void command_desk::begin(const target_action& action, std::vector<part> parts,
                         const model::catalogue& known, orders& out) {
  if (auto reason = objection(action, known)) {
    for (const part& each : parts) settle(each, action_failed{*reason}, out);
    return;
  }
  tickets_.emplace(++last_ticket_, std::move(parts));
  out.requests.push_back({last_ticket_, model::action_id(action.action),
                          owner_of(action.action, known).value(), action.data});
}

// The batch is owed an answer, and so is each distinct tx inside it; an action whose tx was
// answered before is not done again.
void command_desk::add_batch(const command& command, const std::vector<target_action>& actions,
                             const model::catalogue& known, time_point now, orders& out) {
  const std::uint64_t whole = open_order(command, command.tx, now);
  std::map<std::string, std::uint64_t> own_orders;
  std::set<std::string> repeated;
  std::vector<std::pair<part, action_outcome>> settled;
  std::vector<std::pair<const target_action*, std::vector<part>>> starts;

  // All parts are in place before any is settled, so that no order is complete too early.
  for (const target_action& each : actions) {
    const part in_batch = add_part(whole, each);
    if (each.tx.empty() || each.tx == command.tx) {
      starts.push_back({&each, {in_batch}});
      continue;
    }
    if (!own_orders.contains(each.tx)) {
      if (const auto before = remembered_.find(each.tx); before != remembered_.end()) {
        if (repeated.insert(each.tx).second) out.answers.push_back(before->second);
        settled.emplace_back(in_batch, outcome_of(before->second));
        continue;
      }
      if (under_way(each.tx)) {
        settled.emplace_back(in_batch, action_failed{"its tx is under way already"});
        continue;
      }
      own_orders.emplace(each.tx, open_order(command, each.tx, now));
    }
    starts.push_back({&each, {in_batch, add_part(own_orders.at(each.tx), each)}});
  }

  for (const auto& [part, outcome] : settled) settle(part, outcome, out);
  for (auto& [action, parts] : starts) begin(*action, std::move(parts), known, out);
}

command_desk::orders command_desk::finished(std::uint64_t ticket, const action_outcome& outcome) {
  orders out;
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return out;
  const std::vector<part> parts = std::move(found->second);
  tickets_.erase(found);
  for (const part& each : parts) settle(each, outcome, out);
  return out;
}

void command_desk::settle(const part& part, const action_outcome& outcome, orders& out) {
  const auto found = orders_.find(part.order);
  if (found == orders_.end()) return;  // answered as accepted, or given up
  order& owed = found->second;
  owed.outcomes[part.at] = outcome;
  if (--owed.open > 0) return;
  const order done = std::move(owed);
  orders_.erase(found);
  answer(done.tx, answer_of(done), out);
}

command_desk::orders command_desk::tick(time_point now) {
  orders out;
  while (!orders_.empty() && orders_.begin()->second.deadline <= now) {
    const order late = std::move(orders_.begin()->second);
    orders_.erase(orders_.begin());
    answer(late.tx, answer_of(late), out);
  }
  return out;
}

std::optional<command_desk::time_point> command_desk::next_deadline() const {
  if (orders_.empty()) return std::nullopt;
  return orders_.begin()->second.deadline;
}

command_desk::orders command_desk::give_up(const std::string& message) {
  orders out;
  while (!orders_.empty()) {
    const order open = std::move(orders_.begin()->second);
    orders_.erase(orders_.begin());
    answer(open.tx, command_error{open.tx, open.command, message}, out);
  }
  tickets_.clear();
  return out;
}

// An answer to a blank tx would be refused by every server.
void command_desk::answer(std::string tx, message answer, orders& out) {
  if (tx.empty()) return;
  order_of_tx_.erase(tx);
  const std::size_t cost = tx.size() + write(answer).size();
  out.answers.push_back(answer);
  remembered_bytes_ += cost;
  remembered_order_.emplace_back(tx, cost);
  remembered_.insert_or_assign(std::move(tx), std::move(answer));
  while (remembered_order_.size() > config_.remembered_max ||
         remembered_bytes_ > config_.remembered_bytes_max) {
    remembered_bytes_ -= remembered_order_.front().second;
    remembered_.erase(remembered_order_.front().first);
    remembered_order_.pop_front();
  }
}

bool command_desk::answered_before(const std::string& tx, orders& out) const {
  const auto found = remembered_.find(tx);
  if (found == remembered_.end()) return false;
  out.answers.push_back(found->second);
  return true;
}

bool command_desk::under_way(const std::string& tx) const { return order_of_tx_.contains(tx); }

}  // namespace gantry::myko
