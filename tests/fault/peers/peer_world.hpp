// The containers of an engine that exists only in memory, and all that is true of them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/timestamp.hpp"
#include "tests/executor/engine/log_bytes.hpp"

namespace gantry::test {

struct world_container {
  std::string id;
  std::string name;
  std::map<std::string, std::string> labels;
  bool is_running = false;
  bool is_gone = false;
  engine::timestamp created = 0;
  engine::timestamp started_at = 0;
  engine::timestamp finished_at = 0;
  int exit_code = 0;
  std::vector<engine::stored_message> log;  // as the engine stores it
  std::vector<std::string> lines;           // the same as whole lines, without \n
  std::size_t begins = 0;
  std::vector<int> ends;  // the exit code of each run that has ended
  // The peers lied about its runs, so that nobody can tell them.
  bool is_lied_about = false;
};

struct world_event {
  engine::timestamp time = 0;
  std::string line;  // without \n
};

// Its clock is the real one, and moves with all that happens. Thread rule: one thread.
class peer_world {
 public:
  explicit peer_world(std::function<void()> changed) : changed_(std::move(changed)) {}

  world_container& create(const std::string& name);
  void start(world_container& one);
  void print(world_container& one, std::string line, bool to_stderr = false);
  void die(world_container& one, int code);
  void remove(world_container& one);
  // An event as somebody wrote it, kept and told again as the others are.
  void tell(std::string line);

  [[nodiscard]] std::deque<world_container>& all() { return containers_; }
  [[nodiscard]] const std::deque<world_container>& all() const { return containers_; }
  // Events were refused for a while: how a run has ended that another has followed by then, nobody
  // else tells.
  bool hid_events = false;

  // By id, its first 12 digits, or name; null: there is none.
  [[nodiscard]] world_container* find(std::string_view which);
  [[nodiscard]] const std::vector<world_event>& events() const { return events_; }
  // The place of the first event that a stream tells which was asked for with this `since`.
  [[nodiscard]] std::size_t events_since(std::optional<engine::timestamp> since) const;

  // ---- As an engine says it.

  [[nodiscard]] std::string list() const;
  [[nodiscard]] static std::string entry(const world_container& one);
  [[nodiscard]] static std::string inspection(const world_container& one);

 private:
  engine::timestamp tick();
  void tell(const std::string& action, const world_container& about, const std::string& more);

  std::function<void()> changed_;
  std::deque<world_container> containers_;
  std::vector<world_event> events_;
  engine::timestamp now_ = 0;
};

}  // namespace gantry::test
