#include "executor/config.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "executor/emitter_settings.hpp"
#include "executor/host.hpp"
#include "executor/nearest.hpp"
#include "executor/settings.hpp"
#include "executor/slot_settings.hpp"
#include "executor/toml_values.hpp"
#include "myko/small_file.hpp"

namespace gantry {
namespace {

// The outcome in the making.
struct loading {
  config_outcome out;
  std::map<std::string, std::string> places;  // by key: where its value comes from
  std::vector<std::string> slot_places;       // of each slot's mounts

  void blame(std::string where, std::string_view key, std::string what) {
    out.mistakes.push_back({std::move(where), std::string(key), std::move(what)});
  }
  void blame_value(std::string_view key, std::string what) {
    const auto place = places.find(std::string(key));
    blame(place == places.end() ? "" : place->second, key, std::move(what));
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

bool is_table_of_settings(std::string_view key) {
  return std::any_of(all_settings().begin(), all_settings().end(), [key](const setting& each) {
    return each.key.starts_with(key) && each.key.substr(key.size()).starts_with('.');
  });
}

// The nearest of all known keys, for whoever has mistyped one.
template <typename Setting>
std::string there_is_no(std::string_view what, std::span<const Setting> settings,
                        std::string_view key, std::span<const std::string_view> more = {}) {
  std::vector<std::string_view> known(more.begin(), more.end());
  for (const Setting& each : settings) known.push_back(each.key);
  const auto near = nearest(key, known);
  return "there is no such " + std::string(what) +
         (near ? ": did you mean " + std::string(*near) + "?" : "; see gantry --help");
}

// A table of an array of tables: an [[emitter]] or a [[slot]].
template <typename Setting, typename Out>
void read_keys(const toml::table& table, std::string_view kind, std::span<const Setting> settings,
               Out& out, const std::string& file, loading& in) {
  for (const auto& [name, node] : table) {
    const std::string key = std::string(kind) + "." + std::string(name.str());
    const std::string where = place(file, node.source());
    const Setting* found = find_by_key(settings, name.str());
    if (found == nullptr) {
      in.blame(where, key,
               there_is_no("key in [[" + std::string(kind) + "]]", settings, name.str()));
      continue;
    }
    const auto value = value_of(found->type, node);
    if (const auto* problem = std::get_if<std::string>(&value)) {
      in.blame(where, key, *problem);
    } else if (auto refused = found->store(out, std::get<setting_value>(value))) {
      in.blame(where, key, *refused);
    }
  }
}

void read_emitter(const toml::table& table, const std::string& file, loading& in) {
  fleet::emitter_rule rule;
  read_keys(table, "emitter", all_emitter_settings(), rule, file, in);
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

void read_slot(const toml::table& table, const std::string& file, loading& in) {
  const auto place_of = [&](std::string_view key) {
    const toml::node* node = table.get(key);
    return place(file, node == nullptr ? table.source() : node->source());
  };
  slots::slot_template slot;
  read_keys(table, "slot", all_slot_settings(), slot, file, in);
  for (const slot_problem& each : problems_of(slot, in.out.config.slots)) {
    // What is there and was refused has been told.
    const bool told = each.is_missing && table.contains(each.key);
    if (!told) in.blame(place_of(each.key), "slot." + std::string(each.key), each.what);
  }
  in.slot_places.push_back(place_of("mounts"));
  in.out.config.slots.push_back(std::move(slot));
}

// All that may stand in square brackets.
std::vector<std::string_view> tables() {
  std::vector<std::string_view> out{"emitter", "slot"};
  for (const setting& each : all_settings()) {
    for (auto dot = each.key.find('.'); dot != each.key.npos; dot = each.key.find('.', dot + 1)) {
      out.push_back(each.key.substr(0, dot));
    }
  }
  return out;
}

using table_reader = void (*)(const toml::table&, const std::string&, loading&);

void read_tables(const toml::node& node, const std::string& kind, std::string_view wrong,
                 table_reader read, const std::string& file, loading& in) {
  const toml::array* tables = node.as_array();
  const auto is_table = [](const toml::node& each) { return each.is_table(); };
  if (tables == nullptr || !std::all_of(tables->begin(), tables->end(), is_table)) {
    in.blame(place(file, node.source()), kind, std::string(wrong));
    return;
  }
  for (const toml::node& each : *tables) read(*each.as_table(), file, in);
}

void read_table(const toml::table& table, const std::string& prefix, const std::string& file,
                loading& in) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const std::string where = place(file, node.source());
    if (key == "emitter") {
      read_tables(node, key, "rules are written as tables [[emitter]]", read_emitter, file, in);
    } else if (key == "slot") {
      read_tables(node, key, "slots are written as tables [[slot]]", read_slot, file, in);
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
      in.blame(where, key, there_is_no("setting", all_settings(), key, tables()));
    }
  }
}

// The parser takes keys with thousands of parts, and overflows the stack when it frees their
// tables.
std::optional<std::size_t> line_of_endless_key(const std::string& text) {
  const std::string part = R"((?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'))";
  const re2::RE2 endless("(" + part + R"((?:[ \t]*\.[ \t]*)" + part + R"(){64,}[ \t]*[=\]]))");
  re2::StringPiece key;
  if (!re2::RE2::PartialMatch(text, endless, &key)) return std::nullopt;
  return 1 + std::count(text.data(), key.data(), '\n');
}

void read_file(const config_sources::file& file, loading& in) {
  if (const auto line = line_of_endless_key(file.content)) {
    return in.blame(file.name + ":" + std::to_string(*line), "",
                    "a name with more than 64 parts is no key of a setting");
  }
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
    config.servers = {myko::core_alongside(config.core.port)};
  } else if (auto servers = myko::parse_addresses(config.core.server, config.core.port)) {
    config.servers = *std::move(servers);
  } else {
    in.blame_value("core.server", servers.error().message);
  }
}

void check_slot_mounts(loading& in) {
  const config& config = in.out.config;
  const std::string folder = host::state_dir(config.state_dir);
  for (std::size_t at = 0; at < in.slot_places.size(); ++at) {
    const auto wrong = reaches_state(config.slots[at].mounts, folder);
    if (wrong) in.blame(in.slot_places[at], "slot.mounts", *wrong);
  }
}

// What to use where the setting leaves it to us: DOCKER_HOST, which a flag may have hidden.
void check_engine(loading& in, const config_sources& sources) {
  std::string& host = in.out.config.engine_host;
  if (host == engine_auto) {
    host = sources.environment("DOCKER_HOST").value_or("");
    in.places.insert_or_assign("engine.host", "environment variable DOCKER_HOST");
  }
  if (host == engine_auto) host.clear();
  if (host.empty()) return;
  const engine::engine_environment values{
      .docker_host = host,
      .docker_tls_verify = sources.environment("DOCKER_TLS_VERIFY").value_or(""),
      .docker_cert_path = sources.environment("DOCKER_CERT_PATH").value_or("")};
  const auto endpoint = engine::parse_endpoint(values);
  if (!endpoint) return in.blame_value("engine.host", endpoint.error().message);
  const auto* socket = std::get_if<engine::unix_endpoint>(&*endpoint);
  if (socket == nullptr) return;
  for (std::size_t at = 0; at < in.slot_places.size(); ++at) {
    const auto wrong = reaches_socket(in.out.config.slots[at].mounts, socket->path);
    if (wrong) in.blame(in.slot_places[at], "slot.mounts", *wrong);
  }
}

void check_files(loading& in) {
  const core_config& core = in.out.config.core;
  const auto token = read_token_file(core.token_file);
  if (!token) in.blame_value("core.token_file", token.error().message);
  for (const auto& [key, file] : {std::pair("core.ca_file", core.ca_file),
                                  std::pair("core.certificate_file", core.certificate_file),
                                  std::pair("core.key_file", core.key_file)}) {
    if (file.empty()) continue;
    const auto read = host::read_file(file);
    if (!read) {
      in.blame_value(key, "the file " + file + " cannot be read: " + read.error().message);
    }
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
  check_slot_mounts(in);
  check_files(in);
  return std::move(in.out);
}

}  // namespace gantry
