#include "myko/server/frames.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <initializer_list>

#include "model/json.hpp"

namespace gantry::myko::frames {
namespace {

// Not `quoted`: <iomanip>, which others include, has that for a std::string.
std::string json_string(std::string_view text) {
  rapidjson::StringBuffer out;
  rapidjson::Writer writer(out);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {out.GetString(), out.GetSize()};
}

// A key and its value as JSON. An empty value leaves the key out.
struct member {
  std::string_view key;
  std::string value;
};

std::string object(std::initializer_list<member> members) {
  std::string out = "{";
  for (const member& each : members) {
    if (each.value.empty()) continue;
    if (out.size() > 1) out += ',';
    out.append("\"").append(each.key).append("\":").append(each.value);
  }
  return out + "}";
}

template <typename Range, typename Write>
std::string array(const Range& range, Write write) {
  std::string out = "[";
  for (const auto& each : range) {
    if (out.size() > 1) out += ',';
    out += write(each);
  }
  return out + "]";
}

std::string written(const json::value* in) { return in != nullptr ? json::write(*in) : ""; }

std::string message(std::string_view event, std::string data) {
  return object({{"event", json_string(event)}, {"data", std::move(data)}});
}

// Seen: whatever the TypeScript server sends by way of its batches has its keys sorted.
std::string sorted_message(generation plays, std::string_view event, std::string data) {
  if (plays != generation::ts) return message(event, std::move(data));
  return object({{"data", std::move(data)}, {"event", json_string(event)}});
}

std::string wrapped_items(const rows_told& rows) {
  const std::string type = json_string(rows.item_type);
  return array(rows.upserts, [&](std::string_view item) {
    return object({{"item", std::string(item)}, {"itemType", type}});
  });
}

// Seen: the order in which the rust server writes them.
std::string rows_frame(std::string_view event, const rows_told& rows) {
  return message(event, object({{"deletes", array(rows.deletes, json_string)},
                                {"upserts", wrapped_items(rows)},
                                {"sequence", std::to_string(rows.sequence)},
                                {"tx", json_string(rows.tx)},
                                {"totalCount", std::to_string(rows.total)}}));
}

// The 2023 page has an answer's tx beside `data`.
std::string answer(generation plays, std::string_view event, std::string_view tx,
                   std::string data) {
  return object({{"event", json_string(event)},
                 {"tx", plays == generation::docs ? json_string(tx) : ""},
                 {"data", std::move(data)}});
}

}  // namespace

std::optional<std::string> greeting(generation plays, std::string_view tx,
                                    std::string_view client) {
  switch (plays) {
    case generation::docs:
      return command(plays, "client:setId", object({{"clientId", json_string(client)}}));
    case generation::ts:
      return message(
          "ws:m:command",
          object(
              {{"commandId", json_string("SetClientId")},
               {"command", object({{"tx", json_string(tx)}, {"clientId", json_string(client)}})}}));
    case generation::rust:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string own_ping(std::int64_t unix_ms) {
  return message("ws:m:ping", object({{"ts", std::to_string(unix_ms)}}));
}

std::string ping_echo(const json::value* data) { return message("ws:m:ping", written(data)); }

std::string query_response(generation plays, const rows_told& rows) {
  if (plays == generation::rust) return rows_frame("ws:m:query-response", rows);
  return sorted_message(plays, "ws:m:query-response",
                        object({{"deletes", array(rows.deletes, json_string)},
                                {"sequence", std::to_string(rows.sequence)},
                                {"upserts", wrapped_items(rows)},
                                {"tx", json_string(rows.tx)}}));
}

std::string view_response(const rows_told& rows) { return rows_frame("ws:m:view-response", rows); }

std::string view_error(std::string_view tx, std::string_view view, std::string_view why) {
  return message("ws:m:view-error", object({{"tx", json_string(tx)},
                                            {"viewId", json_string(view)},
                                            {"message", json_string(why)}}));
}

std::string query_error(generation plays, std::string_view tx, std::string_view query,
                        std::string_view message) {
  return sorted_message(plays, "ws:m:query-error",
                        object({{"message", json_string(message)},
                                {"queryId", plays == generation::rust ? json_string(query) : ""},
                                {"tx", json_string(tx)}}));
}

std::string report_response(std::string_view tx, const server_info& info) {
  return message("ws:m:report-response",
                 object({{"response", object({{"hostId", json_string(info.host)},
                                              {"targets", std::to_string(info.targets)}})},
                         {"tx", json_string(tx)}}));
}

std::string report_error(std::string_view tx, std::string_view message) {
  return sorted_message(generation::ts, "ws:m:report-error",
                        object({{"message", json_string(message)}, {"tx", json_string(tx)}}));
}

std::string command(generation plays, std::string_view id, std::string_view body) {
  if (plays == generation::rust) {
    return message("ws:m:command",
                   object({{"command", std::string(body)}, {"commandId", json_string(id)}}));
  }
  return sorted_message(plays, "ws:m:command",
                        object({{"commandId", json_string(id)}, {"command", std::string(body)}}));
}

std::string exec_command(generation plays, const action_body& body) {
  const bool docs = plays == generation::docs;
  if (plays == generation::rust) {
    const std::string action =
        object({{"id", json_string(body.action_id)}, {"targetId", json_string(body.target)}});
    return command(plays, "ExecTargetAction",
                   object({{"tx", json_string(body.tx)},
                           {"instanceId", json_string(body.instance)},
                           {"action", action},
                           {"data", body.data != nullptr ? written(body.data) : "null"}}));
  }
  return command(plays, docs ? "target:action:exec" : "ExecTargetAction",
                 object({{"tx", json_string(body.tx)},
                         {"createdAt", json_string(body.created_at)},
                         {"instanceId", docs ? "" : json_string(body.instance)},
                         {"action", written(body.action)},
                         {"data", written(body.data)}}));
}

std::string command_response(generation plays, std::string_view tx, std::string_view response) {
  if (plays == generation::rust) {
    return message("ws:m:command-response",
                   object({{"response", std::string(response)}, {"tx", json_string(tx)}}));
  }
  return answer(plays, "ws:m:command-response", tx,
                object({{"tx", json_string(tx)}, {"response", std::string(response)}}));
}

std::string command_error(generation plays, std::string_view tx, std::string_view command,
                          const std::optional<std::string>& message) {
  return answer(plays, "ws:m:command-error", tx,
                object({{"tx", json_string(tx)},
                        {"commandId", plays == generation::ts ? "" : json_string(command)},
                        {"message", message ? json_string(*message) : ""}}));
}

}  // namespace gantry::myko::frames
