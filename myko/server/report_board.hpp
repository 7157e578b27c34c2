// The live reports of all connections. There is one: ServerInfo, the recorded server's.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "myko/server/frames.hpp"
#include "myko/server/output.hpp"

namespace gantry::myko {

class report_board {
 public:
  explicit report_board(std::string host) : now_{std::move(host), 0} {}

  [[nodiscard]] static bool knows(std::string_view report) { return report == "ServerInfo"; }

  void start(connection_id owner, std::string tx, outputs& out) {
    out.push_back({owner, frames::report_response(tx, now_)});
    subscribers_.push_back({owner, std::move(tx)});
  }
  void cancel(connection_id owner, std::string_view tx) {
    std::erase_if(subscribers_,
                  [&](const subscriber& each) { return each.owner == owner && each.tx == tx; });
  }
  void drop(connection_id owner) {
    std::erase_if(subscribers_, [&](const subscriber& each) { return each.owner == owner; });
  }
  [[nodiscard]] std::size_t count(connection_id owner) const {
    return static_cast<std::size_t>(
        std::count_if(subscribers_.begin(), subscribers_.end(),
                      [&](const subscriber& each) { return each.owner == owner; }));
  }

  // Tells the subscribers when the number is another one than before.
  void targets_are(std::size_t count, outputs& out) {
    if (now_.targets == count) return;
    now_.targets = count;
    for (const subscriber& each : subscribers_) {
      out.push_back({each.owner, frames::report_response(each.tx, now_)});
    }
  }

 private:
  struct subscriber {
    connection_id owner;
    std::string tx;
  };

  frames::server_info now_;
  std::vector<subscriber> subscribers_;
};

}  // namespace gantry::myko
