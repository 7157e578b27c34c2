#include "executor/engine/refusal_status.hpp"

#include "model/json.hpp"

namespace gantry::engine {
namespace {

constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int not_found = 404;
constexpr int conflict = 409;
constexpr int server_error = 500;
constexpr int bad_gateway = 502;
constexpr int gateway_timeout = 504;

int proxys_status(int status) {
  return status == unauthorized || status == not_found ? forbidden : status;
}

}  // namespace

int refusal_status(int status, std::string_view body) {
  const auto root = json::parse(body);
  if (!root || !root->IsObject()) return proxys_status(status);
  const auto message = json::find_string(*root, "message");
  if (status == not_found && message && *message == "page not found") return forbidden;
  if (status >= bad_gateway && status <= gateway_timeout) return server_error;
  if (status != server_error) return status;
  const auto cause = json::find_string(*root, "cause");
  if (!cause) return status;
  const bool state = *cause == "container state improper";
  const bool name = *cause == "that name is already in use";
  return state || name ? conflict : status;
}

}  // namespace gantry::engine
