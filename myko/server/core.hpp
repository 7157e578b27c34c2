// The Myko protocol from the core's side, in memory and without I/O: who connects and what they
// send goes in, what is to be sent comes out.
//
// It plays one of the three generations as closely as it is known: the TypeScript one and the core
// of 2026, which is the rust one, are held to recorded exchanges (tests/myko/fixtures). It reads
// frames by itself, and not through myko/parse.hpp, which understands every generation at once: a
// server of one generation must not understand what that generation does not. MessagePack and CBOR
// are not spoken.
// Source: the Myko protocol page and the page on the core of 2026, all of them.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "myko/messages.hpp"
#include "myko/server/command_exchange.hpp"
#include "myko/server/core_commands.hpp"
#include "myko/server/counters.hpp"
#include "myko/server/drop_log.hpp"
#include "myko/server/generation.hpp"
#include "myko/server/item_store.hpp"
#include "myko/server/limits.hpp"
#include "myko/server/output.hpp"
#include "myko/server/query_board.hpp"
#include "myko/server/report_board.hpp"
#include "myko/server/rust_items.hpp"
#include "myko/server/view_board.hpp"
#include "myko/session/moment.hpp"

namespace gantry::myko {

// Thread rule: all calls on one thread. The outputs of a call are to be sent before the next call,
// in order; those to a connection that is gone are to be ignored. Nothing throws but allocation.
class core {
 public:
  core(generation plays, core_limits limits, random_source random);
  core(const core&) = delete;
  core& operator=(const core&) = delete;

  // `id` was never used before.
  [[nodiscard]] outputs connected(connection_id id, moment now);
  // One text frame of a connected one, of any size and content.
  [[nodiscard]] outputs received(connection_id from, std::string_view frame, moment now);
  // One binary frame. The TypeScript server takes it as text if it begins with { or [. The rust one
  // would speak CBOR from then on: the log says that this one does not.
  [[nodiscard]] outputs received_binary(connection_id from, std::string_view bytes, moment now);
  [[nodiscard]] outputs disconnected(connection_id id);

  // To be called at next_tick(), or at any other time.
  [[nodiscard]] outputs tick(moment now);
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_tick() const;

  // ---- What there is to know.

  [[nodiscard]] generation plays() const { return plays_; }
  [[nodiscard]] const std::string& host_id() const { return host_; }
  // Id to JSON text.
  [[nodiscard]] std::map<std::string, std::string> items(std::string_view type) const;
  [[nodiscard]] std::size_t connections() const { return clients_.size(); }
  [[nodiscard]] const core_counters& counters() const { return counters_; }
  // Why the last few messages and items were dropped, which no client is told; oldest first.
  [[nodiscard]] const std::deque<std::string>& rejections() const { return rejections_; }
  // The lines on what was dropped since the last call, for a log.
  [[nodiscard]] std::vector<std::string> take_log() { return std::exchange(log_, {}); }

 private:
  using time_point = std::chrono::steady_clock::time_point;
  using allocator = json::document::AllocatorType;

  void on_frame(connection_id from, std::string_view frame, moment now, outputs& out);
  void answer_unread(connection_id from, std::string_view frame, const std::string& reason,
                     outputs& out);
  void on_message(connection_id from, json::value& message, allocator& memory, moment now,
                  outputs& out);
  void on_event(connection_id from, json::value& data, allocator& memory, moment now, outputs& out);
  void on_event_batch(connection_id from, json::value& data, allocator& memory, moment now,
                      outputs& out);
  [[nodiscard]] std::optional<std::string> on_command(connection_id from, const json::value& data,
                                                      moment now, outputs& out);
  void on_message_list(connection_id from, json::value& data, allocator& memory, moment now,
                       outputs& out);
  void on_query(connection_id from, const json::value& data, outputs& out);
  void on_view(connection_id from, const json::value& data, outputs& out);
  void on_cancel(connection_id from, const json::value& message);
  void on_report(connection_id from, const json::value& data, outputs& out);
  void on_ping(connection_id from, const json::value* data, outputs& out);

  void apply(change_type change, std::string_view type, std::string_view client, json::value& item,
             allocator& memory, outputs& out);
  void set_item(std::string_view type, const kept_item& kept, const json::value& item,
                outputs& out);
  void erase_item(std::string_view type, const std::string& id, outputs& out);
  // Does this connection's tx name something that is open?
  [[nodiscard]] bool is_open(connection_id from, const std::string& tx) const;
  [[nodiscard]] bool has_room_for_query(connection_id from) const;
  [[nodiscard]] std::optional<connection_id> find_client(const std::string& client) const;
  void reject(std::string reason);
  [[nodiscard]] outputs counted(outputs out);

  generation plays_;
  core_limits limits_;
  random_source random_;
  std::string host_;
  core_counters counters_;
  std::deque<std::string> rejections_;
  drop_log drops_;
  std::vector<std::string> log_;

  std::map<connection_id, std::string> clients_;  // their client ids
  std::map<std::string, connection_id> by_client_;
  std::multimap<time_point, connection_id> pings_due_;  // the ts server's own

  item_store items_;
  query_board queries_;
  report_board reports_;
  view_board views_;
  command_exchange commands_;
  rust_items rust_;
  core_commands own_commands_;
};

}  // namespace gantry::myko
