// A pulse as the outbox keeps it: what its JSON is made of, so that neighbours can be combined.
#pragma once

#include <cstdint>
#include <string>

#include "executor/engine/log_frame.hpp"
#include "model/ids.hpp"

namespace gantry::outbox {

// Rows are numbered in the order in which they were appended, from 1, and never again the same.
using row_id = std::int64_t;

enum class form : std::uint8_t {
  data,    // one pulse of any kind: `body` is its data, a JSON object without `seq`
  lines,   // one or more consecutive lines of one stream: `body` is their text, joined by \n
  notice,  // in the place of pulses that were dropped, all of one emitter: `body` says why
  value,   // one pulse whose data is `body` as it is, a JSON object: it has no `seq`
};

// Why pulses were dropped: the `body` of a notice.
namespace reasons {
inline constexpr const char* full = "outbox full";
inline constexpr const char* expired = "too old";
inline constexpr const char* rotated = "log rotated";
inline constexpr const char* unreadable = "unreadable";
inline constexpr const char* too_large = "too large for the server";
}  // namespace reasons

struct record {
  row_id id = 0;
  model::target_id target;    // pulses of one target stay in order, whatever their emitters
  model::emitter_id emitter;  // one of the target's
  // The emitter's numbers: of the first line, and how many. All other pulses count as one line.
  // A notice stands for those dropped; with a count of 0 nobody can tell how many they were.
  std::uint64_t seq = 0;
  std::uint64_t count = 1;
  std::int64_t timestamp = 0;  // ms since 1970, our clock: when it was appended
  std::int64_t expires = 0;    // ms since 1970: then it is dropped; 0: never
  outbox::form form = outbox::form::data;
  bool sealed = false;  // it may have been sent: from now on it stays as it is
  bool joins = false;   // may be combined with its neighbours: lines only
  std::string body;

  // Of lines.
  engine::stream_kind stream = engine::stream_kind::stdout_stream;
  engine::timestamp time = 0;  // of the first line
  bool truncated = false;      // the line was cut; it is alone
  std::string run = {};        // which run of a container printed them; may be empty

  bool operator==(const record&) const = default;
};

// What a record counts as against the limits, in bytes.
[[nodiscard]] inline std::uint64_t cost(const record& each) { return each.body.size() + 128; }

// May `next` be combined with `last`, which comes right before it among its target's records?
// Then its text goes behind the other's and a \n, and the counts add up.
[[nodiscard]] inline bool can_join(const record& last, const record& next, std::size_t bytes_max) {
  return last.joins && next.joins && last.form == form::lines && next.form == form::lines &&
         last.emitter == next.emitter && last.stream == next.stream && last.run == next.run &&
         !last.truncated && !next.truncated && last.seq + last.count == next.seq &&
         last.body.size() + 1 + next.body.size() <= bytes_max;
}

}  // namespace gantry::outbox
