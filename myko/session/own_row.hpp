// The row of our own Instance, as a live query on it shows it: is it there, and whose is it?
//
// A core may lose it under a connected executor (the command DeleteOfflineMachines takes Machine,
// Instance and statuses away), and another client may publish the same one: a second gantry with
// this service id. Nobody is told of either, but for whoever watches the row.
//
// Source: core-2026, Storing; the TypeScript server keeps the Instance of a client that is gone.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "model/json_types.hpp"

namespace gantry::myko {

struct own_row_config {
  // What a core deletes along with the row must not meet what is published anew: its window.
  std::chrono::milliseconds anew_after{200};
  std::chrono::milliseconds anew_every{10'000};  // at the most
  std::chrono::milliseconds warn_every{1'000};   // of who takes the row; at the most
};

// Decides; the session asks and publishes. One life of the program, over all connections.
class own_row {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit own_row(const own_row_config& config) : config_(config) {}

  // A connection began. `client` is our id on it, where the server has told it: ts. Where none
  // does, rust, it is the one in the row with our sign.
  void connected(const std::string& client);
  void told_client(const std::string& client);
  // The message of the Instance that is sent now, and of no other.
  void signs(std::string message) { sign_ = std::move(message); }

  // What the query says now: the row, or that there is none. The first time it is what stood there
  // before us, perhaps.
  void shows(const std::optional<json::text>& row, time_point now);
  // The server has read and applied our own SET long ago: whose row it is now is ours, if the sign
  // was never seen.
  void settled();

  // The Client whose going tells that the row is free, or whether it was somebody's; empty: none.
  // For ts alone: a rust core sets the row of a client that goes Unavailable.
  [[nodiscard]] const std::string& client_to_watch() const { return watched_; }
  void client_is(bool connected, time_point now);

  // May the Instance be sent? Not while another client has it: each would take it back for ever.
  [[nodiscard]] bool is_ours() const { return taken_by_.empty(); }

  // Was it another's when the connection before ended, and is nothing known of it since?
  [[nodiscard]] bool was_taken() const { return was_taken_ && !asked_; }

  // A warning that became due, once; empty: none.
  [[nodiscard]] std::string take_warning();

  // True: everything is to be published anew, now.
  [[nodiscard]] bool tick(time_point now);
  [[nodiscard]] std::optional<time_point> next_deadline() const { return anew_at_; }

 private:
  void keep();
  void take(time_point now);
  void free(time_point now);
  void learn_client(const std::string& client);
  void take_over_from(const std::string& client);
  void keep_earlier();
  [[nodiscard]] bool was_ours(const std::string& client) const;

  own_row_config config_;

  // Outlives connections.
  std::deque<std::string> earlier_clients_;  // ours; a few
  std::optional<time_point> last_anew_;
  std::optional<time_point> warned_at_;

  // Of the present connection.
  bool server_tells_client_ = false;
  std::string client_;   // ours; empty: not known yet
  std::string sign_;     // empty: none was sent
  std::string before_;   // who had the row before us, available; empty: nobody
  std::string current_;  // who has it now
  bool asked_ = false;   // the query was answered
  std::string taken_by_;
  bool was_taken_ = false;  // when this connection began
  std::string watched_;
  std::string warning_;
  std::optional<time_point> anew_at_;
};

}  // namespace gantry::myko
