// What the engine answers, from its JSON to our types: the wire names of containers and events.
//
// Every function fails with bad_response.
#pragma once

#include <string>
#include <string_view>

#include "executor/engine/api_version.hpp"
#include "executor/engine/container_spec.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/engine_types.hpp"
#include "executor/engine/stream_types.hpp"
#include "model/result.hpp"

namespace gantry::engine {

// Of the list of containers, one element.
[[nodiscard]] result<container_summary> parse_list_entry(std::string_view text);
// What is left of one that cannot be read, or of the begin of one that is too large: is_unread, and
// its id if that can be found.
[[nodiscard]] container_summary unread_entry(std::string_view begin);
[[nodiscard]] result<container_details> parse_inspect(std::string_view body);

[[nodiscard]] result<container_hardening> parse_hardening(std::string_view body);
[[nodiscard]] result<created_container> parse_created(std::string_view body);
[[nodiscard]] result<container_exit> parse_wait(std::string_view body);
[[nodiscard]] result<engine_info> parse_info(std::string_view body);
// The oldest version of the API that the engine still speaks, out of its answer to /version.
[[nodiscard]] result<api_version> parse_oldest_version(std::string_view body);

// Reads Docker's events of all versions and Podman's, whose `died` becomes `die`, whose `remove` of
// a container becomes `destroy`, and whose health has the status behind the action, as in Docker:
// `health_status: healthy`. Some are of nothing in particular, and have no id: `prune`.
[[nodiscard]] result<event> parse_event(std::string_view line);
// What is left of one that cannot be read, or of the end of one that is too large: is_unread, and
// its time if that can be found.
[[nodiscard]] event unread_event(std::string_view text);
// The action of an event that is too large, out of its begin, for people: a word without what was
// run, or empty.
[[nodiscard]] std::string action_in(std::string_view begin);

// The longest text of an engine's error that is repeated.
inline constexpr std::size_t error_text_bytes_max = 1024;

// Why the engine did not do it, in its own words: the field `message` of a JSON body, else a body
// of plain text, else the reason phrase of the status line, as instead of a page of HTML. Bounded,
// valid UTF-8, never empty.
[[nodiscard]] std::string error_text(std::string_view body, std::string_view reason);

}  // namespace gantry::engine
