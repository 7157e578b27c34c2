#include "executor/engine/refusal_status.hpp"

#include "model/json.hpp"

namespace gantry::engine {
namespace {

constexpr int conflict = 409;
constexpr int server_error = 500;

}  // namespace

int refusal_status(int status, std::string_view body) {
  if (status != server_error) return status;
  const auto root = json::parse(body);
  if (!root || !root->IsObject()) return status;
  const auto cause = json::find_string(*root, "cause");
  if (!cause) return status;
  const bool state = *cause == "container state improper";
  const bool name = *cause == "that name is already in use";
  return state || name ? conflict : status;
}

}  // namespace gantry::engine
