#include "executor/engine/messages.hpp"

#include <algorithm>

#include "executor/engine/error.hpp"
#include "executor/engine/rfc3339.hpp"
#include "executor/engine/utf8.hpp"
#include "model/json.hpp"

namespace gantry::engine {
namespace {

constexpr std::int64_t nanos_per_second = 1'000'000'000;

failure not_understood(std::string_view what, std::string_view why) {
  return fault(errc::bad_response,
               "the engine's " + std::string(what) + " is not understood: " + std::string(why));
}

// Look-ups for fields that an engine may leave out: another type counts as missing.
std::string string_at(const json::value& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

std::int64_t integer_at(const json::value& object, std::string_view key) {
  const json::value* found = json::find(object, key);
  return found != nullptr && found->IsInt64() ? found->GetInt64() : 0;
}

bool flag_at(const json::value& object, std::string_view key) {
  const json::value* found = json::find(object, key);
  return found != nullptr && found->IsBool() && found->GetBool();
}

const json::value& member(const json::value& object, std::string_view key) {
  static const json::value null;
  const json::value* found = json::find(object, key);
  return found == nullptr ? null : *found;
}

std::map<std::string, std::string> strings(const json::value& object) {
  std::map<std::string, std::string> out;
  if (!object.IsObject()) return out;  // Go writes an empty map as null
  for (const auto& [name, value] : object.GetObject()) {
    if (!value.IsString()) continue;
    out.emplace(std::string(name.GetString(), name.GetStringLength()),
                std::string(value.GetString(), value.GetStringLength()));
  }
  return out;
}

// "0001-01-01T00:00:00Z" is Go's way to say never.
timestamp time_at(const json::value& object, std::string_view key) {
  return parse_rfc3339(string_at(object, key)).value_or(0);
}

container_state parse_state(std::string_view text) {
  if (text == "created") return container_state::created;
  if (text == "running") return container_state::running;
  if (text == "paused") return container_state::paused;
  if (text == "restarting") return container_state::restarting;
  if (text == "removing") return container_state::removing;
  if (text == "dead") return container_state::dead;
  // Podman's own states, where its compatible API lets them through.
  if (text == "configured" || text == "initialized") return container_state::created;
  if (text == "stopping") return container_state::running;
  // "exited", Podman's "stopped", and states yet to be invented: one that we do not know is not
  // said to run, since that is what people rely on.
  return container_state::exited;
}

std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

// A container also has a name "/OTHER/ALIAS" for each legacy link that points to it.
std::string own_name(const json::value& names) {
  if (!names.IsArray()) return {};
  for (const json::value& each : names.GetArray()) {
    if (!each.IsString()) continue;
    const std::string_view name =
        without_slash(std::string_view(each.GetString(), each.GetStringLength()));
    if (name.find('/') == std::string_view::npos) return std::string(name);
  }
  return {};
}

container_summary summary_of(const json::value& row) {
  container_summary out;
  out.id = string_at(row, "Id");
  out.name = own_name(member(row, "Names"));
  out.image = string_at(row, "Image");
  out.labels = strings(member(row, "Labels"));
  out.state = parse_state(string_at(row, "State"));
  out.created = integer_at(row, "Created");
  return out;
}

container_details details_of(const json::value& root) {
  const json::value& config = member(root, "Config");
  const json::value& host = member(root, "HostConfig");
  const json::value& state = member(root, "State");
  container_details out;
  out.summary.id = string_at(root, "Id");
  out.summary.name = without_slash(json::find_string(root, "Name").value_or(""));
  out.summary.image = string_at(config, "Image");
  out.summary.labels = strings(member(config, "Labels"));
  out.summary.state = parse_state(string_at(state, "Status"));
  out.summary.created = time_at(root, "Created") / nanos_per_second;
  out.tty = flag_at(config, "Tty");
  out.auto_remove = flag_at(host, "AutoRemove");
  out.log_driver = string_at(member(host, "LogConfig"), "Type");
  out.stop_signal = string_at(config, "StopSignal");
  out.started_at = time_at(state, "StartedAt");
  out.finished_at = time_at(state, "FinishedAt");
  out.exit_code = static_cast<int>(integer_at(state, "ExitCode"));
  out.oom_killed = flag_at(state, "OOMKilled");
  out.error = string_at(state, "Error");
  return out;
}

// The first field that is there: its present name, then the one that old engines use.
std::string string_at(const json::value& object, std::string_view key, const json::value& old,
                      std::string_view old_key) {
  std::string out = string_at(object, key);
  return out.empty() ? string_at(old, old_key) : out;
}

void trim(std::string_view& text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace

result<std::vector<container_summary>> parse_list(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("list of containers", root.error().message);
  if (!root->IsArray()) return not_understood("list of containers", "it is no JSON array");
  std::vector<container_summary> out;
  for (const json::value& row : root->GetArray()) {
    out.push_back(summary_of(row));
    if (out.back().id.empty()) return not_understood("list of containers", "a row has no Id");
  }
  return out;
}

result<container_details> parse_inspect(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("description of a container", root.error().message);
  container_details out = details_of(*root);
  if (out.summary.id.empty()) return not_understood("description of a container", "it has no Id");
  return out;
}

result<event> parse_event(std::string_view line) {
  const auto root = json::parse(line);
  if (!root) return not_understood("event", root.error().message);
  const json::value& actor = member(*root, "Actor");
  event out;
  out.type = string_at(*root, "Type");
  out.action = string_at(*root, "Action", *root, "status");
  out.id = string_at(actor, "ID", *root, "id");
  out.attributes = strings(member(actor, "Attributes"));
  out.time = integer_at(*root, "timeNano");
  if (out.time == 0) out.time = integer_at(*root, "time") * nanos_per_second;
  if (out.action.empty() || out.id.empty())
    return not_understood("event", "it has no Action or ID");
  if (out.type.empty()) out.type = "container";  // before Docker 1.10 there were no others
  if (out.action == "died") out.action = "die";
  if (out.action == "remove" && out.type == "container") out.action = "destroy";
  const auto podman_exit_code = out.attributes.find("containerExitCode");
  if (podman_exit_code != out.attributes.end()) {
    out.attributes.emplace("exitCode", podman_exit_code->second);
  }
  return out;
}

std::string error_text(std::string_view body, std::string_view reason) {
  std::string_view text = body;
  const auto root = json::parse(body);
  if (root) {
    if (const auto message = json::find_string(*root, "message")) text = *message;
  }
  trim(text);
  if (text.empty()) text = reason;
  if (text.empty()) return "no reason given";
  std::string out = visible_utf8(text.substr(0, error_text_bytes_max));
  if (text.size() > error_text_bytes_max) out += "...";
  return out;
}

}  // namespace gantry::engine
