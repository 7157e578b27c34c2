// What the engine answers, from its JSON to our types: the wire names of containers and events.
//
// Every function fails with bad_response.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/api_version.hpp"
#include "executor/engine/container_spec.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/engine_types.hpp"
#include "executor/engine/stream_types.hpp"
#include "model/result.hpp"

namespace gantry::engine {

[[nodiscard]] result<std::vector<container_summary>> parse_list(std::string_view body);
[[nodiscard]] result<container_details> parse_inspect(std::string_view body);

[[nodiscard]] result<container_hardening> parse_hardening(std::string_view body);
[[nodiscard]] result<created_container> parse_created(std::string_view body);
[[nodiscard]] result<container_exit> parse_wait(std::string_view body);
[[nodiscard]] result<engine_info> parse_info(std::string_view body);
// The oldest version of the API that the engine still speaks, out of its answer to /version.
[[nodiscard]] result<api_version> parse_oldest_version(std::string_view body);

// Reads Docker's events of all versions and Podman's, whose `died` becomes `die`, whose `remove` of
// a container becomes `destroy`, and whose health has the status behind the action, as in Docker:
// `health_status: healthy`.
[[nodiscard]] result<event> parse_event(std::string_view line);

// The longest text of an engine's error that is repeated.
inline constexpr std::size_t error_text_bytes_max = 1024;

// Why the engine did not do it, in its own words: the field `message` of a JSON body, else the
// body, else the reason phrase of the status line, as instead of a page of HTML. Bounded, valid
// UTF-8, never empty.
[[nodiscard]] std::string error_text(std::string_view body, std::string_view reason);

}  // namespace gantry::engine
