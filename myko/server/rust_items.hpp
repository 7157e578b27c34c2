// The items of the rust generation on their way from a client to the rows: stamped, read, held for
// their window; and what a client leaves behind that goes.
// Source: the page on the core of 2026, Storing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "model/result.hpp"
#include "myko/server/event_view.hpp"
#include "myko/server/ingest_window.hpp"
#include "myko/server/limits.hpp"
#include "myko/server/row_keeper.hpp"
#include "myko/session/moment.hpp"

namespace gantry::myko {

class rust_items {
 public:
  using allocator = json::document::AllocatorType;

  // What `all` refers to outlives this object.
  rust_items(const core_limits& limits, row_keeper::parts all)
      : all_(all), keeper_(std::move(all)), window_(limits.window_bytes_max) {}

  // The events of one frame, from the client of this id. Changes their items.
  void take(const std::vector<event_view>& events, std::string_view client, allocator& memory,
            moment now, outputs& out);
  // Applies what has waited long enough.
  void tick(moment now, outputs& out);
  [[nodiscard]] std::optional<ingest_window::time_point> next_tick() const {
    return window_.next_end();
  }

  void client_came(const std::string& client, const std::string& host, outputs& out);
  // Its Pulses and MachineStatuses are deleted with it, its Instances become Unavailable and have
  // no client, all their statuses offline. What waits in the window is not touched.
  void client_gone(const std::string& client, outputs& out);

  // At once, as a command of the server's own does it. Fails when the item is no such row.
  [[nodiscard]] result<void> set_now(std::string_view type, const json::value& item, outputs& out);
  void remove_now(std::string_view type, const std::vector<std::string>& ids, outputs& out) {
    keeper_.remove(type, ids, out);
  }

  // Puts the client's id, and an Instance's own id as its cluster where it has none, into an item
  // that a client sends.
  static void stamp(std::string_view type, std::string_view client, json::value& item,
                    allocator& memory);

 private:
  void set_offline(std::string_view type, const std::vector<std::string>& instances, outputs& out);

  row_keeper::parts all_;
  row_keeper keeper_;
  ingest_window window_;
};

}  // namespace gantry::myko
