#include "executor/config.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "executor/settings.hpp"

namespace gantry {
namespace {

using mistakes = std::vector<config_mistake>;

const setting* find_setting(std::string_view key) {
  for (const setting& each : all_settings()) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

void store(const setting& setting, const setting_value& value, const std::string& where,
           config_outcome& out) {
  if (auto problem = setting.store(out.config, value)) {
    out.mistakes.push_back({where, std::string(setting.key), *problem});
  }
}

void store_text(const setting& setting, const std::string& text, const std::string& where,
                config_outcome& out) {
  auto read = read_setting(setting.type, text);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    out.mistakes.push_back({where, std::string(setting.key), *problem});
  } else {
    store(setting, std::get<setting_value>(read), where, out);
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

std::optional<setting_value> value_of(setting_type type, const toml::node& node) {
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
  }
  return std::nullopt;
}

std::string place(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line);
}

bool is_table_of_settings(std::string_view key) {
  return std::any_of(all_settings().begin(), all_settings().end(), [key](const setting& each) {
    return each.key.starts_with(key) && each.key.substr(key.size()).starts_with('.');
  });
}

void read_table(const toml::table& table, const std::string& prefix, const std::string& file,
                config_outcome& out) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const std::string where = place(file, node.source());
    if (const toml::table* inner = node.as_table(); inner && is_table_of_settings(key)) {
      read_table(*inner, key + ".", file, out);
    } else if (const setting* found = find_setting(key); found == nullptr) {
      out.mistakes.push_back({where, key, "there is no such setting; see gantry --help"});
    } else if (const auto value = value_of(found->type, node)) {
      store(*found, *value, where, out);
    } else {
      out.mistakes.push_back({where, key, "must be " + std::string(describe(found->type))});
    }
  }
}

void read_file(const config_sources::file& file, config_outcome& out) {
  const toml::parse_result parsed = toml::parse(file.content, file.name);
  if (parsed) {
    read_table(parsed.table(), "", file.name, out);
  } else {
    out.mistakes.push_back(
        {place(file.name, parsed.error().source()), "", std::string(parsed.error().description())});
  }
}

// ---- What only shows when all is together -----------------------------------------------------

void check_readable(const std::string& file, const char* key, mistakes& out) {
  if (file.empty() || std::ifstream(file).good()) return;
  out.push_back({"", key, "the file " + file + " cannot be read"});
}

void check_whole(config_outcome& out) {
  config& config = out.config;
  if (config.core.server.empty()) {
    out.mistakes.push_back(
        {"", "core.server", "no core is named: set RSHIP_SERVER, for instance to core.local"});
  } else if (auto servers = myko::parse_addresses(config.core.server, config.core.port)) {
    config.servers = *std::move(servers);
  } else {
    out.mistakes.push_back({"", "core.server", servers.error().message});
  }
  check_readable(config.core.token_file, "core.token_file", out.mistakes);
  check_readable(config.core.ca_file, "core.ca_file", out.mistakes);
  check_readable(config.core.certificate_file, "core.certificate_file", out.mistakes);
  check_readable(config.core.key_file, "core.key_file", out.mistakes);
  if (config.core.certificate_file.empty() != config.core.key_file.empty()) {
    out.mistakes.push_back(
        {"", "core.certificate_file", "a certificate and its key go together: name both"});
  }
}

}  // namespace

std::string to_string(const config_mistake& mistake) {
  std::string out = mistake.where;
  if (!mistake.key.empty()) out += (out.empty() ? "" : ": ") + mistake.key;
  return out + ": " + mistake.what;
}

config_outcome load_config(const config_sources& sources) {
  config_outcome out;
  if (sources.toml) read_file(*sources.toml, out);
  for (const setting& each : all_settings()) {
    for (const std::string_view name : each.environment) {
      const auto text = sources.environment(name);
      if (!text || text->empty()) continue;
      store_text(each, *text, "environment variable " + std::string(name), out);
      break;
    }
    const auto flag = sources.flags.find(std::string(each.key));
    if (flag != sources.flags.end()) {
      store_text(each, flag->second, std::string(each.flag), out);
    }
  }
  check_whole(out);
  return out;
}

}  // namespace gantry
