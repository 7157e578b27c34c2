// Look-ups of fields that an engine may leave out: another type counts as missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/timestamp.hpp"
#include "model/json_types.hpp"
#include "model/result.hpp"

namespace gantry::engine {

// Missing: "", 0, false.
[[nodiscard]] std::string string_at(const json::value& object, std::string_view key);
[[nodiscard]] std::int64_t integer_at(const json::value& object, std::string_view key);
[[nodiscard]] std::uint64_t counter_at(const json::value& object, std::string_view key);
[[nodiscard]] bool flag_at(const json::value& object, std::string_view key);
// A number that fits no int counts as missing, too.
[[nodiscard]] int int_at(const json::value& object, std::string_view key);
// "0001-01-01T00:00:00Z" is Go's way to say never, which is 0 here.
[[nodiscard]] timestamp time_at(const json::value& object, std::string_view key);
// Of a number of nanoseconds, or of seconds, since 1970; bounded by 0 and time_max.
[[nodiscard]] timestamp nanos_at(const json::value& object, std::string_view key);
[[nodiscard]] timestamp seconds_at(const json::value& object, std::string_view key);

// Missing: null.
[[nodiscard]] const json::value& member(const json::value& object, std::string_view key);

// The members of an object, or the elements of a list, that are strings. Of an object they are cut
// at label_bytes_max, for labels have no limit and are kept for each container.
inline constexpr std::size_t label_bytes_max = 4 << 10;
[[nodiscard]] std::map<std::string, std::string> strings(const json::value& object);
[[nodiscard]] std::vector<std::string> string_list(const json::value& list);

// A name or an id as an engine may give it: not empty, no longer than 255 bytes, and of letters,
// digits and _ . : - alone. It goes into addresses, logs and our own ids.
[[nodiscard]] bool is_plain_name(std::string_view text);

// bad_response: "the engine's WHAT is not understood: WHY".
[[nodiscard]] failure not_understood(std::string_view what, std::string_view why);

}  // namespace gantry::engine
