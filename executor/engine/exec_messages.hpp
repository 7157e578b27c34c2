// Programs inside containers: what is asked, and what the engine answers.
//
// Source: Docker Engine API, section Exec.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "executor/engine/exec_types.hpp"
#include "executor/engine/requests.hpp"
#include "model/result.hpp"

namespace gantry::engine {

[[nodiscard]] api_request exec_create_request(std::string_view id, const exec_spec& spec);
[[nodiscard]] api_request exec_start_request(std::string_view exec_id);
[[nodiscard]] api_request exec_inspect_request(std::string_view exec_id);

struct exec_state {
  bool running = false;
  std::int64_t exit_code = 0;  // once it does not run
};

// Both fail with bad_response.
[[nodiscard]] result<std::string> parse_exec_id(std::string_view body);
[[nodiscard]] result<exec_state> parse_exec_state(std::string_view body);

}  // namespace gantry::engine
