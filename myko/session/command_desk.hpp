// Every command is answered exactly once: who is owed which answer, and what was answered before.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "model/catalogue.hpp"
#include "myko/messages.hpp"

namespace gantry::myko {

// One thing to do. Its outcome is given to command_desk::finished() under the same ticket, once.
struct action_request {
  std::uint64_t ticket = 0;
  model::action_id action;
  model::target_id target;
  std::optional<json::text> data;  // as the sender wrote it: absent, null, anything

  bool operator==(const action_request&) const = default;
};

// What came of it: the response, or why not.
struct action_done {
  json::text response;
  bool operator==(const action_done&) const = default;
};
struct action_failed {
  std::string message;
  bool operator==(const action_failed&) const = default;
};
using action_outcome = std::variant<action_done, action_failed>;

struct command_desk_config {
  // An answer is due within 5 s: the strictest server forgets a command after 10 s.
  std::chrono::milliseconds answer_within{4'500};
  std::size_t remembered_max = 4'096;             // answers kept for a tx that comes again,
  std::size_t remembered_bytes_max = 16U << 20U;  // the oldest are forgotten
  std::size_t pending_max = 10'000;               // actions under way; more are refused
};

// Decides, does no I/O. Commands may overlap; their answers come in any order.
class command_desk {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  // What to do next: send these answers, start these actions.
  struct orders {
    std::vector<message> answers;
    std::vector<action_request> requests;
  };

  explicit command_desk(command_desk_config config) : config_(config) {}

  // `known` is what is published: it tells which target an action belongs to, and who we are. An
  // action that a published target does not have is a request, too: it is refused with the reason.
  // A tx that was answered before is answered again, and one that is under way is not begun again.
  [[nodiscard]] orders received(const command& command, const model::catalogue& known,
                                time_point now);

  [[nodiscard]] orders finished(std::uint64_t ticket, const action_outcome& outcome);

  // Answers as accepted what has taken too long.
  [[nodiscard]] orders tick(time_point now);
  [[nodiscard]] std::optional<time_point> next_deadline() const;

  // Answers all that is open with this error: the program ends.
  [[nodiscard]] orders give_up(const std::string& message);

  [[nodiscard]] std::size_t open_orders() const { return orders_.size(); }

 private:
  // One answer that is owed. It needs the outcome of each of its parts.
  struct order {
    std::string command;
    std::string tx;
    std::vector<std::string> names;  // of the parts, for messages
    std::vector<std::optional<action_outcome>> outcomes;
    std::size_t open = 0;  // of the outcomes
    time_point deadline;
  };
  struct part {
    std::uint64_t order = 0;
    std::size_t at = 0;
  };

  std::uint64_t open_order(const command& command, std::string tx, time_point now);
  part add_part(std::uint64_t id, const target_action& action);
  void begin(const target_action& action, std::vector<part> parts, const model::catalogue& known,
             orders& out);
  void add_batch(const command& command, const std::vector<target_action>& actions,
                 const model::catalogue& known, time_point now, orders& out);
  void refuse(const command& command, const std::string& message, orders& out);
  void settle(const part& part, const action_outcome& outcome, orders& out);
  void answer(std::string tx, message answer, orders& out);
  bool answered_before(const std::string& tx, orders& out) const;
  [[nodiscard]] bool under_way(const std::string& tx) const;

  command_desk_config config_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t last_order_ = 0;
  std::map<std::uint64_t, order> orders_;  // the oldest first, hence the earliest deadline first
  std::unordered_map<std::uint64_t, std::vector<part>> tickets_;
  std::unordered_map<std::string, std::uint64_t> order_of_tx_;

  std::unordered_map<std::string, message> remembered_;
  std::deque<std::pair<std::string, std::size_t>> remembered_order_;  // tx and its cost
  std::size_t remembered_bytes_ = 0;
};

}  // namespace gantry::myko
