// What the engine answers, from its JSON to our types: all wire names of the Engine API are here.
//
// Every function fails with bad_response.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/client.hpp"
#include "model/result.hpp"

namespace gantry::engine {

[[nodiscard]] result<std::vector<container_summary>> parse_list(std::string_view body);
[[nodiscard]] result<container_details> parse_inspect(std::string_view body);

// Reads Docker's events of all versions and Podman's, whose `died` becomes `die`, and whose
// `remove` of a container becomes `destroy`.
[[nodiscard]] result<event> parse_event(std::string_view line);

// The longest text of an engine's error that is repeated.
inline constexpr std::size_t error_text_bytes_max = 1024;

// Why the engine did not do it, in its own words: the field `message` of a JSON body, else the
// body, else the reason phrase of the status line. Bounded, valid UTF-8, never empty.
[[nodiscard]] std::string error_text(std::string_view body, std::string_view reason);

}  // namespace gantry::engine
