#include "executor/slots/slot_spec.hpp"

#include <cctype>

#include "executor/slots/labels.hpp"

namespace gantry::slots {
namespace {

// Rotation overtakes readers, and json-file knows no word for "never": 10^15 bytes come close. It
// has to be said, since the engine's configuration may have a limit of its own.
engine::log_config unrotated_log() {
  return {.driver = "json-file", .options = {{"max-size", "1000t"}}};
}

// "root", "0", "0:0", ...; the image's user may be root, too.
bool may_be_root(const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "root" || name.find_first_not_of('0') == std::string::npos;
}

bool is_in_group_root(const std::string& user) {
  const auto colon = user.find(':');
  return colon != std::string::npos && may_be_root(user.substr(colon + 1));
}

std::string words_of(const engine::container_mount& mount) {
  const bool is_bind = mount.type == engine::container_mount::kind::bind;
  return "mounts " + std::string(is_bind ? "" : "volume ") + mount.source + " at " + mount.target +
         (mount.read_only ? " (read only)" : " (writable)");
}

}  // namespace

engine::container_spec spec_of(const slot_template& slot, const run_identity& who,
                               const json::text& input) {
  engine::container_spec out;
  out.name = container_name(who);
  out.image = slot.image;
  out.entrypoint = slot.entrypoint;
  out.command = slot.command;
  out.environment = slot.environment;
  out.environment["GANTRY_SLOT"] = slot.name;
  out.environment["GANTRY_RUN"] = who.run;
  if (input.bytes.size() <= environment_input_bytes_max) {
    out.environment["GANTRY_INPUT"] = input.bytes;
  }
  out.labels = {{std::string(slot_label), slot.name},
                {std::string(run_label), who.run},
                {std::string(service_label), who.service}};
  out.user = slot.user;
  out.working_dir = slot.working_dir;

  out.mounts = slot.mounts;
  if (slot.tmp_bytes > 0) {
    out.tmpfs["/tmp"] = "rw,noexec,nosuid,nodev,mode=1777,size=" + std::to_string(slot.tmp_bytes);
  }
  out.network_mode = slot.network;
  out.cap_drop = {"ALL"};
  out.cap_add = slot.cap_add;
  if (slot.no_new_privileges) out.security_opt = {"no-new-privileges"};
  out.read_only_root = slot.read_only_root;
  // Programs that know nothing of being the first process leave zombies and ignore SIGTERM.
  out.init = true;

  if (slot.pids > 0) out.pids_limit = slot.pids;
  if (slot.memory_bytes > 0) out.memory_bytes = static_cast<std::int64_t>(slot.memory_bytes);
  if (slot.cpus > 0) out.cpus = slot.cpus;

  out.open_stdin = true;
  out.stdin_once = true;
  out.log = unrotated_log();
  out.stop_grace = slot.stop_grace;
  return out;
}

std::vector<std::string> relaxations(const slot_template& slot) {
  std::vector<std::string> out;
  if (slot.user.empty()) {
    out.emplace_back("user: the image's, which may be root");
  } else if (may_be_root(slot.user)) {
    out.emplace_back("user: root");
  } else if (is_in_group_root(slot.user)) {
    out.emplace_back("group: root");
  }
  if (slot.network != "none") out.push_back("network " + slot.network);
  if (slot.memory_bytes == 0) out.emplace_back("memory: no limit");
  if (slot.cpus <= 0) out.emplace_back("cpus: no limit");
  if (slot.pids <= 0) out.emplace_back("pids: no limit");
  if (!slot.read_only_root) out.emplace_back("root of the container can be written");
  if (!slot.no_new_privileges) out.emplace_back("programs may gain new privileges");
  for (const std::string& each : slot.cap_add) {
    out.push_back(each == "ALL" ? "every capability" : "capability " + each);
  }
  for (const engine::container_mount& each : slot.mounts) out.push_back(words_of(each));
  return out;
}

}  // namespace gantry::slots
