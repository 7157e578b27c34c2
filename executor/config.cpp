#include "executor/config.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <utility>

#include "executor/settings.hpp"

namespace gantry {
namespace {

// The outcome in the making.
struct loading {
  config_outcome out;
  std::map<std::string, std::string> places;  // by key: where its value comes from

  void blame(std::string where, std::string_view key, std::string what) {
    out.mistakes.push_back({std::move(where), std::string(key), std::move(what)});
  }
  void blame_value(std::string_view key, std::string what) {
    const auto place = places.find(std::string(key));
    blame(place == places.end() ? "" : place->second, key, std::move(what));
  }
  [[nodiscard]] bool is_blamed(std::string_view key) const {
    return std::any_of(out.mistakes.begin(), out.mistakes.end(),
                       [key](const config_mistake& each) { return each.key == key; });
  }
};

template <typename Setting>
const Setting* find_by_key(std::span<const Setting> settings, std::string_view key) {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [key](const Setting& each) { return each.key == key; });
  return found == settings.end() ? nullptr : &*found;
}

std::string is_retired(const retired_setting& setting) {
  return "is there no more: set " + std::string(setting.instead) + " instead";
}

void store(const setting& setting, const setting_value& value, const std::string& where,
           loading& in) {
  in.places.insert_or_assign(std::string(setting.key), where);
  if (auto problem = setting.store(in.out.config, value)) in.blame(where, setting.key, *problem);
}

void store_text(const setting& setting, const std::string& text, const std::string& where,
                loading& in) {
  auto read = read_setting(setting.type, text);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    in.blame(where, setting.key, *problem);
  } else {
    store(setting, std::get<setting_value>(read), where, in);
  }
}

// ---- The file -------------------------------------------------------------------------------

std::optional<std::vector<std::string>> list_of(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& each : *array) {
    const auto* text = each.as_string();
    if (text == nullptr) return std::nullopt;
    out.push_back(text->get());
  }
  return out;
}

template <typename T>
std::optional<setting_value> exactly(const toml::node& node) {
  if (auto value = node.value_exact<T>()) return setting_value(*value);
  return std::nullopt;
}

std::optional<setting_value> plain_value(setting_type type, const toml::node& node) {
  switch (type) {
    case setting_type::text:
      return exactly<std::string>(node);
    case setting_type::integer:
      return exactly<std::int64_t>(node);
    case setting_type::number:
      if (auto number = node.value<double>()) return setting_value(*number);
      return std::nullopt;
    case setting_type::toggle:
      return exactly<bool>(node);
    case setting_type::list:
      if (auto list = list_of(node)) return setting_value(*list);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// Of what takes a unit: a text, and for bytes a whole number, too.
std::optional<std::string> text_with_unit(setting_type type, const toml::node& node) {
  if (type == setting_type::size && node.is_integer()) {
    return std::to_string(node.as_integer()->get());
  }
  const bool takes_unit = type == setting_type::size || type == setting_type::duration ||
                          type == setting_type::time_limit || type == setting_type::history;
  return takes_unit ? node.value_exact<std::string>() : std::nullopt;
}

// The reason, where the node is of another type.
std::variant<setting_value, std::string> value_of(setting_type type, const toml::node& node) {
  if (const auto text = text_with_unit(type, node)) return read_setting(type, *text);
  if (auto value = plain_value(type, node)) return *std::move(value);
  return "must be " + std::string(describe(type));
}

std::string place(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line);
}

bool is_table_of_settings(std::string_view key) {
  return std::any_of(all_settings().begin(), all_settings().end(), [key](const setting& each) {
    return each.key.starts_with(key) && each.key.substr(key.size()).starts_with('.');
  });
}

void read_emitter(const toml::table& table, const std::string& file, loading& in) {
  fleet::emitter_rule rule;
  for (const auto& [name, node] : table) {
    const std::string key = "emitter." + std::string(name.str());
    const std::string where = place(file, node.source());
    const emitter_setting* found = find_by_key(all_emitter_settings(), name.str());
    if (found == nullptr) {
      in.blame(where, key, "there is no such key in a rule; see gantry --help");
      continue;
    }
    const auto value = value_of(found->type, node);
    if (const auto* problem = std::get_if<std::string>(&value)) {
      in.blame(where, key, *problem);
    } else if (auto refused = found->store(rule, std::get<setting_value>(value))) {
      in.blame(where, key, *refused);
    }
  }
  if (!table.contains("match")) {
    in.blame(place(file, table.source()), "emitter.match",
             "a rule has to say what it is for, such as container/web*:output");
  }
  if (rule.ttl && rule.delivery == fleet::delivery::latest) {
    in.blame(place(file, table.get("ttl")->source()), "emitter.ttl",
             "is for queued pulses only: of the latest, a newer one takes the place");
  }
  in.out.config.emitters.push_back(std::move(rule));
}

void read_emitters(const toml::node& node, const std::string& file, loading& in) {
  const toml::array* rules = node.as_array();
  const auto is_table = [](const toml::node& each) { return each.is_table(); };
  if (rules == nullptr || !std::all_of(rules->begin(), rules->end(), is_table)) {
    in.blame(place(file, node.source()), "emitter", "rules are written as tables [[emitter]]");
    return;
  }
  for (const toml::node& each : *rules) read_emitter(*each.as_table(), file, in);
}

void read_table(const toml::table& table, const std::string& prefix, const std::string& file,
                loading& in) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const std::string where = place(file, node.source());
    if (key == "emitter") {
      read_emitters(node, file, in);
    } else if (const toml::table* inner = node.as_table(); inner && is_table_of_settings(key)) {
      read_table(*inner, key + ".", file, in);
    } else if (const setting* found = find_by_key(all_settings(), key)) {
      const auto value = value_of(found->type, node);
      if (const auto* problem = std::get_if<std::string>(&value)) {
        in.blame(where, key, *problem);
      } else {
        store(*found, std::get<setting_value>(value), where, in);
      }
    } else if (const retired_setting* retired = find_by_key(retired_settings(), key)) {
      in.blame(where, key, is_retired(*retired));
    } else {
      in.blame(where, key, "there is no such setting; see gantry --help");
    }
  }
}

void read_file(const config_sources::file& file, loading& in) {
  const toml::parse_result parsed = toml::parse(file.content, file.name);
  if (parsed) {
    read_table(parsed.table(), "", file.name, in);
  } else {
    in.blame(place(file.name, parsed.error().source()), "",
             std::string(parsed.error().description()));
  }
}

// ---- The environment and flags ----------------------------------------------------------------

void read_texts(const config_sources& sources, loading& in) {
  for (const setting& each : all_settings()) {
    for (const std::string_view name : each.environment) {
      const auto text = sources.environment(name);
      if (!text || text->empty()) continue;
      store_text(each, *text, "environment variable " + std::string(name), in);
      break;
    }
    const auto flag = sources.flags.find(std::string(each.key));
    if (flag != sources.flags.end()) store_text(each, flag->second, std::string(each.flag), in);
  }
  for (const retired_setting& each : retired_settings()) {
    if (const auto text = sources.environment(each.environment); text && !text->empty()) {
      in.blame("environment variable " + std::string(each.environment), each.key, is_retired(each));
    }
    if (sources.flags.contains(std::string(each.key))) {
      in.blame(std::string(each.flag), each.key, is_retired(each));
    }
  }
}

// ---- What only shows when all is together -----------------------------------------------------

void check_core(loading& in) {
  config& config = in.out.config;
  if (config.core.server.empty()) {
    // A mistake in the file may be why.
    if (in.is_blamed("") || in.is_blamed("core.server")) return;
    in.blame_value("core.server", "no core is named: set RSHIP_SERVER, for instance to core.local");
  } else if (auto servers = myko::parse_addresses(config.core.server, config.core.port)) {
    config.servers = *std::move(servers);
  } else {
    in.blame_value("core.server", servers.error().message);
  }
}

// What to use where the setting leaves it to us: DOCKER_HOST, which a flag may have hidden.
void check_engine(loading& in, const config_sources& sources) {
  std::string& host = in.out.config.engine_host;
  if (host == engine_auto) host = sources.environment("DOCKER_HOST").value_or("");
  if (host == engine_auto) host.clear();
  if (host.empty()) return;
  const engine::engine_environment values{
      .docker_host = host,
      .docker_tls_verify = sources.environment("DOCKER_TLS_VERIFY").value_or(""),
      .docker_cert_path = sources.environment("DOCKER_CERT_PATH").value_or("")};
  const auto endpoint = engine::parse_endpoint(values);
  if (!endpoint) in.blame_value("engine.host", endpoint.error().message);
}

bool is_readable(const std::string& file) {
  std::error_code ignored;  // then it cannot be opened either
  return !std::filesystem::is_directory(file, ignored) && std::ifstream(file).good();
}

void check_files(loading& in) {
  const core_config& core = in.out.config.core;
  for (const auto& [key, file] :
       {std::pair("core.token_file", core.token_file), std::pair("core.ca_file", core.ca_file),
        std::pair("core.certificate_file", core.certificate_file),
        std::pair("core.key_file", core.key_file)}) {
    if (file.empty() || is_readable(file)) continue;
    in.blame_value(key, "the file " + file + " cannot be read");
  }
  if (core.certificate_file.empty() != core.key_file.empty()) {
    in.blame_value(core.key_file.empty() ? "core.certificate_file" : "core.key_file",
                   "a certificate and its key go together: name both");
  }
}

}  // namespace

std::string to_string(const config_mistake& mistake) {
  std::string out = mistake.where;
  if (!mistake.key.empty()) out += (out.empty() ? "" : ": ") + mistake.key;
  return out + ": " + mistake.what;
}

config_outcome load_config(const config_sources& sources) {
  loading in;
  if (sources.toml) read_file(*sources.toml, in);
  read_texts(sources, in);
  check_core(in);
  check_engine(in, sources);
  check_files(in);
  return std::move(in.out);
}

}  // namespace gantry
