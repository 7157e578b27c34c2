// What streams of an engine tell, and how one is asked for.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "executor/engine/timestamp.hpp"

namespace gantry::engine {

struct event {
  std::string type;    // container, network, ...
  std::string action;  // create, start, die, oom, health_status: healthy, ...
  std::string id;      // empty: of nothing in particular, such as prune
  std::map<std::string, std::string> attributes;  // of die: exitCode; of kill: signal
  timestamp time = 0;                             // 0 to time_max; 0: not told
  // It could not be read: only its time is known, if that. What it told has to be asked for.
  bool is_unread = false;
};

struct log_request {
  std::string id;
  std::optional<timestamp> since;  // inclusive
  bool follow = true;
  std::optional<unsigned> tail = {};  // only so many of its last lines; 0: those from now on
};

}  // namespace gantry::engine
