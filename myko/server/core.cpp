#include "myko/server/core.hpp"

#include <array>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "myko/parse.hpp"
#include "myko/server/entity_types.hpp"
#include "myko/server/event_view.hpp"
#include "myko/server/frame_rules.hpp"
#include "myko/server/frames.hpp"
#include "myko/server/item_intake.hpp"
#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

using json::value;
using std::chrono::milliseconds;

// Seen: the TypeScript server's own pings, so long after the connection was made.
constexpr std::array own_pings{milliseconds(100), milliseconds(500), milliseconds(1'000)};

json::document client_item(const std::string& client) {
  json::document out(rapidjson::kObjectType);
  out.AddMember("id", value(client, out.GetAllocator()), out.GetAllocator());
  return out;
}

// Where the tx of a query-cancel or report-cancel is looked for.
std::string cancelled_tx(generation plays, const value& message) {
  const value* data = json::find(message, "data");
  std::string outer = text_at(message, "tx");
  std::string inner = data != nullptr ? text_at(*data, "tx") : "";
  if (plays == generation::ts) return outer;
  if (plays == generation::rust) return inner;
  return outer.empty() ? inner : outer;
}

}  // namespace

core::core(generation plays, core_limits limits, random_source random)
    : plays_(plays),
      limits_(limits),
      random_(std::move(random)),
      host_(make_uuid(random_)),
      items_(limits),
      queries_(plays),
      reports_(host_),
      commands_(
          plays, limits, [this](const std::string& client) { return find_client(client); },
          counters_),
      rust_(limits, {.items = items_,
                     .queries = queries_,
                     .routes = commands_.routes(),
                     .counters = counters_,
                     .reject = [this](std::string why) { reject(std::move(why)); }}),
      own_commands_(
          rust_, items_, [this](const std::string& client) { return find_client(client); },
          random_) {}

// ---- Connections ----------------------------------------------------------------------------

outputs core::connected(connection_id id, moment now) {
  const std::string client = make_uuid(random_);
  clients_[id] = client;
  by_client_[client] = id;
  outputs out;
  if (auto first = frames::greeting(plays_, make_uuid(random_), client)) {
    out.push_back({id, *std::move(first)});
  }
  if (plays_ == generation::ts) {
    for (const milliseconds after : own_pings) pings_due_.emplace(now.steady + after, id);
  }
  if (plays_ == generation::rust) {
    rust_.client_came(client, host_, out);
  } else {
    const json::document item = client_item(client);
    set_item(client_type, {client, "", {json::write(item)}}, item, out);
  }
  return counted(std::move(out));
}

outputs core::disconnected(connection_id id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return {};
  const std::string client = found->second;
  clients_.erase(found);
  by_client_.erase(client);
  std::erase_if(pings_due_, [&](const auto& due) { return due.second == id; });
  queries_.drop(id);
  reports_.drop(id);
  views_.drop(id);
  outputs out;
  commands_.disconnected(id, out);
  if (plays_ == generation::rust) {
    rust_.client_gone(client, out);
  } else {
    erase_item(client_type, client, out);
  }
  return counted(std::move(out));
}

outputs core::tick(moment now) {
  outputs out;
  while (!pings_due_.empty() && pings_due_.begin()->first <= now.steady) {
    out.push_back({pings_due_.begin()->second, frames::own_ping(unix_ms(now.wall))});
    pings_due_.erase(pings_due_.begin());
  }
  rust_.tick(now, out);
  commands_.tick(now, out);
  return counted(std::move(out));
}

std::optional<core::time_point> core::next_tick() const {
  std::optional<time_point> out;
  const auto also = [&](std::optional<time_point> when) {
    if (when && (!out || *when < *out)) out = when;
  };
  also(commands_.next_tick());
  also(rust_.next_tick());
  if (!pings_due_.empty()) also(pings_due_.begin()->first);
  return out;
}

// ---- Frames ---------------------------------------------------------------------------------

outputs core::received(connection_id from, std::string_view frame, moment now) {
  outputs out;
  if (clients_.contains(from)) on_frame(from, frame, now, out);
  return counted(std::move(out));
}

outputs core::received_binary(connection_id from, std::string_view bytes, moment now) {
  const bool text = bytes.starts_with('{') || bytes.starts_with('[');
  if (plays_ == generation::ts && text) return received(from, bytes, now);
  ++counters_.frames_binary;
  if (plays_ == generation::rust) {
    reject("binary frames, which would be CBOR: JSON in text frames is all that is spoken here");
  }
  return {};
}

void core::on_frame(connection_id from, std::string_view frame, moment now, outputs& out) {
  ++counters_.frames_received;
  if (plays_ == generation::rust) {
    if (auto fault = frame_fault(frame)) return reject(*std::move(fault));
  }
  result<json::document> message = json::parse(frame);
  if (message) {
    on_message(from, *message, message->GetAllocator(), now, out);
    return;
  }
  reject(message.error().message);
  if (plays_ == generation::ts) out.push_back({from, std::string(frames::not_json_answer)});
  if (plays_ != generation::rust) answer_unread(from, frame, message.error().message, out);
}

// Whoever sent a command that cannot be read whole still waits for an answer. The core of 2026
// gives none.
void core::answer_unread(connection_id from, std::string_view frame, const std::string& reason,
                         outputs& out) {
  const auto refuse = [&](const message& each) {
    const auto* const read = std::get_if<command>(&each);
    if (read == nullptr || read->tx.empty()) return;
    out.push_back({from, frames::command_error(plays_, read->tx, read->id, reason)});
  };
  const auto read = parse(frame);
  if (!read) return;
  refuse(*read);
  if (const auto* const list = std::get_if<message_list>(&*read)) {
    for (const message& each : list->messages) refuse(each);
  }
}

void core::on_message(connection_id from, value& message, allocator& memory, moment now,
                      outputs& out) {
  const bool ts = plays_ == generation::ts;
  const bool rust = plays_ == generation::rust;
  const std::string event = text_at(message, "event");
  value nothing;
  value* found = find_mutable(message, "data");
  value& data = found != nullptr ? *found : nothing;
  std::optional<std::string> reason;
  if (event == "ws:m:event") {
    on_event(from, data, memory, now, out);
  } else if (event == "ws:m:command") {
    reason = on_command(from, data, now, out);
  } else if (event == "ws:m:command-response") {
    reason = commands_.response(from, message, out);
  } else if (event == "ws:m:command-error") {
    reason = commands_.error(from, message, out);
  } else if (event == "ws:m:query") {
    on_query(from, data, out);
  } else if (event == "ws:m:view" && rust) {
    on_view(from, data, out);
  } else if (event == "ws:m:query-cancel" || event == "ws:m:report-cancel" ||
             (event == "ws:m:view-cancel" && rust)) {
    on_cancel(from, message);
  } else if (event == "ws:m:report") {
    on_report(from, data, out);
  } else if (event == "ws:m:ping" && (ts || rust)) {
    on_ping(from, found, out);
  } else if (event == "ws:m:batch" && ts) {
    on_message_list(from, data, memory, now, out);
  } else if (event == "ws:m:event-batch" && rust) {
    on_event_batch(from, data, memory, now, out);
  } else if (event == "ws:m:benchmark" && rust) {
    ++counters_.benchmarks;
  } else {
    ++counters_.messages_unknown;
  }
  if (reason) reject(*std::move(reason));
}

// Seen: the messages of a list are handled as if each had come alone. A list in a list is not.
void core::on_message_list(connection_id from, value& data, allocator& memory, moment now,
                           outputs& out) {
  if (!data.IsArray()) return reject("a batch that is no list");
  for (value& each : data.GetArray()) {
    if (text_at(each, "event") == "ws:m:batch") {
      reject("a batch in a batch");
    } else {
      on_message(from, each, memory, now, out);
    }
  }
}

void core::on_ping(connection_id from, const value* data, outputs& out) {
  if (plays_ == generation::rust) {
    const value* timestamp = data != nullptr ? json::find(*data, "timestamp") : nullptr;
    if (timestamp == nullptr || !timestamp->IsInt64() || !json::find_string(*data, "id")) {
      ++counters_.pings_dropped;
      return reject("a ping without an id or an integer timestamp");
    }
  }
  ++counters_.pings_echoed;
  out.push_back({from, frames::ping_echo(data)});
}

// ---- Items ----------------------------------------------------------------------------------

void core::on_event(connection_id from, value& data, allocator& memory, moment now, outputs& out) {
  std::string why;
  const auto event = read_event(plays_, data, why);
  if (!event) return reject(std::move(why));
  if (plays_ == generation::rust) {
    return rust_.take({*event}, clients_.at(from), memory, now, out);
  }
  apply(event->change, event->type, clients_.at(from), *event->item, memory, out);
}

void core::on_event_batch(connection_id from, value& data, allocator& memory, moment now,
                          outputs& out) {
  if (!data.IsArray()) return reject("an event batch that is no list");
  std::vector<event_view> events;
  for (value& each : data.GetArray()) {
    std::string why;
    const auto event = read_event(plays_, each, why);
    if (!event) return reject("an event batch, all of it, for " + why);
    events.push_back(*event);
  }
  rust_.take(events, clients_.at(from), memory, now, out);
}

std::optional<std::string> core::on_command(connection_id from, const value& data, moment now,
                                            outputs& out) {
  const std::string id = text_at(data, "commandId");
  const value* body = json::find(data, "command");
  const bool own = plays_ == generation::rust && core_commands::knows(id) && body != nullptr;
  if (!own) return commands_.call(from, data, now, out);
  ++counters_.commands_performed;
  own_commands_.call({from, clients_.at(from)}, id, *body, out);
  return std::nullopt;
}

void core::apply(change_type change, std::string_view type, std::string_view client, value& item,
                 allocator& memory, outputs& out) {
  const result<kept_item> kept = take_item(plays_, change, type, client, item, memory);
  if (!kept) {
    ++counters_.items_dropped;
    return reject(kept.error().message);
  }
  if (change == change_type::set) {
    set_item(type, *kept, item, out);
  } else {
    erase_item(type, kept->id, out);
  }
}

void core::set_item(std::string_view type, const kept_item& kept, const value& item, outputs& out) {
  const item_store::outcome outcome = items_.set(type, kept);
  if (outcome == item_store::outcome::refused) {
    ++counters_.items_refused;
    return reject(std::string(type) + " " + kept.id + ": there are too many items");
  }
  ++counters_.items_set;
  commands_.routes().item_set(type, kept.id, item);
  // Seen: an item with the hash that it had is stored, and no watcher is told.
  if (outcome == item_store::outcome::same_hash) {
    ++counters_.items_unchanged;
    return;
  }
  queries_.changed(type, kept, item, out);
  reports_.targets_are(items_.size("Target"), out);
}

void core::erase_item(std::string_view type, const std::string& id, outputs& out) {
  if (!items_.erase(type, id)) return;
  ++counters_.items_deleted;
  commands_.routes().item_removed(type, id);
  queries_.removed(type, id, out);
  reports_.targets_are(items_.size("Target"), out);
}

std::map<std::string, std::string> core::items(std::string_view type) const {
  std::map<std::string, std::string> out;
  items_.for_each(type, [&](const kept_item& each) { out.emplace(each.id, each.body.bytes); });
  return out;
}

// ---- Queries and reports --------------------------------------------------------------------

void core::on_query(connection_id from, const value& data, outputs& out) {
  const value* body = json::find(data, "query");
  const std::string id = text_at(data, "queryId");
  const bool rust = plays_ == generation::rust;
  if (id.empty() || body == nullptr || (rust && !json::find_string(data, "queryItemType"))) {
    return reject("a query without queryId, queryItemType or query");
  }
  std::string tx = text_at(*body, "tx");
  if (tx.empty() && rust) tx = "unknown";
  if (tx.empty()) return reject("a query without a tx");
  if (rust && is_open(from, tx)) return reject("a second query with tx " + tx);
  auto matcher = query_matcher::create(plays_, id, text_at(data, "queryItemType"), *body);
  if (matcher && has_room_for_query(from)) {
    ++counters_.queries_started;
    queries_.start(from, std::move(tx), *std::move(matcher), items_, out);
    return;
  }
  ++counters_.queries_refused;
  if (rust && !matcher) return reject("a query " + id + " that cannot be read");
  const std::string why = matcher ? "too many queries" : "Handler not Provided for [" + id + "]";
  out.push_back({from, frames::query_error(plays_, tx, id, why)});
}

void core::on_view(connection_id from, const value& data, outputs& out) {
  const value* body = json::find(data, "view");
  const auto id = json::find_string(data, "viewId");
  if (body == nullptr || !id || !json::find_string(data, "viewItemType")) {
    return reject("a view without viewId, viewItemType or view");
  }
  std::string tx = text_at(*body, "tx");
  if (tx.empty()) tx = "unknown";
  if (is_open(from, tx)) return reject("a second view with tx " + tx);
  const bool room = has_room_for_query(from);
  if (!room) out.push_back({from, frames::view_error(tx, *id, "too many queries")});
  const bool started = room && views_.start(from, tx, std::string(*id), *body, out);
  ++(started ? counters_.views_started : counters_.views_refused);
}

bool core::is_open(connection_id from, const std::string& tx) const {
  return queries_.has(from, tx) || views_.has(from, tx);
}

bool core::has_room_for_query(connection_id from) const {
  return queries_.count(from) + reports_.count(from) + views_.count(from) <
         limits_.queries_per_connection_max;
}

std::optional<connection_id> core::find_client(const std::string& client) const {
  const auto found = by_client_.find(client);
  if (found == by_client_.end()) return std::nullopt;
  return found->second;
}

void core::on_report(connection_id from, const value& data, outputs& out) {
  const value* body = json::find(data, "report");
  const std::string id = text_at(data, "reportId");
  const std::string tx = body != nullptr ? text_at(*body, "tx") : "";
  if (id.empty() || tx.empty()) return reject("a report without reportId or tx");
  if (report_board::knows(id) && plays_ == generation::ts && has_room_for_query(from)) {
    return reports_.start(from, tx, out);
  }
  ++counters_.queries_refused;
  if (plays_ == generation::rust) return reject("no report " + id);
  out.push_back({from, frames::report_error(tx, "Handler not Provided for [" + id + "]")});
}

void core::on_cancel(connection_id from, const value& message) {
  const std::string tx = cancelled_tx(plays_, message);
  queries_.cancel(from, tx);
  reports_.cancel(from, tx);
  views_.cancel(from, tx);
}

// ---- Counting -------------------------------------------------------------------------------

void core::reject(std::string reason) {
  ++counters_.rejected;
  if (auto line = drops_.line_for(reason)) log_.push_back(*std::move(line));
  rejections_.push_back(std::move(reason));
  while (rejections_.size() > limits_.rejections_kept) rejections_.pop_front();
}

outputs core::counted(outputs out) {
  counters_.frames_sent += out.size();
  return out;
}

}  // namespace gantry::myko
