#include "myko/parse.hpp"

#include <charconv>
#include <utility>

#include "model/json_check.hpp"
#include "model/json_slices.hpp"
#include "myko/error.hpp"

namespace gantry::myko {
namespace {

using json::pick;
using json::slice;
using json::string_of;
using maybe_slice = std::optional<slice>;

// Batches above these would only serve to exhaust memory: the payload of a compact batch is copied
// to each of its assignments.
constexpr std::size_t batch_actions_max = 10'000;
constexpr std::size_t batch_payload_bytes_max = 64U << 20U;
// Of a list of messages; of what is behind these only commands count, since they are owed an
// answer.
constexpr std::size_t list_messages_max = 10'000;

failure unusable(std::string reason) { return {errc::not_a_message, std::move(reason)}; }

std::string string_or_empty(const maybe_slice& from) { return string_of(from).value_or(""); }

// As it was written; null where it is missing.
json::text text_of(const maybe_slice& from) { return {std::string(from.value_or("null"))}; }

template <typename Number>
std::optional<Number> whole_number(const maybe_slice& from) {
  if (!from) return std::nullopt;
  Number out = 0;
  const auto [end, error] = std::from_chars(from->data(), from->data() + from->size(), out);
  if (error != std::errc() || end != from->data() + from->size()) return std::nullopt;
  return out;
}

// Its elements; nothing where it is missing or no list.
std::optional<json::parts> list_at(const maybe_slice& from) {
  if (!from) return std::nullopt;
  const json::parts out(*from);
  return out.of_list() ? std::optional(out) : std::nullopt;
}

// ---- Events ---------------------------------------------------------------------------------

result<event> parse_event(slice data) {
  const auto [item_type, change, item, tx, created_at] =
      pick(data, {"itemType", "changeType", "item", "tx", "createdAt"});
  event out;
  out.item_type = string_or_empty(item_type);
  if (out.item_type.empty()) return unusable("an event without an itemType");
  const std::string name = string_or_empty(change);
  if (name != "SET" && name != "DEL") return unusable("an event with changeType " + name);
  out.change = name == "SET" ? change_type::set : change_type::del;
  if (!item || !json::parts(*item).of_object()) return unusable("an event without an item");
  out.item = text_of(item);
  out.tx = string_or_empty(tx);
  out.created_at = string_or_empty(created_at);
  return out;
}

// One bad event must not cost its neighbours.
result<event_batch> parse_event_batch(slice data) {
  auto list = list_at(data);
  if (!list) return unusable("an event batch that is not a list");
  event_batch out;
  while (const auto each = list->next()) {
    if (result<event> one = parse_event(each->value)) out.events.push_back(*std::move(one));
  }
  return out;
}

// ---- Commands -------------------------------------------------------------------------------

// In old messages `action` may lack targetId; the receiver knows the action's own.
target_action parse_target_action(slice body) {
  const auto [tx, instance, data, action] = pick(body, {"tx", "instanceId", "data", "action"});
  target_action out;
  out.tx = string_or_empty(tx);
  out.instance = string_or_empty(instance);
  if (data) out.data = text_of(data);
  if (action) {
    const auto [id, target] = pick(*action, {"id", "targetId"});
    out.action = string_or_empty(id);
    out.target = string_or_empty(target);
  }
  if (out.action.empty()) out.fault = "it names no action: action.id is missing";
  return out;
}

command_content parse_exec(slice body) {
  target_action one = parse_target_action(body);
  if (!one.fault.empty()) return malformed_command{std::move(one.fault)};
  return one;
}

command_content parse_batch(slice body) {
  const auto [actions] = pick(body, {"actions"});
  auto list = list_at(actions);
  batch_target_action out;
  while (const auto each = list ? list->next() : std::nullopt) {
    if (out.actions.size() == batch_actions_max) return malformed_command{"too many actions"};
    target_action one = parse_target_action(each->value);
    if (!one.fault.empty()) {
      one.fault = "command.actions[" + std::to_string(out.actions.size()) + "]: " + one.fault;
    }
    out.actions.push_back(std::move(one));
  }
  if (out.actions.empty()) return malformed_command{"command.actions is missing or empty"};
  return out;
}

target_action parse_assignment(slice from, const std::vector<slice>& payloads) {
  const auto [instance, target, index] = pick(from, {"instanceId", "targetId", "payloadIndex"});
  target_action out;
  out.instance = string_or_empty(instance);
  out.target = string_or_empty(target);
  const auto place = whole_number<std::size_t>(index);
  if (place && *place < payloads.size()) {
    out.data = text_of(payloads[*place]);
  } else {
    out.fault = "an assignment's payloadIndex is not the place of a payload";
  }
  return out;
}

// Appends one group's assignments; the reason where the group cannot be used.
std::optional<std::string> expand_group(slice group, std::vector<target_action>& out,
                                        std::size_t& payload_bytes) {
  const auto [id, payload_list, assignment_list] =
      pick(group, {"actionId", "payloads", "assignments"});
  const auto action = string_of(id);
  if (!action) return "actionId is missing";
  auto payloads_in = list_at(payload_list);
  auto assignments = list_at(assignment_list);
  if (!payloads_in) return "payloads is missing";
  if (!assignments) return "assignments is missing";
  std::vector<slice> payloads;
  while (const auto each = payloads_in->next()) {
    if (payloads.size() == batch_actions_max) return "too many payloads";
    payloads.push_back(each->value);
  }
  while (const auto each = assignments->next()) {
    if (out.size() >= batch_actions_max) return "too many assignments";
    target_action one = parse_assignment(each->value, payloads);
    one.action = *action;
    if (one.data) payload_bytes += one.data->bytes.size();
    if (payload_bytes > batch_payload_bytes_max) return "too many bytes of payload";
    out.push_back(std::move(one));
  }
  return std::nullopt;
}

command_content parse_compact_batch(slice body) {
  const auto [groups] = pick(body, {"groups"});
  auto list = list_at(groups);
  compact_batch_target_action out;
  std::size_t payload_bytes = 0;
  std::size_t at = 0;
  while (const auto each = list ? list->next() : std::nullopt) {
    if (auto reason = expand_group(each->value, out.actions, payload_bytes)) {
      return malformed_command{"command.groups[" + std::to_string(at) + "]: " + *reason};
    }
    ++at;
  }
  if (at == 0) return malformed_command{"command.groups is missing or empty"};
  if (out.actions.empty()) return malformed_command{"command.groups hold no assignment"};
  return out;
}

command_content parse_content(std::string_view id, slice body) {
  if (id == "ExecTargetAction" || id == "target:action:exec") return parse_exec(body);
  if (id == "BatchTargetAction") return parse_batch(body);
  if (id == "CompactBatchTargetAction") return parse_compact_batch(body);
  if (id == "ResendEmitterValue") {
    const auto [instance, emitter] = pick(body, {"instanceId", "emitterId"});
    return resend_emitter_value{string_or_empty(instance), string_or_empty(emitter)};
  }
  if (id == "SetClientId" || id == "client:setId") {
    const auto [client] = pick(body, {"clientId"});
    std::string name = string_or_empty(client);
    if (name.empty()) return malformed_command{"command.clientId is missing"};
    return set_client_id{std::move(name)};
  }
  return other_command{};
}

// Whoever gave a tx waits for an answer, whatever else is wrong.
result<message> parse_command(slice data) {
  const auto [id, body] = pick(data, {"commandId", "command"});
  command out;
  out.id = string_or_empty(id);
  if (body) {
    const auto [tx] = pick(*body, {"tx"});
    out.tx = string_or_empty(tx);
    out.body = text_of(body);
  }
  if (out.id.empty()) {
    if (out.tx.empty()) return unusable("a command without a commandId");
    out.content = malformed_command{"it has no commandId"};
  } else if (!body) {
    out.content = malformed_command{"it has no command object"};
  } else {
    out.content = parse_content(out.id, *body);
  }
  return out;
}

// `tx` stands in `data` today; on the 2023 page it stood beside it, and `data` was the response.
result<message> parse_command_response(slice root, slice data) {
  const auto [tx, response] = pick(data, {"tx", "response"});
  if (auto found = string_of(tx)) return command_response{*std::move(found), text_of(response)};
  const auto [outer] = pick(root, {"tx"});
  if (auto found = string_of(outer)) return command_response{*std::move(found), text_of(data)};
  return unusable("a command-response without a tx");
}

// Where most messages have their tx, or beside it.
std::string tx_of(slice root, slice data) {
  const auto [tx] = pick(data, {"tx"});
  std::string out = string_or_empty(tx);
  if (!out.empty()) return out;
  const auto [outer] = pick(root, {"tx"});
  return string_or_empty(outer);
}

result<message> parse_command_error(slice root, slice data) {
  std::string tx = tx_of(root, data);
  if (tx.empty()) return unusable("a command-error without a tx");
  const auto [id, text] = pick(data, {"commandId", "message"});
  return command_error{std::move(tx), string_or_empty(id), string_or_empty(text)};
}

// ---- Queries --------------------------------------------------------------------------------

result<message> parse_query(slice data) {
  const auto [id, item_type, body] = pick(data, {"queryId", "queryItemType", "query"});
  query out;
  out.id = string_or_empty(id);
  out.item_type = string_or_empty(item_type);
  if (out.id.empty()) return unusable("a query without a queryId");
  if (!body) return unusable("a query without a query object");
  const auto [tx] = pick(*body, {"tx"});
  out.tx = string_or_empty(tx);
  if (out.tx.empty()) return unusable("a query without a tx");
  out.body = text_of(body);
  return out;
}

result<message> parse_query_response(slice root, slice data) {
  query_response out;
  out.tx = tx_of(root, data);
  if (out.tx.empty()) return unusable("a query-response without a tx");
  const auto [sequence, upserts, deletes] = pick(data, {"sequence", "upserts", "deletes"});
  if (const auto number = whole_number<std::uint64_t>(sequence)) out.sequence = *number;
  // The 2023 page: data is the list of items itself.
  auto rows = list_at(data);
  if (!rows) rows = list_at(upserts);
  while (const auto each = rows ? rows->next() : std::nullopt) {
    const auto [item_type, item] = pick(each->value, {"itemType", "item"});
    if (item) out.upserts.push_back({string_or_empty(item_type), text_of(item)});
  }
  auto ids = list_at(deletes);
  while (const auto each = ids ? ids->next() : std::nullopt) {
    if (auto id = string_of(each->value)) out.deletes.push_back(*std::move(id));
  }
  return out;
}

// `tx` stands at the top level (ts) or in `data` (rust); either will do.
std::string cancelled_tx(slice root, slice data) {
  const auto [outer] = pick(root, {"tx"});
  std::string tx = string_or_empty(outer);
  if (!tx.empty()) return tx;
  const auto [inner] = pick(data, {"tx"});
  tx = string_or_empty(inner);
  return tx.empty() ? string_of(data).value_or("") : tx;
}

result<message> parse_report(slice data) {
  const auto [id, body] = pick(data, {"reportId", "report"});
  report out;
  out.id = string_or_empty(id);
  if (body) {
    const auto [tx] = pick(*body, {"tx"});
    out.tx = string_or_empty(tx);
  }
  if (out.id.empty() || out.tx.empty()) return unusable("a report without a reportId or tx");
  return out;
}

// ---- Envelope -------------------------------------------------------------------------------

result<message> parse_message(slice root, int depth);
void add_unreadable(slice root, const std::string& reason, int depth, message_list& out);

// One bad message must not cost its neighbours their answers, nor itself what it is owed.
void add_message(slice root, int depth, message_list& out) {
  if (out.messages.size() >= list_messages_max) {
    return add_unreadable(root, "it is in a batch of too many messages", 0, out);
  }
  result<message> one = parse_message(root, depth);
  if (one) return out.messages.push_back(*std::move(one));
  const std::size_t before = out.messages.size();
  add_unreadable(root, one.error().message, 0, out);
  if (out.messages.size() == before) out.messages.emplace_back(unknown_message{"unusable"});
}

result<message> parse_list(slice data, int depth) {
  auto list = list_at(data);
  if (!list) return unusable("a batch that is not a list");
  if (depth > 0) return unusable("a batch inside a batch");
  message_list out;
  while (const auto each = list->next()) add_message(each->value, depth + 1, out);
  return out;
}

template <typename T>
result<message> as_message(result<T> in) {
  if (!in) return in.error();
  return message(*std::move(in));
}

result<message> parse_message(slice root, int depth) {
  const auto [event, data] = pick(root, {"event", "data"});
  const auto name = string_of(event);
  if (!name) return unusable("a message without an event name");
  const slice content = data.value_or("null");
  if (*name == "ws:m:query-cancel") {
    std::string tx = cancelled_tx(root, content);
    if (tx.empty()) return unusable("a query-cancel without a tx");
    return query_cancel{std::move(tx)};
  }
  if (*name == "ws:m:event") return as_message(parse_event(content));
  if (*name == "ws:m:event-batch") return as_message(parse_event_batch(content));
  if (*name == "ws:m:batch") return parse_list(content, depth);
  if (*name == "ws:m:command") return parse_command(content);
  if (*name == "ws:m:command-response") return parse_command_response(root, content);
  if (*name == "ws:m:command-error") return parse_command_error(root, content);
  if (*name == "ws:m:query") return parse_query(content);
  if (*name == "ws:m:query-response") return parse_query_response(root, content);
  if (*name == "ws:m:report") return parse_report(content);
  if (*name == "ws:m:ping") return ping{text_of(data)};
  if (*name == "ws:m:benchmark") return benchmark{text_of(data)};
  if (*name == "ws:m:query-error" || *name == "ws:m:report-error") {
    const auto [tx, text] = pick(content, {"tx", "message"});
    if (*name == "ws:m:query-error") return query_error{string_or_empty(tx), string_or_empty(text)};
    return report_error{string_or_empty(tx), string_or_empty(text)};
  }
  return unknown_message{*name};
}

// ---- What is no JSON --------------------------------------------------------------------------

// Adds the commands in a text that is no JSON or a place where no command belongs, each to be
// answered with the reason, as far as they can be told.
void add_unreadable(slice root, const std::string& reason, int depth, message_list& out) {
  const auto [event, data] = pick(root, {"event", "data"});
  const std::string name = string_or_empty(event);
  if (name == "ws:m:batch" && depth == 0) {
    auto list = list_at(data);
    while (const auto each = list ? list->next() : std::nullopt) {
      add_unreadable(each->value, reason, depth + 1, out);
    }
  }
  if (name != "ws:m:command" || !data) return;
  const auto [id, body] = pick(*data, {"commandId", "command"});
  const auto [tx] = pick(body.value_or(""), {"tx"});
  if (!tx || !json::check(*tx) || string_or_empty(tx).empty()) return;
  command one;
  one.id = id && json::check(*id) ? string_or_empty(id) : "";
  one.tx = string_or_empty(tx);
  one.content = malformed_command{reason};
  out.messages.emplace_back(std::move(one));
}

result<message> parse_unreadable(std::string_view frame, failure why) {
  message_list out;
  add_unreadable(frame, why.message, 0, out);
  if (out.messages.empty()) return failure{errc::not_json, std::move(why.message)};
  if (out.messages.size() == 1) return std::move(out.messages.front());
  return out;
}

}  // namespace

result<message> parse(std::string_view frame) {
  auto checked = json::check(frame);
  if (checked) return parse_message(frame, 0);
  if (const auto repaired = json::without_lone_surrogates(frame)) {
    if (json::check(*repaired)) return parse_message(*repaired, 0);
  }
  return parse_unreadable(frame, checked.error());
}

}  // namespace gantry::myko
