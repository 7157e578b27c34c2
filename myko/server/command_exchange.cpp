#include "myko/server/command_exchange.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "myko/server/frames.hpp"
#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

using json::value;

// The first element of the array at this key.
const value* first_of(const value* object, std::string_view key) {
  const value* list = object != nullptr ? json::find(*object, key) : nullptr;
  return list != nullptr && list->IsArray() && !list->Empty() ? &(*list)[0] : nullptr;
}

// Where a command names its place: the first of its actions or assignments, or itself.
const value& addressed_part(const std::string& id, const value& body) {
  const value* part = &body;
  if (id == "BatchTargetAction") part = first_of(&body, "actions");
  if (id == "CompactBatchTargetAction") part = first_of(first_of(&body, "groups"), "assignments");
  return part != nullptr ? *part : body;
}

// `tx` and what else an answer holds, from where this generation looks for it.
struct answer {
  std::string tx;
  const value* content = nullptr;  // of a response
};

answer read_answer(generation plays, const value& message) {
  const value* data = json::find(message, "data");
  if (data == nullptr) return {};
  const std::string tx = text_at(*data, "tx");
  if (!tx.empty()) return {tx, json::find(*data, "response")};
  if (plays == generation::docs) return {text_at(message, "tx"), data};
  return {};
}

}  // namespace

command_exchange::command_exchange(generation plays, const core_limits& limits,
                                   client_finder find_client, core_counters& counters)
    : plays_(plays),
      find_client_(std::move(find_client)),
      counters_(counters),
      relay_(limits.pending_commands_max) {}

std::optional<std::string> command_exchange::call(connection_id caller, const value& data,
                                                  moment now, outputs& out) {
  const value* body = json::find(data, "command");
  const std::string id = text_at(data, "commandId");
  if (id.empty() || body == nullptr || !body->IsObject()) {
    return "a command without commandId or command";
  }
  std::string tx = text_at(*body, "tx");
  if (tx.empty() && plays_ == generation::rust) tx = "unknown";
  if (tx.empty()) return "a command without a tx";
  const called command{caller, tx, id, *body};
  if (known(id)) {
    carry_out(command, plan(command, now), now, out);
    return std::nullopt;
  }
  std::optional<std::string> message;
  if (plays_ == generation::docs) message = "unknown command " + id;
  if (plays_ == generation::rust) message = "Command handler not found: " + id;
  refuse({caller, tx, id, {}, {}}, message, out);
  ++counters_.commands_refused;
  return std::nullopt;
}

bool command_exchange::known(std::string_view id) const {
  if (id == "ExecTargetAction" || id == "SendToClient") return true;
  if (plays_ == generation::docs) return id == "target:action:exec";
  static constexpr std::array<std::string_view, 3> newer{
      "BatchTargetAction", "CompactBatchTargetAction", "ResendEmitterValue"};
  return std::count(newer.begin(), newer.end(), id) > 0;
}

command_exchange::decision command_exchange::plan(const called& call, moment now) const {
  if (call.id == "SendToClient") return plan_wrapped(call);
  if (call.id == "ExecTargetAction" || call.id == "target:action:exec") {
    return plan_exec(call, now);
  }
  return plan_addressed(call);
}

command_exchange::decision command_exchange::plan_exec(const called& call, moment now) const {
  const value* action = json::find(call.body, "action");
  const std::string action_id = action != nullptr ? text_at(*action, "id") : "";
  if (action_id.empty()) return refusal{"the command names no action"};
  std::string target = text_at(*action, "targetId");
  if (target.empty()) target = routes_.target_of(action_id);
  const auto instance = instance_for(text_at(call.body, "instanceId"), target);
  if (!instance) return refusal{"No online instance for target " + target};
  frames::action_body body;
  body.tx = call.tx;
  body.created_at = text_at(call.body, "createdAt");
  if (body.created_at.empty()) body.created_at = rfc3339(now.wall);
  body.instance = *instance;
  body.action_id = action_id;
  body.target = target;
  body.action = action;
  body.data = json::find(call.body, "data");
  return hand_over{routes_.client_of(*instance), call.tx, frames::exec_command(plays_, body)};
}

command_exchange::decision command_exchange::plan_wrapped(const called& call) const {
  const value* wrapped = json::find(call.body, "wrapped");
  const value* body = wrapped != nullptr ? json::find(*wrapped, "command") : nullptr;
  if (body == nullptr || text_at(*wrapped, "commandId").empty() || text_at(*body, "tx").empty()) {
    return refusal{"wrapped is no command with a tx"};
  }
  return hand_over{text_at(call.body, "clientId"), text_at(*body, "tx"),
                   frames::command(plays_, text_at(*wrapped, "commandId"), json::write(*body))};
}

command_exchange::decision command_exchange::plan_addressed(const called& call) const {
  const value& part = addressed_part(call.id, call.body);
  std::string target = text_at(part, "targetId");
  if (const value* action = json::find(part, "action"); action != nullptr) {
    target = text_at(*action, "targetId");
    if (target.empty()) target = routes_.target_of(text_at(*action, "id"));
  }
  const auto instance = instance_for(text_at(part, "instanceId"), target);
  if (!instance) return refusal{"No online instance for target " + target};
  return hand_over{routes_.client_of(*instance), call.tx,
                   frames::command(plays_, call.id, json::write(call.body))};
}

std::optional<std::string> command_exchange::instance_for(const std::string& named,
                                                          const std::string& target) const {
  if (!named.empty()) return named;
  return routes_.online_instance(
      target, [this](const std::string& client) { return find_client_(client).has_value(); });
}

void command_exchange::carry_out(const called& call, decision what, moment now, outputs& out) {
  std::optional<connection_id> executor;
  if (const auto* plan = std::get_if<hand_over>(&what)) {
    executor = find_client_(plan->client);
    if (!executor) what = refusal{"Client Not Found"};
    if (relay_.full()) what = refusal{"too many commands wait for an answer"};
  }
  if (const auto* no = std::get_if<refusal>(&what)) {
    refuse({call.caller, call.tx, call.id, {}, {}}, no->message, out);
    ++counters_.commands_refused;
    return;
  }
  auto& plan = std::get<hand_over>(what);
  std::optional<command_relay::time_point> expires;
  if (plays_ == generation::rust) expires = now.steady + rust_command_max;
  relay_.add({call.caller, call.tx, call.id, *executor, std::move(plan.tx)}, expires);
  ++counters_.commands_relayed;
  out.push_back({*executor, std::move(plan.frame)});
}

std::optional<std::string> command_exchange::response(connection_id executor, const value& message,
                                                      outputs& out) {
  const answer from = read_answer(plays_, message);
  if (plays_ == generation::rust && (from.tx.empty() || from.content == nullptr)) {
    return "a command-response without tx or response";
  }
  const std::string content = from.content != nullptr ? json::write(*from.content) : "null";
  for (const pending_command& each : waiting(executor, from.tx)) {
    out.push_back({each.caller, frames::command_response(plays_, each.caller_tx, content)});
  }
  return std::nullopt;
}

std::optional<std::string> command_exchange::error(connection_id executor, const value& message,
                                                   outputs& out) {
  const answer from = read_answer(plays_, message);
  const value* data = json::find(message, "data");
  const auto text = data != nullptr ? json::find_string(*data, "message") : std::nullopt;
  if (plays_ == generation::rust &&
      (from.tx.empty() || !text || !json::find_string(*data, "commandId"))) {
    return "a command-error without tx, commandId or message";
  }
  std::optional<std::string> words;
  if (text) words = std::string(*text);
  for (const pending_command& each : waiting(executor, from.tx)) refuse(each, words, out);
  return std::nullopt;
}

void command_exchange::disconnected(connection_id connection, outputs& out) {
  for (const pending_command& each : relay_.gone(connection)) {
    refuse(each, "Client Disconnected", out);
  }
}

void command_exchange::tick(moment now, outputs& out) {
  for (const pending_command& each : relay_.expired(now.steady)) {
    ++counters_.commands_expired;
    refuse(each, "no answer within " + std::to_string(rust_command_max.count()) + " s", out);
  }
}

void command_exchange::refuse(const pending_command& command,
                              const std::optional<std::string>& message, outputs& out) const {
  out.push_back(
      {command.caller, frames::command_error(plays_, command.caller_tx, command.command, message)});
}

std::vector<pending_command> command_exchange::waiting(connection_id executor,
                                                       std::string_view tx) {
  auto found = relay_.answered(executor, std::string(tx));
  counters_.answers_relayed += found.size();
  if (found.empty()) ++counters_.answers_unmatched;
  return found;
}

}  // namespace gantry::myko
