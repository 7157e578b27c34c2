#include "executor/engine/create_body.hpp"

#include <cmath>

#include "model/json_object.hpp"

namespace gantry::engine {
namespace {

void set_text(json::object& out, std::string_view key, const std::string& value) {
  if (!value.empty()) out.set(key, value);
}

void set_list(json::object& out, std::string_view key, const std::vector<std::string>& values) {
  if (!values.empty()) out.set_list(key, values);
}

// Keys that are data, as opposed to the API's own names.
json::text map_text(const std::map<std::string, std::string>& values) {
  std::string out = "{";
  for (const auto& [key, value] : values) {
    if (out.size() > 1) out += ',';
    out.append(json::quoted(key)).append(":").append(json::quoted(value));
  }
  return {out + "}"};
}

std::vector<std::string> assignments(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> out;
  for (const auto& [name, value] : environment) {
    out.push_back(name);
    out.back().append("=").append(value);
  }
  return out;
}

json::text mount_text(const container_mount& mount) {
  json::object out;
  out.set("Target", mount.target).set("ReadOnly", mount.read_only);
  switch (mount.type) {
    case container_mount::kind::bind:
      out.set("Type", "bind").set("Source", mount.source);
      break;
    case container_mount::kind::volume:
      out.set("Type", "volume").set("Source", mount.source);
      break;
    case container_mount::kind::tmpfs:
      out.set("Type", "tmpfs");
      if (mount.tmpfs_bytes > 0) {
        json::object options;
        out.set("TmpfsOptions", options.set("SizeBytes", mount.tmpfs_bytes));
      }
      break;
  }
  return out.to_text();
}

json::text mounts_text(const std::vector<container_mount>& mounts) {
  std::string out = "[";
  for (const container_mount& each : mounts) {
    if (out.size() > 1) out += ',';
    out += mount_text(each).bytes;
  }
  return {out + "]"};
}

void set_limits(json::object& host, const container_spec& spec) {
  constexpr double nanos = 1e9;
  if (spec.pids_limit) host.set("PidsLimit", *spec.pids_limit);
  if (spec.memory_bytes) host.set("Memory", *spec.memory_bytes);
  if (spec.cpus) host.set("NanoCpus", std::int64_t{std::llround(*spec.cpus * nanos)});
}

json::object host_config(const container_spec& spec) {
  json::object out;
  json::object policy;
  out.set("AutoRemove", false).set("RestartPolicy", policy.set("Name", "no"));
  if (!spec.mounts.empty()) out.set("Mounts", mounts_text(spec.mounts));
  if (!spec.tmpfs.empty()) out.set("Tmpfs", map_text(spec.tmpfs));
  set_text(out, "NetworkMode", spec.network_mode);
  set_list(out, "CapDrop", spec.cap_drop);
  set_list(out, "CapAdd", spec.cap_add);
  set_list(out, "SecurityOpt", spec.security_opt);
  if (spec.read_only_root) out.set("ReadonlyRootfs", true);
  if (spec.init) out.set("Init", true);
  set_limits(out, spec);
  if (spec.log) {
    json::object log;
    log.set("Type", spec.log->driver).set("Config", map_text(spec.log->options));
    out.set("LogConfig", log);
  }
  return out;
}

}  // namespace

std::string create_body(const container_spec& spec) {
  json::object out;
  out.set("Image", spec.image).set("HostConfig", host_config(spec));
  if (spec.entrypoint) {
    // The engine takes an empty list for the image's, and a list of one empty string for none.
    const std::vector<std::string> none = {""};
    out.set_list("Entrypoint", spec.entrypoint->empty() ? none : *spec.entrypoint);
  }
  set_list(out, "Cmd", spec.command);
  set_list(out, "Env", assignments(spec.environment));
  if (!spec.labels.empty()) out.set("Labels", map_text(spec.labels));
  set_text(out, "User", spec.user);
  set_text(out, "WorkingDir", spec.working_dir);
  set_text(out, "Hostname", spec.hostname);
  if (spec.tty) out.set("Tty", true);
  if (spec.open_stdin) out.set("AttachStdin", true).set("OpenStdin", true);
  if (spec.open_stdin && spec.stdin_once) out.set("StdinOnce", true);
  set_text(out, "StopSignal", spec.stop_signal);
  if (spec.stop_grace) out.set("StopTimeout", std::int64_t{spec.stop_grace->count()});
  return out.to_text().bytes;
}

}  // namespace gantry::engine
