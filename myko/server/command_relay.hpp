// The commands that were handed to an executor and have no answer yet.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "myko/server/output.hpp"

namespace gantry::myko {

struct pending_command {
  connection_id caller{};
  std::string caller_tx;  // what the caller waits for
  std::string command;    // its command id
  connection_id executor{};
  std::string tx;  // what the executor answers: caller_tx, but for a wrapped command
};

class command_relay {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit command_relay(std::size_t pending_max) : pending_max_(pending_max) {}

  [[nodiscard]] bool full() const { return pending_.size() >= pending_max_; }
  // Precondition: not full(). `expires` never goes back from one call to the next; nothing: never.
  void add(pending_command command, std::optional<time_point> expires);

  // Each takes out what it returns, the oldest first. Two calls with one tx end with one answer.
  [[nodiscard]] std::vector<pending_command> answered(connection_id executor,
                                                      const std::string& tx);
  [[nodiscard]] std::vector<pending_command> expired(time_point now);
  // Those that this connection was to do. Those that it called for are forgotten.
  [[nodiscard]] std::vector<pending_command> gone(connection_id connection);

  [[nodiscard]] std::optional<time_point> next_expiry() const;
  [[nodiscard]] std::size_t size() const { return pending_.size(); }

 private:
  struct entry {
    pending_command command;
    std::optional<time_point> expires;
  };
  using order = std::uint64_t;
  using key = std::pair<connection_id, std::string>;  // executor, tx

  pending_command take(std::map<order, entry>::iterator which);

  std::size_t pending_max_;
  order next_ = 0;
  std::map<order, entry> pending_;  // the oldest first
  std::multimap<key, order> by_tx_;
};

}  // namespace gantry::myko
