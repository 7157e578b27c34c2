// Which server is tried next, and when: in the order of the list, over and over, with a wait
// between two rounds. Decides only; myko/client performs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "model/result.hpp"
#include "myko/client/address.hpp"
#include "myko/session/backoff.hpp"

namespace gantry::myko {

// Where nobody named a port, both of them are one server: the second is tried where the first
// refuses or does not upgrade, and what answered is the first one tried until it refuses.
//
// A server that closes at our first event, again and again, is doubted: it is passed over but for a
// try now and then.
class server_choice {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr int refusals_max = 5;  // in a row; then it is doubted

  // At least one server; a doubted one is tried every `doubted_every`.
  server_choice(std::vector<server_address> servers, backoff_config config,
                std::chrono::milliseconds doubted_every, random_source random);

  struct attempt {
    server_address server;
    std::chrono::milliseconds wait{0};  // before it is tried
  };
  // What follows is about the last one.
  [[nodiscard]] attempt next(time_point now);

  // There was no connection. Tells the port of the same server that comes next, if one does.
  std::optional<std::uint16_t> no_connection(const failure& why);

  enum class verdict { fine, now_doubted, still_doubted };
  // A connection ended that lasted so long. Did it end because the server takes no events?
  verdict ended(bool refused_events, std::chrono::steady_clock::duration lasted, time_point now);

  [[nodiscard]] bool is_doubted() const;
  // There is no other server, and no other port of this one.
  [[nodiscard]] bool is_alone() const {
    return entries_.size() == 1 && entries_.front().ports.size() == 1;
  }
  // The present connection takes events after all.
  void takes_events();

 private:
  struct candidate {
    server_address server;
    int refusals = 0;
    std::optional<time_point> not_before;  // while it is doubted
  };
  struct entry {
    std::vector<candidate> ports;
    std::size_t first = 0;  // which port is tried first: the one that answered
  };
  struct place {
    std::size_t entry = 0;
    std::size_t port = 0;
  };

  void begin_round(time_point at);
  void pass_over_other_ports();
  [[nodiscard]] time_point earliest() const;
  [[nodiscard]] candidate& current();
  [[nodiscard]] const candidate& current() const;

  std::vector<entry> entries_;
  backoff backoff_;
  std::chrono::milliseconds doubted_every_;
  std::deque<place> round_;  // what is left of it
  place current_;
  bool begun_ = false;
};

}  // namespace gantry::myko
