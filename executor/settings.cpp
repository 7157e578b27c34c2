#include "executor/settings.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "executor/setting_checks.hpp"

namespace gantry {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using namespace setting_checks;

using store_function = decltype(setting::store);

template <typename Member>
store_function text_into(Member member) {
  return [member](config& out, const setting_value& value) -> problem {
    std::invoke(member, out) = as<std::string>(value);
    return std::nullopt;
  };
}

template <typename Member>
store_function toggle_into(Member member) {
  return [member](config& out, const setting_value& value) -> problem {
    std::invoke(member, out) = as<bool>(value);
    return std::nullopt;
  };
}

template <typename Member>
store_function list_into(Member member) {
  return [member](config& out, const setting_value& value) -> problem {
    std::invoke(member, out) = as<std::vector<std::string>>(value);
    return std::nullopt;
  };
}

template <typename Member>
store_function size_into(Member member, std::uint64_t least, std::uint64_t most) {
  return [=](config& out, const setting_value& value) -> problem {
    const auto size = as<std::uint64_t>(value);
    if (auto wrong = check_size(size, least, most)) return wrong;
    std::invoke(member, out) = size;
    return std::nullopt;
  };
}

template <typename Member>
store_function duration_into(Member member, milliseconds least, milliseconds most) {
  return [=](config& out, const setting_value& value) -> problem {
    const auto duration = as<milliseconds>(value);
    if (auto wrong = check_duration(duration, least, most)) return wrong;
    std::invoke(member, out) = duration;
    return std::nullopt;
  };
}

template <typename Member>
store_function limit_into(Member member, milliseconds least) {
  return [=](config& out, const setting_value& value) -> problem {
    const auto& limit = as<time_limit>(value);
    if (auto wrong = check_limit(limit, least)) return wrong;
    std::invoke(member, out) = limit;
    return std::nullopt;
  };
}

problem store_history(config& out, const setting_value& value) {
  const auto& history = as<fleet::output_history>(value);
  if (history.extent == fleet::history_extent::recent) {
    if (auto wrong = check_duration(history.age, 1ms, duration_max)) return wrong;
  }
  out.history = history;
  return std::nullopt;
}

problem store_port(config& out, const setting_value& value) {
  const std::int64_t port = as<std::int64_t>(value);
  if (port < 1 || port > 65'535) return "a port is from 1 to 65535, not " + std::to_string(port);
  out.core.port = static_cast<std::uint16_t>(port);
  return std::nullopt;
}

problem store_rate(config& out, const setting_value& value) {
  const double rate = as<double>(value);
  if (auto wrong = check_rate(rate)) return wrong;
  out.pulses_per_second = rate;
  return std::nullopt;
}

problem store_color(config& out, const setting_value& value) {
  const auto& color = as<std::string>(value);
  const bool good = color.size() == 7 && color[0] == '#' &&
                    color.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
  if (!good) return "must be a colour such as #0f766e";
  out.color = color;
  return std::nullopt;
}

store_function id_into(std::string config::*member) {
  return [member](config& out, const setting_value& value) -> problem {
    const auto& id = as<std::string>(value);
    if (id != model::id_segment(id) || id.empty()) {
      return "may hold letters, digits, '.', '_' and '-' only";
    }
    out.*member = id;
    return std::nullopt;
  };
}

problem store_machine_publish(config& out, const setting_value& value) {
  const auto& text = as<std::string>(value);
  if (text == "auto") {
    out.machine_publish = myko::machine_publishing::automatic;
  } else if (text == "always") {
    out.machine_publish = myko::machine_publishing::always;
  } else if (text == "never") {
    out.machine_publish = myko::machine_publishing::never;
  } else {
    return "must be auto, always or never" + but_not(text);
  }
  return std::nullopt;
}

problem store_level(config& out, const setting_value& value) {
  const auto& level = as<std::string>(value);
  if (level != "debug" && level != "info" && level != "warning" && level != "error") {
    return "must be debug, info, warning or error" + but_not(level);
  }
  out.log_level = level;
  return std::nullopt;
}

problem store_synchronous(config& out, const setting_value& value) {
  const auto& text = as<std::string>(value);
  if (text == "off") {
    out.outbox.synchronous = outbox::durability::off;
  } else if (text == "normal") {
    out.outbox.synchronous = outbox::durability::normal;
  } else if (text == "full") {
    out.outbox.synchronous = outbox::durability::full;
  } else {
    return "must be off, normal or full" + but_not(text);
  }
  return std::nullopt;
}

// Reaches a member of the core's part.
template <typename T>
auto core(T core_config::*member) {
  return [member](config& out) -> T& { return out.core.*member; };
}

auto chosen(std::vector<std::string> fleet::selection::*member) {
  return [member](config& out) -> std::vector<std::string>& { return out.containers.*member; };
}

template <typename T>
auto action_part(T fleet::action_rules::*member) {
  return [member](config& out) -> T& { return out.actions.*member; };
}

problem check_action_pattern(const std::string& pattern) {
  const auto colon = pattern.rfind(':');
  const std::string action = colon == std::string::npos ? "" : pattern.substr(colon + 1);
  const bool known = action.find_first_of("*?[") != std::string::npos || fleet::find_verb(action);
  if (known) return std::nullopt;
  return "names no action: write TARGET:ACTION, such as container/web*:exec";
}

store_function actions_into(std::vector<std::string> fleet::action_rules::*member) {
  return [member](config& out, const setting_value& value) -> problem {
    for (const std::string& each : as<std::vector<std::string>>(value)) {
      if (auto wrong = check_action_pattern(each)) return "\"" + each + "\" " + *wrong;
    }
    out.actions.*member = as<std::vector<std::string>>(value);
    return std::nullopt;
  };
}

template <typename T>
auto outbox_part(T outbox_config::*member) {
  return [member](config& out) -> T& { return out.outbox.*member; };
}

template <typename T>
auto stats_part(T fleet::stats_config::*member) {
  return [member](config& out) -> T& { return out.stats.*member; };
}

std::vector<setting> make_settings() {
  using enum setting_type;
  return {
      {"core.server",
       {"RSHIP_SERVER", "RSHIP_ADDRESS", "RSHIP_URL"},
       "--server",
       text,
       "the core: host, host:port, [v6]:port, ws://..., wss://..., or several with commas "
       "(default localhost)",
       text_into(core(&core_config::server))},
      {"core.port",
       {"MYKO_PORT", "RSHIP_PORT"},
       "--port",
       integer,
       "the core's port where the server names none (default 80, then 5155; 443 for wss)",
       store_port},
      {"core.token_file",
       {"GANTRY_TOKEN_FILE"},
       "--token-file",
       text,
       "file with a bearer token for the core",
       text_into(core(&core_config::token_file))},
      {"core.ca_file",
       {"GANTRY_CA_FILE"},
       "--ca-file",
       text,
       "PEM file of the authority that a wss core's certificate must come from",
       text_into(core(&core_config::ca_file))},
      {"core.certificate_file",
       {"GANTRY_CERTIFICATE_FILE"},
       "--certificate-file",
       text,
       "PEM file of our own certificate, for a core that asks for one",
       text_into(core(&core_config::certificate_file))},
      {"core.key_file",
       {"GANTRY_KEY_FILE"},
       "--key-file",
       text,
       "PEM file of its key",
       text_into(core(&core_config::key_file))},
      {"core.verify",
       {"GANTRY_VERIFY"},
       "--verify",
       toggle,
       "check a wss core's certificate and host name (default true)",
       toggle_into(core(&core_config::verify))},
      {"core.compress",
       {"GANTRY_COMPRESS"},
       "--compress",
       toggle,
       "offer permessage-deflate to the core (default false)",
       toggle_into(core(&core_config::compress))},
      {"core.schema_descriptions",
       {"GANTRY_SCHEMA_DESCRIPTIONS"},
       "--schema-descriptions",
       toggle,
       "publish descriptions of inputs and outputs beside their titles (default false)",
       toggle_into(core(&core_config::schema_descriptions))},
      {"core.frame_bytes_max",
       {"GANTRY_FRAME_BYTES_MAX"},
       "--frame-bytes-max",
       size,
       "the largest message that the core takes; pulses are cut to it (default 15MiB)",
       size_into(core(&core_config::frame_bytes_max), 64 * kib, 64 * mib)},
      {"engine.host",
       {"DOCKER_HOST"},
       "--engine",
       text,
       "the container engine: unix:///path, tcp://host:port, or auto: the usual sockets "
       "(default auto)",
       text_into(&config::engine_host)},
      {"engine.start_podman",
       {"GANTRY_START_PODMAN"},
       "--start-podman",
       toggle,
       "with auto: start podman system service where there is no socket (default true)",
       toggle_into(&config::start_podman)},
      {"service.id",
       {"GANTRY_SERVICE_ID"},
       "--service-id",
       text,
       "unique among all executors of the core (default gantry-HOST)",
       id_into(&config::service_id)},
      {"service.color",
       {"GANTRY_COLOR"},
       "--color",
       text,
       "colour of the instance in the UI (default #0f766e)",
       store_color},
      {"machine.id",
       {"GANTRY_MACHINE_ID"},
       "--machine-id",
       text,
       "of this host, the same for all executors on it (default the host's name)",
       id_into(&config::machine_id)},
      {"machine.publish",
       {"GANTRY_MACHINE_PUBLISH"},
       "--machine-publish",
       text,
       "auto: only where the core has no row of this machine, or one as gantry left it; always; "
       "never (default auto)",
       store_machine_publish},
      {"containers.names",
       {"GANTRY_NAMES"},
       "--names",
       list,
       "publish only containers whose name fits one of these patterns (* ? [abc])",
       list_into(chosen(&fleet::selection::names))},
      {"containers.labels",
       {"GANTRY_LABELS"},
       "--labels",
       list,
       "... that have one of these labels, key or key=value",
       list_into(chosen(&fleet::selection::labels))},
      {"containers.images",
       {"GANTRY_IMAGES"},
       "--images",
       list,
       "... whose image fits one of these",
       list_into(chosen(&fleet::selection::images))},
      {"containers.projects",
       {"GANTRY_PROJECTS"},
       "--projects",
       list,
       "... whose compose project fits one of these",
       list_into(chosen(&fleet::selection::projects))},
      {"containers.history",
       {"GANTRY_HISTORY"},
       "--history",
       history,
       "output told of a container that already runs when it is seen the first time: none, all, or "
       "that of a duration (default none)",
       store_history},
      {"containers.forget_after",
       {"GANTRY_FORGET_AFTER"},
       "--forget-after",
       time_limit,
       "a target whose container is gone is deleted from the core after this, or never "
       "(default 30d)",
       limit_into(&config::forget_after, 1min)},
      {"actions.read_only",
       {"GANTRY_READ_ONLY"},
       "--read-only",
       toggle,
       "publish emitters and no actions (default false)",
       toggle_into(action_part(&fleet::action_rules::read_only))},
      {"actions.allow",
       {"GANTRY_ALLOW"},
       "--allow",
       list,
       "patterns of TARGET:ACTION that are there beside the safe ones, such as "
       "container/web*:exec",
       actions_into(&fleet::action_rules::allow)},
      {"actions.deny",
       {"GANTRY_DENY"},
       "--deny",
       list,
       "... that are not there, whatever else says so, such as container/db:*",
       actions_into(&fleet::action_rules::deny)},
      {"output.pulses_per_second",
       {"GANTRY_PULSES_PER_SECOND"},
       "--pulses-per-second",
       number,
       "most pulses of one emitter; lines beyond it are combined (default 60)",
       store_rate},
      {"output.combine",
       {"GANTRY_COMBINE"},
       "--combine",
       toggle,
       "combine lines that come faster than that; false: every line is a pulse of its own "
       "(default true)",
       toggle_into(&config::combine)},
      {"output.line_bytes_max",
       {"GANTRY_LINE_BYTES_MAX"},
       "--line-bytes-max",
       size,
       "a longer line is cut and marked (default 1MiB)",
       size_into(&config::line_bytes_max, kib, 16 * mib)},
      {"outbox.bytes_max",
       {"GANTRY_OUTBOX_BYTES_MAX"},
       "--outbox-bytes-max",
       size,
       "pulses kept on disk for the core; above it the oldest are dropped, with a notice in their "
       "emitters' streams (default 256MiB)",
       size_into(outbox_part(&outbox_config::bytes_max), mib, 64 * gib)},
      {"outbox.age_max",
       {"GANTRY_OUTBOX_AGE_MAX"},
       "--outbox-age-max",
       time_limit,
       "older pulses are dropped, with a notice (default never)",
       limit_into(outbox_part(&outbox_config::age_max), 1ms)},
      {"outbox.memory_bytes_max",
       {"GANTRY_OUTBOX_MEMORY_BYTES_MAX"},
       "--outbox-memory-bytes-max",
       size,
       "pulses held in memory on their way (default 8MiB)",
       size_into(outbox_part(&outbox_config::memory_bytes_max), mib, gib)},
      {"outbox.window_bytes",
       {"GANTRY_OUTBOX_WINDOW_BYTES"},
       "--outbox-window-bytes",
       size,
       "pulses sent and not yet acknowledged (default 1MiB)",
       size_into(outbox_part(&outbox_config::window_bytes), 64 * kib, 64 * mib)},
      {"outbox.commit_within",
       {"GANTRY_OUTBOX_COMMIT_WITHIN"},
       "--outbox-commit-within",
       duration,
       "lines wait at most so long to be written together (default 20ms)",
       duration_into(outbox_part(&outbox_config::commit_within), 1ms, 10s)},
      {"outbox.synchronous",
       {"GANTRY_OUTBOX_SYNCHRONOUS"},
       "--outbox-synchronous",
       text,
       "what pulses survive: off: a crash of gantry; normal: one of the machine too, but for the "
       "last moments; full: all of it (default full)",
       store_synchronous},
      {"log.level",
       {"GANTRY_LOG_LEVEL"},
       "--log-level",
       text,
       "debug, info, warning or error (default info)",
       store_level},
      {"state_dir",
       {"GANTRY_STATE_DIR"},
       "--state-dir",
       text,
       "folder for what is remembered (default /var/lib/gantry, or XDG's for a user)",
       text_into(&config::state_dir)},
      {"stats.containers",
       {"GANTRY_STATS"},
       "--stats",
       list,
       "containers whose use of CPU, memory, network and disks is told: patterns of targets such "
       "as "
       "container/web* (default none)",
       list_into(stats_part(&fleet::stats_config::containers))},
      {"stats.every",
       {"GANTRY_STATS_EVERY"},
       "--stats-every",
       duration,
       "... and how often (default 10s)",
       duration_into(stats_part(&fleet::stats_config::every), 1s, 1h)},
  };
}

}  // namespace

std::span<const setting> all_settings() {
  static const std::vector<setting> settings = make_settings();
  return settings;
}

std::span<const retired_setting> retired_settings() {
  static constexpr std::array<retired_setting, 1> settings{
      {{"output.queue_bytes_max", "GANTRY_QUEUE_BYTES_MAX", "--queue-bytes-max",
        "outbox.memory_bytes_max"}}};
  return settings;
}

}  // namespace gantry
