// How far an action on a compose project is: which containers may begin, and which cannot any
// more. Decides, no I/O.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "executor/fleet/compose_order.hpp"
#include "executor/fleet/verbs.hpp"

namespace gantry::fleet {

class group_run {
 public:
  struct party {
    std::string name;  // for people
    // The action is not for it. Others may wait for it all the same, as it is.
    bool left_out = false;
  };
  // One container is to be looked at until it fulfils that, or never will: reached() says so.
  struct look {
    std::string path;
    compose_condition until;
  };
  struct refusal {
    std::string path;
    std::string why;  // a whole sentence about it, without its full stop
    bool failed;      // false: it was asked for something else
  };
  struct to_do {
    std::vector<std::string> begin;  // paths
    std::vector<look> looks;
    std::vector<refusal> refusals;

    [[nodiscard]] bool empty() const { return begin.empty() && looks.empty() && refusals.empty(); }
  };

  // `parties`, by path, are those in `order`. A stop goes on when one of them does not stop, so
  // that as much as can be is stopped; whatever starts does not without what it waits for.
  group_run(verb what, compose_order order, std::map<std::string, party> parties);

  // What is to be done now; each is given out once. To be asked again after each of those below.
  [[nodiscard]] to_do next();

  void did(const std::string& path, bool well);
  // `failure` behind "container NAME"; empty: it is so.
  void reached(const std::string& path, compose_condition until, const std::string& failure);
  // It is so already: it need not wait for others to be told that.
  void begin_at_once(const std::string& path);
  // Asked for something else since ("to stop"): what has not begun does not begin any more.
  void withdraw(const std::string& path, const std::string& asked);
  void withdraw_all(const std::string& asked);

  // All whom the action is for did it or were refused.
  [[nodiscard]] bool is_over() const { return open_.empty(); }

 private:
  struct mark {
    std::size_t missing = 0;  // containers that have not reached it
    std::string failure;      // of the first one that cannot
  };
  using mark_key = std::pair<std::string, compose_condition>;  // of a service

  void look_at_left_out();
  void advance(const compose_step& step, to_do& out);
  void refuse(const std::string& path, const std::string& why, bool failed);
  void fail_all(const std::string& path, const std::string& failure);
  [[nodiscard]] bool is_stop() const { return what_ == verb::stop; }
  [[nodiscard]] std::string in_words(const std::string& path) const;

  verb what_;
  compose_order order_;
  std::map<std::string, party> parties_;
  std::map<std::string, std::string> service_of_;
  std::map<mark_key, mark> marks_;  // those that somebody waits for
  std::set<std::string> open_;      // paths that have neither done it nor been refused
  std::set<std::string> waiting_;   // those of them that have not begun
  to_do next_;
};

}  // namespace gantry::fleet
