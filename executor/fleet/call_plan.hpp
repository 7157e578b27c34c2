// Of calls about many containers: which one is asked about when, and how many calls are out at a
// time, so that one that hangs holds up no other. Pure.
//
// A call has one of `at_once` places. When it has been out for a while it makes way there and has
// one of `slow_max` instead. Where those are taken, too, the oldest that hangs is given up. What
// did not answer is asked about again later and later, and takes no place of the first kind then.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gantry::fleet {

struct call_limits {
  std::size_t at_once = 8;
  std::size_t slow_max = 24;  // half of them for those that are asked about again
  std::chrono::milliseconds slow_after{1'000};
  // From then on the engine does not answer about this container, unless it answers nothing at all.
  std::chrono::milliseconds hanging_after{5'000};
  std::chrono::milliseconds again_first{1'000};  // doubled up to the longest
  std::chrono::milliseconds again_max{60'000};
};

class call_plan {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class outcome {
    answered,  // with whatever
    failed,    // the connection did, or ours could not be made
    hung,      // no answer within the call's deadline
  };

  explicit call_plan(call_limits limits) : limits_(limits) {}

  // Each once; while a call about it is out, once more behind that.
  void want(const std::string& id);
  // The next call to begin now, if any.
  [[nodiscard]] std::optional<std::string> begin(time_point now);
  // A call that is to be given up now: its end means nothing any more.
  [[nodiscard]] std::optional<std::string> give_up(time_point now);
  // Those that hang since the last time; `last_byte` is when the engine was last heard at all.
  [[nodiscard]] std::vector<std::string> hanging(time_point now,
                                                 std::optional<time_point> last_byte);
  // True: it was told to hang, and does not any more.
  bool ended(const std::string& id, outcome how, time_point now);
  // That container is gone: it is not asked about again. As ended().
  bool forget(const std::string& id);
  // Calls that are out are given up, and what hung is forgotten: all is asked about anew.
  void start_over();

  [[nodiscard]] bool is_out(const std::string& id) const { return out_.contains(id); }
  // All that was wanted has been asked about, or waits for what hangs.
  [[nodiscard]] bool is_settled(time_point now) const;
  // When begin(), give_up() or hanging() may say something new, without a further call.
  [[nodiscard]] std::optional<time_point> next_due(time_point now) const;

 private:
  struct call {
    time_point since;
    bool again = false;  // asked about again: never among those at once
  };
  struct suspect {
    time_point not_before;
    std::chrono::milliseconds pause;
    bool told = false;  // that it hangs
    bool wanted = false;
  };

  [[nodiscard]] bool is_slow(const call& what, time_point now) const;
  [[nodiscard]] std::size_t slow(time_point now) const;
  void put_off(const std::string& id, time_point now);
  [[nodiscard]] bool may_begin(const std::string& id) const;
  [[nodiscard]] std::map<std::string, suspect>::iterator first_suspect();

  call_limits limits_;
  std::deque<std::string> waiting_;
  std::set<std::string> queued_;
  std::map<std::string, call> out_;
  std::map<std::string, suspect> suspects_;
};

}  // namespace gantry::fleet
