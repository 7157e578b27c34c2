// What a server of today stores of the events that it reads: the 100 ms window of some types, its
// order, what it suppresses, and what goes with what. On a fake clock, and never in a hurry.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "myko/messages.hpp"
#include "myko/session/event_window.hpp"

namespace gantry::myko::test {

class window_server {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;
  using item = event_window::item;

  // A row, by the fields that the server itself looks at.
  struct row {
    std::string bytes;  // as it was set; empty when the server changed it
    std::string target;
    std::string instance;
    std::string emitter;
    std::string status;
    int client = 0;  // whose connection it came by
  };

  // How late a window is flushed: up to so much behind its end.
  explicit window_server(std::function<milliseconds()> lateness) : lateness_(std::move(lateness)) {}

  void read(const event& what, int client, time_point now) {
    if (!event_window::gathers(what.item_type)) {
      apply(what, client);
      return;
    }
    auto& window = windows_[what.item_type];
    if (window.events.empty()) {
      window.end = now + milliseconds(100);
      window.flush_at = window.end + lateness_();
    }
    window.events.emplace_back(what, client);
  }

  // Time has passed. A server that is stopped is not told.
  void run(time_point now) {
    for (auto& [type, window] : windows_) {
      if (!window.events.empty() && window.flush_at <= now) flush(window);
    }
  }
  // It is stopped. It may be late with a window, or be stopped before its end, but not both.
  void stop(time_point now) {
    for (auto& [type, window] : windows_) {
      if (!window.events.empty() && window.end <= now) flush(window);
    }
  }
  // It goes on after a stop: what is overdue comes soon, not at once.
  void resume(time_point now) {
    for (auto& [type, window] : windows_) {
      window.flush_at = std::max(window.flush_at, now + lateness_());
    }
  }

  // It notices that a connection is gone.
  void client_gone(int client) {
    std::set<std::string> instances;
    for (auto& [what, row] : rows_) {
      if (what.type != "Instance" || row.client != client) continue;
      row.status = "Unavailable";
      row.client = 0;
      instances.insert(what.id);
    }
    for (auto& [what, row] : rows_) {
      if (what.type != "TargetStatus" || !instances.contains(row.instance)) continue;
      row.bytes.clear();
      row.status = "offline";
    }
    std::erase_if(rows_, [&](const auto& each) {
      return each.first.type == "Pulse" && each.second.client == client;
    });
  }

  [[nodiscard]] const std::map<item, row>& rows() const { return rows_; }

 private:
  struct window {
    std::vector<std::pair<event, int>> events;
    time_point end;
    time_point flush_at;
  };

  void flush(window& from) {
    const auto events = std::exchange(from.events, {});
    std::set<std::pair<std::string, std::string>> seen;  // id, state
    for (const auto& [what, client] : events) {
      if (what.change != change_type::set) continue;
      if (seen.insert({id_of(what), what.item.bytes}).second) apply(what, client);
    }
    for (const auto& [what, client] : events) {
      if (what.change == change_type::del) apply(what, client);
    }
  }

  void apply(const event& what, int client) {
    const item key{what.item_type, id_of(what)};
    if (what.change == change_type::del) {
      remove(key);
      return;
    }
    const auto parsed = json::parse(what.item.bytes);
    const auto field = [&](const char* name) {
      return std::string(json::find_string(*parsed, name).value_or(""));
    };
    rows_[key] = {what.item.bytes,    field("targetId"), field("instanceId"),
                  field("emitterId"), field("status"),   client};
  }

  void remove(const item& what) {
    rows_.erase(what);
    std::vector<item> with_it;
    for (const auto& [key, row] : rows_) {
      const bool of_target = what.type == "Target" && row.target == what.id;
      const bool of_instance = what.type == "Instance" && row.instance == what.id;
      const bool of_emitter = what.type == "Emitter" && row.emitter == what.id;
      if (of_target || of_instance || of_emitter) with_it.push_back(key);
    }
    for (const item& each : with_it) remove(each);
  }

  static std::string id_of(const event& what) {
    const auto parsed = json::parse(what.item.bytes);
    return std::string(json::find_string(*parsed, "id").value_or(""));
  }

  std::function<milliseconds()> lateness_;
  std::map<std::string, window> windows_;
  std::map<item, row> rows_;
};

}  // namespace gantry::myko::test
