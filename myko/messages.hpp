// The messages of the Myko protocol as plain data, in both directions.
//
// Source: the Myko protocol page; every shape of every generation on it. Wire names exist in
// parse.cpp and write.cpp only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/json_types.hpp"

namespace gantry::myko {

// ---- Events: an item was set or deleted -----------------------------------------------------

enum class change_type { set, del };

struct event {
  std::string item_type;  // "Target"
  change_type change = change_type::set;
  json::text item;         // an object
  std::string tx;          // may be empty
  std::string created_at;  // RFC 3339; may be empty

  bool operator==(const event&) const = default;
};

struct event_batch {
  std::vector<event> events;

  bool operator==(const event_batch&) const = default;
};

// ---- Commands: somebody shall do something, and answer ----------------------------------------

struct set_client_id {
  std::string client;
  bool operator==(const set_client_id&) const = default;
};

// One action for one target. What is absent in the message is empty here.
struct target_action {
  std::string tx;  // its own; empty: the enclosing command's
  std::string instance;
  std::string action;
  std::string target;
  std::optional<json::text> data;
  std::string fault;  // why this one of a batch cannot be used; its neighbours can be

  bool operator==(const target_action&) const = default;
};

struct batch_target_action {
  std::vector<target_action> actions;
  bool operator==(const batch_target_action&) const = default;
};

// Already expanded: each assignment with its group's action and its payload.
struct compact_batch_target_action {
  std::vector<target_action> actions;
  bool operator==(const compact_batch_target_action&) const = default;
};

struct resend_emitter_value {
  std::string instance;
  std::string emitter;
  bool operator==(const resend_emitter_value&) const = default;
};

// A command that this protocol does not define.
struct other_command {
  bool operator==(const other_command&) const = default;
};

// A known command whose content cannot be used.
struct malformed_command {
  std::string reason;
  bool operator==(const malformed_command&) const = default;
};

using command_content =
    std::variant<set_client_id, target_action, batch_target_action, compact_batch_target_action,
                 resend_emitter_value, other_command, malformed_command>;

struct command {
  std::string id;   // "ExecTargetAction"; "target:action:exec" and "client:setId" are the old names
  std::string tx;   // empty when the sender gave none
  json::text body;  // the whole `command` object, to relay it
  command_content content;

  bool operator==(const command&) const = default;
};

struct command_response {
  std::string tx;
  json::text response;
  bool operator==(const command_response&) const = default;
};

struct command_error {
  std::string tx;
  std::string command;  // empty: not told
  std::string message;
  bool operator==(const command_error&) const = default;
};

// ---- Queries: live subscriptions ----------------------------------------------------------------

struct query {
  std::string id;  // "GetAllTargets"
  std::string item_type;
  std::string tx;
  json::text body;  // the whole `query` object

  bool operator==(const query&) const = default;
};

struct wrapped_item {
  std::string item_type;
  json::text item;
  bool operator==(const wrapped_item&) const = default;
};

struct query_response {
  std::string tx;
  std::uint64_t sequence = 0;
  std::vector<wrapped_item> upserts;
  std::vector<std::string> deletes;

  bool operator==(const query_response&) const = default;
};

struct query_error {
  std::string tx;
  std::string message;
  bool operator==(const query_error&) const = default;
};

struct query_cancel {
  std::string tx;
  bool operator==(const query_cancel&) const = default;
};

// ---- The rest -----------------------------------------------------------------------------------

struct report {
  std::string id;
  std::string tx;
  bool operator==(const report&) const = default;
};

struct report_error {
  std::string tx;
  std::string message;
  bool operator==(const report_error&) const = default;
};

// Echoed as it is by servers from the TypeScript one on.
struct ping {
  json::text data;
  bool operator==(const ping&) const = default;
};

// A safe sink for load: counted by servers, without any effect.
struct benchmark {
  json::text data;
  bool operator==(const benchmark&) const = default;
};

// A well-formed message with an `event` that this protocol does not define.
struct unknown_message {
  std::string event;
  bool operator==(const unknown_message&) const = default;
};

struct message_list;

using message = std::variant<event, event_batch, message_list, command, command_response,
                             command_error, query, query_response, query_error, query_cancel,
                             report, report_error, ping, benchmark, unknown_message>;

// Many whole messages in one frame (`ws:m:batch`).
struct message_list {
  std::vector<message> messages;
  bool operator==(const message_list&) const;
};

inline bool message_list::operator==(const message_list& other) const {
  return messages == other.messages;
}

}  // namespace gantry::myko
