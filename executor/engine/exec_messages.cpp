#include "executor/engine/exec_messages.hpp"

#include "executor/engine/json_fields.hpp"
#include "executor/engine/url.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::engine {

api_request exec_create_request(std::string_view id, const exec_spec& spec) {
  json::object body;
  body.set("AttachStdin", false).set("AttachStdout", true).set("AttachStderr", true);
  body.set("Tty", false).set_list("Cmd", spec.command);
  if (!spec.user.empty()) body.set("User", spec.user);
  if (!spec.working_dir.empty()) body.set("WorkingDir", spec.working_dir);
  std::vector<std::string> environment;
  environment.reserve(spec.environment.size());
  for (const auto& [name, value] : spec.environment) {
    std::string& each = environment.emplace_back(name);
    each.append("=").append(value);
  }
  if (!environment.empty()) body.set_list("Env", environment);
  api_request out{"exec in " + short_id(id), "POST", "/containers/" + percent_encode(id) + "/exec"};
  out.body = body.to_text().bytes;
  return out;
}

// Without the headers of an upgrade the engine answers 200, and the output is the body up to the
// end of the connection: nothing is to be sent, and every proxy lets it through.
api_request exec_start_request(std::string_view exec_id) {
  api_request out{"start of exec", "POST", "/exec/" + percent_encode(exec_id) + "/start"};
  out.body = R"({"Detach":false,"Tty":false})";
  return out;
}

api_request exec_inspect_request(std::string_view exec_id) {
  return {"end of exec", "GET", "/exec/" + percent_encode(exec_id) + "/json"};
}

result<std::string> parse_exec_id(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("answer to exec", root.error().message);
  std::string id = string_at(*root, "Id");
  if (id.empty()) return not_understood("answer to exec", "it has no Id");
  return id;
}

result<exec_state> parse_exec_state(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("description of an exec", root.error().message);
  const json::value& running = member(*root, "Running");
  if (!running.IsBool()) return not_understood("description of an exec", "it has no Running");
  return exec_state{running.GetBool(), integer_at(*root, "ExitCode")};
}

}  // namespace gantry::engine
