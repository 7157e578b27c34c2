#include "executor/engine/skipped_items.hpp"

#include "myko/printable.hpp"

namespace gantry::engine {
namespace {

constexpr std::size_t why_bytes_max = 400;

struct kind_words {
  std::string_view one;
  std::string_view many;
};

// In the order of the enumeration.
constexpr std::array<kind_words, item_kinds> words_of_kinds{{
    {"an event", "events"},
    {"an entry of its list of containers", "entries of its list of containers"},
    {"a step of a pull", "steps of pulls"},
    {"a piece of a log", "pieces of a log"},
    {"a piece of a program's output", "pieces of programs' output"},
    {"a measurement", "measurements"},
}};

// The largest power of ten that is not above it.
std::uint64_t magnitude(std::uint64_t count) {
  std::uint64_t out = 1;
  while (count / out >= 10) out *= 10;
  return out;
}

}  // namespace

void skipped_items::add(item_kind kind, std::uint64_t more, std::string_view why) {
  std::uint64_t& count = counts_.at(static_cast<std::size_t>(kind));
  const std::uint64_t before = count;
  count += more;
  if (!log_ || count == before) return;
  if (before > 0 && magnitude(count) == magnitude(before)) return;
  const kind_words& words = words_of_kinds.at(static_cast<std::size_t>(kind));
  const std::string reason = myko::printable(why, why_bytes_max);
  if (before == 0) {
    log_(log_level::warning, whose_ + " sent " + std::string(words.one) +
                                 " that gantry passes over: " + reason +
                                 ". What else of the kind comes is counted");
  } else {
    log_(log_level::warning, whose_ + " has sent " + std::to_string(count) + " " +
                                 std::string(words.many) +
                                 " by now that gantry passed over; the last: " + reason);
  }
}

}  // namespace gantry::engine
