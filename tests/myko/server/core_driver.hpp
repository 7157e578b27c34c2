// A core with a clock and chance of its own, and what it sent to whom.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "myko/server/core.hpp"

namespace gantry::myko::test {

class core_driver {
 public:
  explicit core_driver(generation plays, core_limits limits = {})
      : core_(plays, limits, [this] { return ++chance_; }) {}

  connection_id connect() {
    const auto id = connection_id{++last_id_};
    keep(core_.connected(id, now_));
    return id;
  }
  void send(connection_id from, std::string_view frame) { keep(core_.received(from, frame, now_)); }
  void send_binary(connection_id from, std::string_view bytes) {
    keep(core_.received_binary(from, bytes, now_));
  }
  void disconnect(connection_id id) { keep(core_.disconnected(id)); }

  // Ticks at each time that the core asks for, and at the end.
  void advance(std::chrono::milliseconds by) {
    const auto end = now_.steady + by;
    while (core_.next_tick() && *core_.next_tick() <= end) {
      go_to(std::max(now_.steady, *core_.next_tick()));
      keep(core_.tick(now_));
    }
    go_to(end);
    keep(core_.tick(now_));
  }

  // All that was sent to this connection since the last call.
  std::vector<std::string> take(connection_id id) { return std::exchange(sent_[id], {}); }
  // The only one; a text that fits nothing when there are more or none.
  std::string take_one(connection_id id) {
    const auto all = take(id);
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " frames";
  }

  // The lines on what was dropped, since the last call.
  std::vector<std::string> take_log() { return core_.take_log(); }

  [[nodiscard]] const core& state() const { return core_; }
  [[nodiscard]] const core_counters& counters() const { return core_.counters(); }

  static std::string publish(std::string_view type, std::string_view item,
                             std::string_view change = "SET") {
    return R"({"event":"ws:m:event","data":{"itemType":")" + std::string(type) +
           R"(","changeType":")" + std::string(change) + R"(","item":)" + std::string(item) + "}}";
  }
  // `rest` follows the tx: R"(,"ids":["a"])".
  static std::string query(std::string_view id, std::string_view type, std::string_view tx,
                           std::string_view rest = "") {
    return R"({"event":"ws:m:query","data":{"queryId":")" + std::string(id) +
           R"(","queryItemType":")" + std::string(type) + R"(","query":{"tx":")" + std::string(tx) +
           "\"" + std::string(rest) + "}}}";
  }
  static std::string command(std::string_view id, std::string_view body) {
    return R"({"event":"ws:m:command","data":{"commandId":")" + std::string(id) +
           R"(","command":)" + std::string(body) + "}}";
  }

 private:
  void keep(outputs all) {
    for (output& each : all) sent_[each.to].push_back(std::move(each.frame));
  }
  void go_to(std::chrono::steady_clock::time_point when) {
    now_.wall +=
        std::chrono::duration_cast<std::chrono::system_clock::duration>(when - now_.steady);
    now_.steady = when;
  }

  std::uint64_t chance_ = 0;
  std::uint64_t last_id_ = 0;
  moment now_{std::chrono::steady_clock::time_point(std::chrono::hours(1)),
              std::chrono::system_clock::time_point(std::chrono::hours(490'000))};
  core core_;
  std::map<connection_id, std::vector<std::string>> sent_;
};

}  // namespace gantry::myko::test
