#include "myko/parse.hpp"

#include <array>
#include <utility>

#include "model/json.hpp"
#include "myko/error.hpp"

namespace gantry::myko {
namespace {

using json::value;

// Batches above these would only serve to exhaust memory: the payload of a compact batch is copied
// to each of its assignments.
constexpr std::size_t batch_actions_max = 10'000;
constexpr std::size_t batch_payload_bytes_max = 64U << 20U;

failure unusable(std::string reason) { return {errc::not_a_message, std::move(reason)}; }

std::string string_at(const value& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

json::text text_at(const value& object, std::string_view key) {
  const value* found = json::find(object, key);
  return found != nullptr ? json::text{json::write(*found)} : json::text{};
}

// ---- Events ---------------------------------------------------------------------------------

result<event> parse_event(const value& data) {
  event out;
  out.item_type = string_at(data, "itemType");
  if (out.item_type.empty()) return unusable("an event without an itemType");
  const std::string change = string_at(data, "changeType");
  if (change != "SET" && change != "DEL") return unusable("an event with changeType " + change);
  out.change = change == "SET" ? change_type::set : change_type::del;
  const value* item = json::find(data, "item");
  if (item == nullptr || !item->IsObject()) return unusable("an event without an item");
  out.item = {json::write(*item)};
  out.tx = string_at(data, "tx");
  out.created_at = string_at(data, "createdAt");
  return out;
}

result<event_batch> parse_event_batch(const value& data) {
  if (!data.IsArray()) return unusable("an event batch that is not a list");
  event_batch out;
  for (const value& each : data.GetArray()) {
    result<event> one = parse_event(each);
    if (!one) return one.error();
    out.events.push_back(*std::move(one));
  }
  return out;
}

// ---- Commands -------------------------------------------------------------------------------

std::optional<json::text> data_of(const value& from) {
  const value* data = json::find(from, "data");
  if (data == nullptr) return std::nullopt;
  return json::text{json::write(*data)};
}

// In old messages `action` may lack targetId; the receiver knows the action's own.
target_action parse_target_action(const value& body) {
  target_action out;
  out.tx = string_at(body, "tx");
  out.instance = string_at(body, "instanceId");
  out.data = data_of(body);
  if (const value* action = json::find(body, "action")) {
    out.action = string_at(*action, "id");
    out.target = string_at(*action, "targetId");
  }
  if (out.action.empty()) out.fault = "it names no action: action.id is missing";
  return out;
}

command_content parse_exec(const value& body) {
  target_action one = parse_target_action(body);
  if (!one.fault.empty()) return malformed_command{std::move(one.fault)};
  return one;
}

command_content parse_batch(const value& body) {
  const value* actions = json::find(body, "actions");
  if (actions == nullptr || !actions->IsArray() || actions->Empty()) {
    return malformed_command{"command.actions is missing or empty"};
  }
  if (actions->Size() > batch_actions_max) return malformed_command{"too many actions"};
  batch_target_action out;
  for (const value& each : actions->GetArray()) {
    target_action one = parse_target_action(each);
    if (!one.fault.empty()) {
      one.fault = "command.actions[" + std::to_string(out.actions.size()) + "]: " + one.fault;
    }
    out.actions.push_back(std::move(one));
  }
  return out;
}

// Appends one group's assignments; the reason where the group cannot be used.
std::optional<std::string> expand_group(const value& group, std::vector<target_action>& out,
                                        std::size_t& payload_bytes) {
  const auto action = json::find_string(group, "actionId");
  if (!action) return "actionId is missing";
  const value* payloads = json::find(group, "payloads");
  const value* assignments = json::find(group, "assignments");
  if (payloads == nullptr || !payloads->IsArray()) return "payloads is missing";
  if (assignments == nullptr || !assignments->IsArray()) return "assignments is missing";
  for (const value& each : assignments->GetArray()) {
    if (out.size() >= batch_actions_max) return "too many assignments";
    target_action one;
    one.action = *action;
    one.instance = string_at(each, "instanceId");
    one.target = string_at(each, "targetId");
    const value* index = json::find(each, "payloadIndex");
    if (index != nullptr && index->IsUint() && index->GetUint() < payloads->Size()) {
      one.data = json::text{json::write((*payloads)[index->GetUint()])};
      payload_bytes += one.data->bytes.size();
    } else {
      one.fault = "an assignment's payloadIndex is not the place of a payload";
    }
    if (payload_bytes > batch_payload_bytes_max) return "too many bytes of payload";
    out.push_back(std::move(one));
  }
  return std::nullopt;
}

command_content parse_compact_batch(const value& body) {
  const value* groups = json::find(body, "groups");
  if (groups == nullptr || !groups->IsArray() || groups->Empty()) {
    return malformed_command{"command.groups is missing or empty"};
  }
  compact_batch_target_action out;
  std::size_t payload_bytes = 0;
  for (rapidjson::SizeType at = 0; at < groups->Size(); ++at) {
    if (auto reason = expand_group((*groups)[at], out.actions, payload_bytes)) {
      return malformed_command{"command.groups[" + std::to_string(at) + "]: " + *reason};
    }
  }
  if (out.actions.empty()) return malformed_command{"command.groups hold no assignment"};
  return out;
}

command_content parse_content(std::string_view id, const value& body) {
  if (id == "ExecTargetAction" || id == "target:action:exec") return parse_exec(body);
  if (id == "BatchTargetAction") return parse_batch(body);
  if (id == "CompactBatchTargetAction") return parse_compact_batch(body);
  if (id == "ResendEmitterValue") {
    return resend_emitter_value{string_at(body, "instanceId"), string_at(body, "emitterId")};
  }
  if (id == "SetClientId" || id == "client:setId") {
    const auto client = json::find_string(body, "clientId");
    if (!client || client->empty()) return malformed_command{"command.clientId is missing"};
    return set_client_id{std::string(*client)};
  }
  return other_command{};
}

result<message> parse_command(const value& data) {
  command out;
  out.id = string_at(data, "commandId");
  if (out.id.empty()) return unusable("a command without a commandId");
  const value* body = json::find(data, "command");
  if (body == nullptr) {
    out.content = malformed_command{"it has no command object"};
    return out;
  }
  out.tx = string_at(*body, "tx");
  out.body = {json::write(*body)};
  out.content = parse_content(out.id, *body);
  return out;
}

// `tx` stands in `data` today; on the 2023 page it stood beside it, and `data` was the response.
result<message> parse_command_response(const value& root, const value& data) {
  if (const auto tx = json::find_string(data, "tx")) {
    return command_response{std::string(*tx), text_at(data, "response")};
  }
  if (const auto tx = json::find_string(root, "tx")) {
    return command_response{std::string(*tx), {json::write(data)}};
  }
  return unusable("a command-response without a tx");
}

result<message> parse_command_error(const value& root, const value& data) {
  std::string tx = string_at(data, "tx");
  if (tx.empty()) tx = string_at(root, "tx");
  if (tx.empty()) return unusable("a command-error without a tx");
  return command_error{std::move(tx), string_at(data, "commandId"), string_at(data, "message")};
}

// ---- Queries --------------------------------------------------------------------------------

result<message> parse_query(const value& data) {
  query out;
  out.id = string_at(data, "queryId");
  out.item_type = string_at(data, "queryItemType");
  if (out.id.empty()) return unusable("a query without a queryId");
  const value* body = json::find(data, "query");
  if (body == nullptr) return unusable("a query without a query object");
  out.tx = string_at(*body, "tx");
  if (out.tx.empty()) return unusable("a query without a tx");
  out.body = {json::write(*body)};
  return out;
}

result<message> parse_query_response(const value& root, const value& data) {
  query_response out;
  out.tx = string_at(data, "tx");
  if (out.tx.empty()) out.tx = string_at(root, "tx");
  if (out.tx.empty()) return unusable("a query-response without a tx");
  if (const value* sequence = json::find(data, "sequence"); sequence && sequence->IsUint64()) {
    out.sequence = sequence->GetUint64();
  }
  // The 2023 page: data is the list of items itself.
  const value* upserts = data.IsArray() ? &data : json::find(data, "upserts");
  if (upserts != nullptr && upserts->IsArray()) {
    for (const value& each : upserts->GetArray()) {
      out.upserts.push_back({string_at(each, "itemType"), text_at(each, "item")});
    }
  }
  if (const value* deletes = json::find(data, "deletes"); deletes && deletes->IsArray()) {
    for (const value& each : deletes->GetArray()) {
      if (each.IsString()) out.deletes.emplace_back(each.GetString(), each.GetStringLength());
    }
  }
  return out;
}

// `tx` stands at the top level (ts) or in `data` (rust); either will do.
std::string cancelled_tx(const value& root, const value* data) {
  std::string tx = string_at(root, "tx");
  if (tx.empty() && data != nullptr) tx = string_at(*data, "tx");
  if (tx.empty() && data != nullptr && data->IsString()) {
    tx.assign(data->GetString(), data->GetStringLength());
  }
  return tx;
}

result<message> parse_report(const value& data) {
  report out;
  out.id = string_at(data, "reportId");
  if (const value* body = json::find(data, "report")) out.tx = string_at(*body, "tx");
  if (out.id.empty() || out.tx.empty()) return unusable("a report without a reportId or tx");
  return out;
}

// ---- Envelope -------------------------------------------------------------------------------

result<message> parse_message(const value& root, int depth);

result<message> parse_list(const value& data, int depth) {
  if (!data.IsArray()) return unusable("a batch that is not a list");
  if (depth > 0) return unusable("a batch inside a batch");
  message_list out;
  for (const value& each : data.GetArray()) {
    // One bad message must not cost its neighbours their answers.
    result<message> one = parse_message(each, depth + 1);
    out.messages.push_back(one ? *std::move(one) : message(unknown_message{"unusable"}));
  }
  return out;
}

template <typename T>
result<message> as_message(result<T> in) {
  if (!in) return in.error();
  return message(*std::move(in));
}

result<message> parse_message(const value& root, int depth) {
  const auto name = json::find_string(root, "event");
  if (!name) return unusable("a message without an event name");
  const value* data = json::find(root, "data");
  if (*name == "ws:m:query-cancel") {
    std::string tx = cancelled_tx(root, data);
    if (tx.empty()) return unusable("a query-cancel without a tx");
    return query_cancel{std::move(tx)};
  }
  static const value nothing;
  const value& content = data != nullptr ? *data : nothing;
  if (*name == "ws:m:event") return as_message(parse_event(content));
  if (*name == "ws:m:event-batch") return as_message(parse_event_batch(content));
  if (*name == "ws:m:batch") return parse_list(content, depth);
  if (*name == "ws:m:command") return parse_command(content);
  if (*name == "ws:m:command-response") return parse_command_response(root, content);
  if (*name == "ws:m:command-error") return parse_command_error(root, content);
  if (*name == "ws:m:query") return parse_query(content);
  if (*name == "ws:m:query-response") return parse_query_response(root, content);
  if (*name == "ws:m:query-error") {
    return query_error{string_at(content, "tx"), string_at(content, "message")};
  }
  if (*name == "ws:m:report") return parse_report(content);
  if (*name == "ws:m:report-error") {
    return report_error{string_at(content, "tx"), string_at(content, "message")};
  }
  if (*name == "ws:m:ping") return ping{{json::write(content)}};
  if (*name == "ws:m:benchmark") return benchmark{{json::write(content)}};
  return unknown_message{std::string(*name)};
}

}  // namespace

result<message> parse(std::string_view frame) {
  const result<json::document> root = json::parse(frame);
  if (!root) return failure{errc::not_json, root.error().message};
  return parse_message(*root, 0);
}

}  // namespace gantry::myko
