// What must hold between what containers printed, what was committed, and what a core has read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "executor/outbox/batch.hpp"
#include "model/json.hpp"

namespace gantry::outbox::simulation {

// A container's log, as the engine keeps it. Everything is told of as CONTAINER#PLACE.
struct engine_log {
  enum class kind { line, run, finish };
  struct entry {
    kind what = kind::line;
    engine::stream_kind stream = engine::stream_kind::stdout_stream;
    bool truncated = false;
  };

  model::target_id target;
  std::string container;
  std::vector<entry> entries;
  std::size_t kept_from = 0;  // what is before was rotated away
  bool gone = false;          // with its target: what was not told yet need not be

  [[nodiscard]] std::string name_of(std::size_t at) const {
    return container + "#" + std::to_string(at);
  }
};

class oracle {
 public:
  void committed(const batch& what);
  // From now on what was heard may come again, once.
  void connected() { ++connections_; }
  // A core has read this frame.
  void heard(std::string_view frame, std::int64_t now);
  // The socket took it, and nothing will tell whether it was read.
  void may_be_lost(std::string_view frame);
  // After all is quiet: what was told of a log.
  void judge(const engine_log& log);

  void complain(const std::string& about);
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

  // When the container's first line was heard, or a notice in its place.
  [[nodiscard]] std::optional<std::int64_t> first_heard(const std::string& container) const;

  struct sums {
    std::uint64_t pulses = 0;  // each once
    std::uint64_t resent = 0;
    std::uint64_t combined = 0;  // pulses with more lines than one
    std::uint64_t notices_full = 0;
    std::uint64_t notices_expired = 0;
    std::uint64_t notices_rotated = 0;
    std::uint64_t lost = 0;  // lines that only the socket took
  };
  [[nodiscard]] const sums& all() const { return sums_; }

 private:
  struct piece {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool notice = false;
    bool uncounted = false;  // a notice that does not know how many
    std::string hash;
    std::string reason;
    std::uint64_t connection = 0;    // on which it was heard last
    std::vector<std::string> names;  // of the lines, or of the one pulse
  };
  struct told {
    std::vector<std::string> names;  // as committed, from number 1
    bool rotated = false;            // a notice without numbers was committed
    bool rotation_heard = false;
    std::uint64_t next = 1;  // to be heard
    std::map<std::uint64_t, piece> pulses;
    std::map<std::uint64_t, piece> notices;
    std::set<std::uint64_t> lost;
    std::optional<std::int64_t> first_heard;
  };

  static std::string key_of(const std::string& container, const std::string& emitter) {
    return container + "@" + emitter;
  }
  [[nodiscard]] std::optional<std::pair<std::string, piece>> read(std::string_view frame);
  [[nodiscard]] std::string container_of(const std::string& emitter, const piece& what) const;
  void take_notice(told& about, const std::string& key, const piece& what);
  void take_pulse(told& about, const std::string& key, const piece& what);
  void check_order(const piece& what);
  void count(const piece& what);
  [[nodiscard]] static bool all_lost(const told& about, std::uint64_t from, std::uint64_t to);
  void judge(const std::string& key, const told& about);

  std::map<std::string, told> told_;           // by container and emitter
  std::map<std::string, std::string> owner_;   // target: the container that has it now
  std::map<std::string, std::size_t> places_;  // container: the highest place heard, plus 1
  std::uint64_t connections_ = 0;
  sums sums_;
  std::vector<std::string> complaints_;
};

}  // namespace gantry::outbox::simulation
