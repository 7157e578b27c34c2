// The commands that the core of 2026 carries out by itself, as far as executors meet them; and four
// that stand in for its scene engine, which has no command of its own for it.
//
//   RegisterInstance {instance}         the Instance, and a Machine where there is none
//   EnsureMachine {machineId}           the latter alone
//   DeleteOfflineMachines {}            every Machine without a connected MachineStatus
//   Delete<Type> {id}, Delete<Type>s {ids}
//   RelayExec, RelayBatch, RelayCompact, RelayResend {toInstance, send}
//                                       `send` to the connection of that Instance, under a new tx,
//                                       which is the response; what it answers goes nowhere
//
// Source: the page on the core of 2026; the relays are those of the program that stands in for it
// in tests.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/json_types.hpp"
#include "model/result.hpp"
#include "myko/server/item_store.hpp"
#include "myko/server/output.hpp"
#include "myko/server/rust_items.hpp"
#include "myko/session/moment.hpp"

namespace gantry::myko {

class core_commands {
 public:
  using client_finder = std::function<std::optional<connection_id>(const std::string& client)>;

  // `rows` and `items` outlive this object.
  core_commands(rust_items& rows, const item_store& items, client_finder find_client,
                random_source random)
      : rows_(rows),
        items_(items),
        find_client_(std::move(find_client)),
        random_(std::move(random)) {}

  [[nodiscard]] static bool knows(std::string_view id);

  struct caller {
    connection_id connection{};
    std::string client;
  };
  // Precondition: knows(id). Writes what watchers hear, then the answer.
  void call(const caller& from, const std::string& id, const json::value& body, outputs& out);

 private:
  // What is answered, as JSON; or why not.
  using answer = result<std::string>;

  [[nodiscard]] answer perform(const caller& from, const std::string& id, const json::value& body,
                               outputs& out);
  [[nodiscard]] answer register_instance(const caller& from, const json::value& body, outputs& out);
  [[nodiscard]] answer ensure_machine(const std::string& machine, outputs& out);
  [[nodiscard]] answer delete_offline_machines(outputs& out);
  [[nodiscard]] answer delete_one(std::string_view type, const json::value& body, outputs& out);
  [[nodiscard]] answer delete_many(std::string_view type, const json::value& body, outputs& out);
  [[nodiscard]] answer relay(const std::string& id, const json::value& body, outputs& out);
  [[nodiscard]] result<connection_id> connection_of(const std::string& instance) const;

  rust_items& rows_;
  const item_store& items_;
  client_finder find_client_;
  random_source random_;
};

}  // namespace gantry::myko
