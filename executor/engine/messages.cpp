#include "executor/engine/messages.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "executor/engine/json_fields.hpp"
#include "executor/engine/utf8.hpp"
#include "model/json.hpp"
#include "myko/printable.hpp"

namespace gantry::engine {
namespace {

container_state parse_state(std::string_view text) {
  if (text == "created") return container_state::created;
  if (text == "running") return container_state::running;
  if (text == "paused") return container_state::paused;
  if (text == "restarting") return container_state::restarting;
  if (text == "removing") return container_state::removing;
  if (text == "dead") return container_state::dead;
  // Podman's own states, where its compatible API lets them through.
  if (text == "configured") return container_state::created;
  if (text == "stopping") return container_state::running;
  // "exited", Podman's "stopped" and "initialized" (on its way to each run), and states yet to be
  // invented: one that we do not know is not said to run, since that is what people rely on.
  return container_state::exited;
}

// HTML or XML, as proxies answer in: for browsers, and not for a line of words.
bool is_page(std::string_view trimmed) {
  constexpr std::size_t looked_at = 512;
  if (trimmed.starts_with('<')) return true;
  std::string begin(trimmed.substr(0, looked_at));
  std::ranges::transform(begin, begin.begin(),
                         [](unsigned char each) { return std::tolower(each); });
  return begin.find("<html") != std::string::npos || begin.find("<body") != std::string::npos;
}

std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

// Docker and Podman give no other names. One from elsewhere must not look like a line of a log of
// ours, nor be of any length; its container's id tells it from others that look alike then.
std::string usable_name(std::string_view name, std::string_view id) {
  constexpr std::size_t bytes_max = 200;
  if (name.empty() || is_plain_name(name)) return std::string(name);
  return myko::printable(name, bytes_max) + "-" + std::string(id.substr(0, 12));
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

std::string image_at(const json::value& object) {
  return cut_utf8(string_at(object, "Image"), label_bytes_max);
}

container_summary summary_of(const json::value& row) {
  container_summary out;
  out.id = string_at(row, "Id");
  out.name = usable_name(own_name(member(row, "Names")), out.id);
  out.image = image_at(row);
  out.labels = strings(member(row, "Labels"));
  out.state = parse_state(string_at(row, "State"));
  out.created = integer_at(row, "Created");
  return out;
}

std::optional<health_status> parse_health(std::string_view text) {
  for (const health_status each :
       {health_status::starting, health_status::healthy, health_status::unhealthy}) {
    if (text == to_string(each)) return each;
  }
  return std::nullopt;  // "none", or empty: there is no health check
}

std::optional<container_health> health_of(const json::value& state) {
  const json::value& docker = member(state, "Health");
  // Podman before 4.0 had a name of its own for it.
  const json::value& health = docker.IsObject() ? docker : member(state, "Healthcheck");
  const auto status = parse_health(string_at(health, "Status"));
  if (!status) return std::nullopt;
  container_health out;
  out.status = *status;
  out.failing_streak = std::max(int_at(health, "FailingStreak"), 0);
  // Docker's word for one that is not checked at the moment: it is paused, or has ended.
  if (out.status == health_status::unhealthy && out.failing_streak == 0) return std::nullopt;
  const json::value& probes = member(health, "Log");
  if (!probes.IsArray() || probes.Empty()) return out;
  const json::value& last = *(probes.End() - 1);
  out.last_exit_code = int_at(last, "ExitCode");
  out.last_output = string_at(last, "Output");
  return out;
}

// Docker before 1.13, and clients that set nothing, mean "no" by an empty name.
std::string restart_policy_of(const json::value& host) {
  const json::value& policy = member(host, "RestartPolicy");
  if (!policy.IsObject()) return "";
  std::string name = string_at(policy, "Name");
  return name.empty() ? "no" : name;
}

// Of one that never ran it is 0, or is left out. Any other value than a number is no exit code, and
// none that 0 would stand for.
std::optional<int> exit_code_of(const json::value& state) {
  const json::value* found = json::find(state, "ExitCode");
  if (found == nullptr || found->IsNull()) return 0;
  if (!found->IsInt64() || !std::in_range<int>(found->GetInt64())) return std::nullopt;
  return static_cast<int>(found->GetInt64());
}

container_details details_of(const json::value& root) {
  const json::value& config = member(root, "Config");
  const json::value& host = member(root, "HostConfig");
  const json::value& state = member(root, "State");
  container_details out;
  out.summary.id = string_at(root, "Id");
  out.summary.name =
      usable_name(without_slash(json::find_string(root, "Name").value_or("")), out.summary.id);
  out.summary.image = image_at(config);
  out.summary.labels = strings(member(config, "Labels"));
  out.summary.state = parse_state(string_at(state, "Status"));
  out.summary.created = time_at(root, "Created") / nanos_per_second;
  out.tty = flag_at(config, "Tty");
  out.auto_remove = flag_at(host, "AutoRemove");
  out.log_driver = string_at(member(host, "LogConfig"), "Type");
  out.stop_signal = string_at(config, "StopSignal");
  out.started_at = time_at(state, "StartedAt");
  out.finished_at = time_at(state, "FinishedAt");
  out.exit_code = exit_code_of(state);
  out.oom_killed = flag_at(state, "OOMKilled");
  out.error = string_at(state, "Error");
  out.open_stdin = flag_at(config, "OpenStdin");
  out.stdin_once = flag_at(config, "StdinOnce");
  out.pid = std::max(int_at(state, "Pid"), 0);
  out.restart_policy = restart_policy_of(host);
  out.restart_count = std::max(int_at(root, "RestartCount"), 0);
  out.health = health_of(state);
  return out;
}

// The first field that is there: its present name, then the one that old engines use.
std::string either(const json::value& object, std::string_view key, const json::value& old,
                   std::string_view old_key) {
  std::string out = string_at(object, key);
  return out.empty() ? string_at(old, old_key) : out;
}

// Podman's own ways of saying what Docker says.
void make_alike(const json::value& root, event& out) {
  if (out.action == "died") out.action = "die";
  // Its health_status has the status in a field of its own.
  if (out.action == "health_status") {
    const auto attribute = out.attributes.find("health_status");
    const std::string status =
        attribute != out.attributes.end() ? attribute->second : string_at(root, "HealthStatus");
    if (!status.empty()) out.action += ": " + status;
  }
  if (out.action == "remove" && out.type == "container") out.action = "destroy";
  const auto exit_code = out.attributes.find("containerExitCode");
  if (exit_code != out.attributes.end()) out.attributes.emplace("exitCode", exit_code->second);
  const auto name = out.attributes.find("name");
  if (name != out.attributes.end()) name->second = usable_name(name->second, out.id);
}

// The string behind a key, as far as it is there, of what cannot be read as JSON. Inside of a
// string a quotation mark is escaped, so that this is a key wherever it stands.
std::string text_behind(std::string_view text, std::string_view key) {
  const std::size_t found = text.find(key);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = text.substr(found + key.size());
  return std::string(rest.substr(0, rest.find('"')));
}

void trim(std::string_view& text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
}

}  // namespace

result<container_summary> parse_list_entry(std::string_view text) {
  const auto root = json::parse(text);
  if (!root) return not_understood("list of containers", root.error().message);
  container_summary out = summary_of(*root);
  if (!is_plain_name(out.id)) return not_understood("list of containers", "an entry has no Id");
  return out;
}

container_summary unread_entry(std::string_view begin) {
  container_summary out;
  out.is_unread = true;
  out.id = text_behind(begin, R"("Id":")");
  if (!is_plain_name(out.id)) out.id.clear();
  return out;
}

result<container_details> parse_inspect(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("description of a container", root.error().message);
  container_details out = details_of(*root);
  if (!is_plain_name(out.summary.id))
    return not_understood("description of a container", "it has no Id");
  return out;
}

result<container_hardening> parse_hardening(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("description of a container", root.error().message);
  const json::value& host = member(*root, "HostConfig");
  if (!host.IsObject()) return not_understood("description of a container", "no HostConfig");
  container_hardening out;
  out.user = string_at(member(*root, "Config"), "User");
  out.cap_drop = string_list(member(host, "CapDrop"));
  out.cap_add = string_list(member(host, "CapAdd"));
  out.security_opt = string_list(member(host, "SecurityOpt"));
  out.tmpfs = strings(member(host, "Tmpfs"));
  out.network_mode = string_at(host, "NetworkMode");
  out.privileged = flag_at(host, "Privileged");
  out.read_only_root = flag_at(host, "ReadonlyRootfs");
  out.pids_limit = std::max<std::int64_t>(integer_at(host, "PidsLimit"), 0);  // -1: no limit
  out.memory_bytes = integer_at(host, "Memory");
  out.nano_cpus = integer_at(host, "NanoCpus");
  return out;
}

result<created_container> parse_created(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("answer to create", root.error().message);
  created_container out;
  out.id = string_at(*root, "Id");
  if (!is_plain_name(out.id)) return not_understood("answer to create", "it has no Id");
  out.warnings = string_list(member(*root, "Warnings"));
  return out;
}

result<container_exit> parse_wait(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("answer to wait", root.error().message);
  const json::value& code = member(*root, "StatusCode");
  if (!code.IsInt64()) return not_understood("answer to wait", "it has no StatusCode");
  container_exit out;
  out.code = code.GetInt64();
  out.error = string_at(member(*root, "Error"), "Message");
  return out;
}

result<engine_info> parse_info(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("description of itself", root.error().message);
  const auto number = [&](std::string_view key) { return std::max(int_at(*root, key), 0); };
  engine_info out;
  out.name = string_at(*root, "Name");
  out.version = string_at(*root, "ServerVersion");
  out.os = string_at(*root, "OSType");
  out.architecture = string_at(*root, "Architecture");
  out.system = string_at(*root, "OperatingSystem");
  out.kernel = string_at(*root, "KernelVersion");
  out.cgroup_version = string_at(*root, "CgroupVersion");
  out.containers_running = number("ContainersRunning");
  out.containers_paused = number("ContainersPaused");
  out.containers_stopped = number("ContainersStopped");
  out.images = number("Images");
  out.cpus = number("NCPU");
  out.memory_bytes = std::max<std::int64_t>(integer_at(*root, "MemTotal"), 0);
  if (out.version.empty()) return not_understood("description of itself", "no ServerVersion");
  return out;
}

result<api_version> parse_oldest_version(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("version", root.error().message);
  const auto oldest = parse_api_version(string_at(*root, "MinAPIVersion"));
  if (!oldest) return not_understood("version", "it has no MinAPIVersion");
  return *oldest;
}

result<event> parse_event(std::string_view line) {
  const auto root = json::parse(line);
  if (!root) return not_understood("event", root.error().message);
  const json::value& actor = member(*root, "Actor");
  event out;
  out.type = string_at(*root, "Type");
  out.action = either(*root, "Action", *root, "status");
  out.id = either(actor, "ID", *root, "id");
  out.attributes = strings(member(actor, "Attributes"));
  out.time = nanos_at(*root, "timeNano");
  if (out.time == 0) out.time = seconds_at(*root, "time");
  if (out.action.empty()) return not_understood("event", "it has no Action");
  if (out.type.empty()) out.type = "container";  // before Docker 1.10 there were no others
  if (!out.id.empty() && out.type == "container" && !is_plain_name(out.id))
    return not_understood("event", "its ID is none of a container");
  make_alike(*root, out);
  return out;
}

event unread_event(std::string_view text) {
  event out;
  out.is_unread = true;
  constexpr std::string_view key = R"("timeNano":)";
  const std::size_t found = text.rfind(key);
  if (found == std::string_view::npos) return out;
  const char* const begin = text.data() + found + key.size();
  timestamp time = 0;
  if (std::from_chars(begin, text.data() + text.size(), time).ec == std::errc())
    out.time = std::clamp<timestamp>(time, 0, time_max);
  return out;
}

std::string action_in(std::string_view begin) {
  const std::string out = text_behind(begin, R"("Action":")");
  return out.substr(0, out.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"));
}

std::string error_text(std::string_view body, std::string_view reason) {
  std::string_view text = body;
  const auto root = json::parse(body);
  trim(text);
  // What is JSON and says nothing to people may be anything of the engine's, secrets included.
  if (text.starts_with('{') || text.starts_with('[')) text = {};
  if (root) {
    if (const auto message = json::find_string(*root, "message")) text = *message;
  }
  trim(text);
  if (text.empty() || is_page(text)) text = reason;
  if (text.empty()) return "no reason given";
  std::string out = visible_utf8(text.substr(0, error_text_bytes_max));
  if (text.size() > error_text_bytes_max) out += "...";
  return out;
}

}  // namespace gantry::engine
