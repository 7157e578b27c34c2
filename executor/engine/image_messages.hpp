// Images: what is asked, and what the engine answers.
//
// Source: Docker Engine API, section Images.
#pragma once

#include <optional>
#include <string_view>

#include "executor/engine/image_types.hpp"
#include "executor/engine/registry_login.hpp"
#include "executor/engine/requests.hpp"
#include "model/result.hpp"

namespace gantry::engine {

[[nodiscard]] api_request inspect_image_request(std::string_view image);
// Always of one tag or digest: without, the engine would pull all tags. Fails with refused when
// the reference is none, or the login no header's value.
[[nodiscard]] result<api_request> pull_request_of(const pull_request& wanted);

// Fails with bad_response.
[[nodiscard]] result<image_details> parse_image(std::string_view body);

// One line of a pull; nothing of a line that says nothing. Fails with engine_error when the line
// tells of an error, and with bad_response.
[[nodiscard]] result<std::optional<pull_progress>> parse_pull_line(std::string_view line);

}  // namespace gantry::engine
