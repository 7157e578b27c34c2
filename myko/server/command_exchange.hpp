// Commands from a caller to the executor that they are for, and its answers back.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/json_types.hpp"
#include "myko/server/command_relay.hpp"
#include "myko/server/command_routes.hpp"
#include "myko/server/counters.hpp"
#include "myko/server/generation.hpp"
#include "myko/server/limits.hpp"
#include "myko/server/output.hpp"
#include "myko/session/moment.hpp"

namespace gantry::myko {

// The rust server forgets a command after so long; the others never do.
inline constexpr std::chrono::seconds rust_command_max{10};

// Every command gets one answer: the executor's, or a command-error of the server's own, as
// recorded: "No online instance for target x", "Client Not Found", "Client Disconnected".
class command_exchange {
 public:
  // Which connection has this client id now?
  using client_finder = std::function<std::optional<connection_id>(const std::string& client)>;

  // `counters` outlives this object.
  command_exchange(generation plays, const core_limits& limits, client_finder find_client,
                   core_counters& counters);

  // Where commands go follows from the items.
  [[nodiscard]] command_routes& routes() { return routes_; }

  // `data` of a ws:m:command. Fails with the reason when this generation cannot read it.
  [[nodiscard]] std::optional<std::string> call(connection_id caller, const json::value& data,
                                                moment now, outputs& out);
  // A whole ws:m:command-response or ws:m:command-error; likewise.
  [[nodiscard]] std::optional<std::string> response(connection_id executor,
                                                    const json::value& message, outputs& out);
  [[nodiscard]] std::optional<std::string> error(connection_id executor, const json::value& message,
                                                 outputs& out);

  void disconnected(connection_id connection, outputs& out);
  void tick(moment now, outputs& out);
  [[nodiscard]] std::optional<command_relay::time_point> next_tick() const {
    return relay_.next_expiry();
  }

 private:
  struct called {
    connection_id caller{};
    std::string tx;
    std::string id;
    const json::value& body;
  };
  // What is written to which client; `tx` is what it will answer.
  struct hand_over {
    std::string client;
    std::string tx;
    std::string frame;
  };
  struct refusal {
    std::string message;
  };
  using decision = std::variant<hand_over, refusal>;

  [[nodiscard]] bool known(std::string_view id) const;
  [[nodiscard]] decision plan(const called& call, moment now) const;
  [[nodiscard]] decision plan_exec(const called& call, moment now) const;
  [[nodiscard]] decision plan_wrapped(const called& call) const;
  [[nodiscard]] decision plan_addressed(const called& call) const;
  [[nodiscard]] std::optional<std::string> instance_for(const std::string& named,
                                                        const std::string& target) const;

  void carry_out(const called& call, decision what, moment now, outputs& out);
  void refuse(const pending_command& command, const std::optional<std::string>& message,
              outputs& out) const;
  // Those that wait for this tx; none is counted as an answer without a question.
  [[nodiscard]] std::vector<pending_command> waiting(connection_id executor, std::string_view tx);

  generation plays_;
  client_finder find_client_;
  core_counters& counters_;
  command_routes routes_;
  command_relay relay_;
};

}  // namespace gantry::myko
