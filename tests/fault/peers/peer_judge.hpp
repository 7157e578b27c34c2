// Judges what a core was told of a peer_world: all that is true, each once, nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.hpp"
#include "tests/fault/peers/peer_world.hpp"

namespace gantry::test {

class peer_judge {
 public:
  // Of a target: "online", "offline", or "" where the core was told neither.
  using status_of = std::function<std::string(const std::string& target)>;

  peer_judge(std::string service, const peer_world& world)
      : service_(std::move(service)), world_(world) {}

  // Each pulse as it comes, those that come again included.
  void heard(const std::string& emitter, const std::string& hash, const json::value& data);

  // What the core does not know yet, in words; nothing when it knows all.
  [[nodiscard]] std::vector<std::string> missing(const status_of& status) const;
  // What is wrong, whatever may still come.
  [[nodiscard]] std::vector<std::string> wrong() const;

  [[nodiscard]] std::uint64_t lines() const;       // heard, each once
  [[nodiscard]] std::uint64_t suppressed() const;  // numbers that notices stand for

 private:
  struct piece {
    std::uint64_t last = 0;
    bool is_notice = false;
    std::string hash;
  };
  struct heard_text {
    std::string text;
    bool is_cut = false;
  };
  struct story {
    std::map<std::uint64_t, piece> pieces;  // by their first number
    std::map<std::uint64_t, heard_text> lines;
    std::map<std::uint64_t, std::string> exit_codes;
    [[nodiscard]] std::uint64_t in_notices() const;
  };

  void take(const std::string& name, const std::string& hash, const json::value& data);
  void take_lines(const std::string& name, std::uint64_t first, std::uint64_t last,
                  const json::value& data);
  [[nodiscard]] const story& about(const world_container& one, const char* emitter) const;
  [[nodiscard]] std::string latest(const std::string& path, const char* emitter) const;
  void look_at_lines(const world_container& one, std::vector<std::string>& out) const;
  void look_at_runs(const world_container& one, std::vector<std::string>& out) const;
  void look_at_present(const world_container& one, const status_of& status,
                       std::vector<std::string>& out) const;
  void judge_lines(const world_container& one, std::vector<std::string>& out) const;

  std::string service_;
  const peer_world& world_;
  std::map<std::string, story> stories_;       // by emitter, without the service
  std::map<std::string, std::string> latest_;  // the same, for values
  std::vector<std::string> complaints_;
};

// What is wrong with a log of gantry's after it was with hostile peers.
[[nodiscard]] std::vector<std::string> faults_of_log(std::string_view log);

}  // namespace gantry::test
