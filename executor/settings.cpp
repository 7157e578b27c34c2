#include "executor/settings.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

namespace gantry {
namespace {

using problem = std::optional<std::string>;
using store_function = decltype(setting::store);

// The types are checked before a setting is stored.
template <typename T>
const T& as(const setting_value& value) {
  return std::get<T>(value);
}

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
store_function integer_into(Member member, std::int64_t least, std::int64_t most) {
  return [=](config& out, const setting_value& value) -> problem {
    const std::int64_t number = as<std::int64_t>(value);
    if (number < least || number > most) {
      return "must be from " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
             std::to_string(number);
    }
    std::invoke(member, out) = number;
    return std::nullopt;
  };
}

problem store_port(config& out, const setting_value& value) {
  const std::int64_t port = as<std::int64_t>(value);
  if (port < 1 || port > 65'535) return "a port is from 1 to 65535, not " + std::to_string(port);
  out.core.port = static_cast<std::uint16_t>(port);
  return std::nullopt;
}

problem store_rate(config& out, const setting_value& value) {
  const double rate = as<double>(value);
  if (!(rate >= 1 && rate <= 10'000)) return "must be from 1 to 10000";
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

problem store_service(config& out, const setting_value& value) {
  const auto& id = as<std::string>(value);
  if (id != model::id_segment(id) || id.empty()) {
    return "may hold letters, digits, '.', '_' and '-' only";
  }
  out.service_id = id;
  return std::nullopt;
}

problem store_level(config& out, const setting_value& value) {
  const auto& level = as<std::string>(value);
  if (level != "debug" && level != "info" && level != "warning" && level != "error") {
    return "must be debug, info, warning or error, not \"" + level + "\"";
  }
  out.log_level = level;
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

std::vector<setting> make_settings() {
  using enum setting_type;
  return {
      {"core.server",
       {"RSHIP_SERVER", "RSHIP_ADDRESS"},
       "--server",
       text,
       "the core: host, host:port, [v6]:port, ws://..., wss://..., or several with commas",
       text_into(core(&core_config::server))},
      {"core.port",
       {"MYKO_PORT", "RSHIP_PORT"},
       "--port",
       integer,
       "the core's port where the server names none",
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
      {"engine.host",
       {"DOCKER_HOST"},
       "--engine",
       text,
       "the container engine: unix:///path or tcp://host:port (default: the usual sockets)",
       text_into(&config::engine_host)},
      {"service.id",
       {"GANTRY_SERVICE_ID"},
       "--service-id",
       text,
       "unique among all executors of the core (default gantry-HOST)",
       store_service},
      {"service.color",
       {"GANTRY_COLOR"},
       "--color",
       text,
       "colour of the instance in the UI (default #0f766e)",
       store_color},
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
      {"output.pulses_per_second",
       {"GANTRY_PULSES_PER_SECOND"},
       "--pulses-per-second",
       number,
       "most pulses of one emitter; lines beyond it are combined (default 60)",
       store_rate},
      {"output.line_bytes_max",
       {"GANTRY_LINE_BYTES_MAX"},
       "--line-bytes-max",
       integer,
       "a longer line is cut and marked (default 1 MiB)",
       integer_into(&config::line_bytes_max, 1 << 10, 16 << 20)},
      {"output.queue_bytes_max",
       {"GANTRY_QUEUE_BYTES_MAX"},
       "--queue-bytes-max",
       integer,
       "pulses kept for the core; above it reading pauses (default 64 MiB)",
       integer_into(&config::queue_bytes_max, 1 << 20, std::int64_t{4} << 30)},
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
  };
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <typename Number>
std::variant<setting_value, std::string> read_number(setting_type type, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return "must be " + std::string(describe(type)) + ", not \"" + std::string(text) + "\"";
  }
  return setting_value(number);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const auto comma = text.find(',');
    if (const auto part = trimmed(text.substr(0, comma)); !part.empty()) out.emplace_back(part);
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::span<const setting> all_settings() {
  static const std::vector<setting> settings = make_settings();
  return settings;
}

std::variant<setting_value, std::string> read_setting(setting_type type, std::string_view text) {
  text = trimmed(text);
  switch (type) {
    case setting_type::text:
      return setting_value(std::string(text));
    case setting_type::integer:
      return read_number<std::int64_t>(type, text);
    case setting_type::number:
      return read_number<double>(type, text);
    case setting_type::list:
      return setting_value(split(text));
    case setting_type::toggle:
      if (text == "true" || text == "1" || text == "yes") return setting_value(true);
      if (text == "false" || text == "0" || text == "no") return setting_value(false);
      return "must be true or false, not \"" + std::string(text) + "\"";
  }
  return std::string("cannot be read");
}

std::string_view describe(setting_type type) {
  switch (type) {
    case setting_type::text:
      return "a text";
    case setting_type::integer:
      return "a whole number";
    case setting_type::number:
      return "a number";
    case setting_type::toggle:
      return "true or false";
    case setting_type::list:
      return "a list of texts";
  }
  return "a value";
}

}  // namespace gantry
