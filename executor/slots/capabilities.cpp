#include "executor/slots/capabilities.hpp"

#include <array>

namespace gantry::slots {

std::span<const std::string_view> all_capabilities() {
  static constexpr std::array<std::string_view, 41> names{
      "AUDIT_CONTROL",   "AUDIT_READ",   "AUDIT_WRITE",
      "BLOCK_SUSPEND",   "BPF",          "CHECKPOINT_RESTORE",
      "CHOWN",           "DAC_OVERRIDE", "DAC_READ_SEARCH",
      "FOWNER",          "FSETID",       "IPC_LOCK",
      "IPC_OWNER",       "KILL",         "LEASE",
      "LINUX_IMMUTABLE", "MAC_ADMIN",    "MAC_OVERRIDE",
      "MKNOD",           "NET_ADMIN",    "NET_BIND_SERVICE",
      "NET_BROADCAST",   "NET_RAW",      "PERFMON",
      "SETFCAP",         "SETGID",       "SETPCAP",
      "SETUID",          "SYS_ADMIN",    "SYS_BOOT",
      "SYS_CHROOT",      "SYS_MODULE",   "SYS_NICE",
      "SYS_PACCT",       "SYS_PTRACE",   "SYS_RAWIO",
      "SYS_RESOURCE",    "SYS_TIME",     "SYS_TTY_CONFIG",
      "SYSLOG",          "WAKE_ALARM"};
  return names;
}

}  // namespace gantry::slots
