// How large a frame the present server takes: what is configured, or less where it has shown so.
//
// No server tells its limit. One that gets more closes the connection with 1009, or just cuts it
// (today's core), and would be sent the same again for ever. So the largest frame of which no echo
// has told that it was read is taken for the reason: nothing as large goes to that server again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace gantry::myko {

struct frame_limit_config {
  std::size_t bytes_max = 15U << 20U;  // the strictest servers read 16 MiB
};

// Decides; the session measures and sends. All frames of a connection are numbered from 1.
//
// The limit is learned in three connections at the most by a server that takes 64 KiB: the size of
// the largest less 1, then 1 MiB or what it was seen to take, then 64 KiB or that; then a quarter
// of it each time, down to `floor`. (What it was seen to take counts until it refuses as much: it
// may have been started anew, with another limit.)
class frame_limit {
 public:
  // No frame that small is blamed, and no limit is below.
  static constexpr std::size_t floor = 4U << 10U;
  // A connection that ends without a word is blamed on a frame above that size, the same in so many
  // connections in a row: networks fail, too, and cores crash for other reasons.
  static constexpr std::size_t suspect_bytes = 1U << 20U;
  static constexpr int suspected_times = 5;
  static constexpr std::size_t small_suspect_bytes = 64U << 10U;
  static constexpr int small_suspected_times = 20;

  explicit frame_limit(const frame_limit_config& config) : bytes_max_(config.bytes_max) {}

  // A connection to this server began. What was learned of one stays as long as the program runs.
  void connected(const std::string& server);

  // Of a frame to the present server.
  [[nodiscard]] std::size_t bytes_max() const;
  // It is less than configured.
  [[nodiscard]] bool is_learned() const { return bytes_max() < bytes_max_; }

  // A frame went out. `what` it is, in words; `number` tells those of the same words apart.
  void sent(std::uint64_t frame, std::size_t bytes, std::string_view what, std::uint64_t number);
  // A ping went out in this frame; its echo says that all before it were read.
  void pinged(std::string id, std::uint64_t frame);
  void echoed(const std::string& id);

  struct lesson {
    enum class verdict {
      none,     // nothing is to be blamed
      learned,  // this frame was too large; bytes_max() is less now
      puzzled,  // the server says so, but nothing of any size was on its way
    };
    verdict is = verdict::none;
    std::string what;
    std::size_t bytes = 0;
  };
  // The connection ended. `too_large`: since, says the server, a frame was.
  [[nodiscard]] lesson ended(bool too_large);

 private:
  struct flight {
    std::uint64_t frame = 0;
    std::size_t bytes = 0;
    std::string what;
    std::uint64_t number = 0;
  };
  struct ping {
    std::string id;
    std::uint64_t frame = 0;
  };
  struct knowledge {
    std::size_t bytes_max = 0;  // 0: what is configured
    std::size_t taken = 0;      // the largest that was read
    int lessons = 0;
    // The largest that was on its way when the last connections ended.
    std::string suspect;
    std::uint64_t suspect_number = 0;
    int times = 0;
  };

  static constexpr std::size_t pings_max = 1'024;
  static constexpr std::size_t servers_max = 64;

  [[nodiscard]] static bool is_suspicious(knowledge& its, const flight& largest);
  void learn(knowledge& its, std::size_t bytes) const;

  std::size_t bytes_max_;
  std::map<std::string, knowledge> known_;
  std::string server_;

  // Of the present connection. Each is larger than those behind it: of what a larger one follows
  // nobody can tell that it was too large.
  std::deque<flight> flights_;
  std::deque<ping> pings_;
};

}  // namespace gantry::myko
