// What the emitter `alerts` of each target tells: the change, and beside it all that is wrong now,
// so that the last value alone tells the whole truth.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "executor/fleet/alert_board.hpp"
#include "model/catalogue.hpp"

namespace gantry::fleet {

// Decides, no I/O.
class alert_pulses {
 public:
  using time_point = std::chrono::system_clock::time_point;

  // Longer words are cut.
  static constexpr std::size_t message_bytes_max = 1'000;

  // What is to be told of the targets of `all` since the last call: for each change a pulse, what
  // ended before what began, and the most severe last. A target that is new gets one in any case: a
  // core may hold what an earlier life said of it.
  [[nodiscard]] std::vector<model::pulse> tell(const alert_board& board,
                                               const model::catalogue& all, time_point now);

 private:
  struct told {
    std::string message;
    std::string since;  // RFC 3339
  };
  using conditions_told = std::map<alert_code, told>;
  struct news {
    alert_code code;
    told what;
    bool active;
  };

  [[nodiscard]] static std::vector<news> renew(conditions_told& held, const conditions* now,
                                               const std::string& time);
  [[nodiscard]] static json::text data_of(const news& change, const conditions_told& held);
  [[nodiscard]] static json::text nothing_wrong(const std::string& since);

  std::map<model::emitter_id, conditions_told> told_;
};

}  // namespace gantry::fleet
