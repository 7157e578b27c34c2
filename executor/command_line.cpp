#include "executor/command_line.hpp"

#include <CLI/CLI.hpp>

#include "executor/emitter_settings.hpp"
#include "executor/exit_codes.hpp"
#include "executor/nearest.hpp"
#include "executor/settings.hpp"
#include "executor/slot_settings.hpp"
#include "executor/version.hpp"
#include "myko/printable.hpp"

namespace gantry {
namespace {

constexpr std::string_view check_task = "check";

// Two columns.
std::string row(std::string_view left, std::string_view right) {
  std::string out(left);
  out.resize(std::max<std::size_t>(out.size() + 2, 28), ' ');
  return "  " + out.append(right) + "\n";
}

std::string footer() {
  std::string out =
      "Every flag can also be set in gantry.toml (--config, GANTRY_CONFIG, else ./gantry.toml or\n"
      "/etc/gantry/gantry.toml) and in the environment; flags win over the environment, and the\n"
      "environment over the file:\n\n";
  for (const setting& each : all_settings()) {
    std::string names;
    for (const auto name : each.environment) {
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    out += row(each.key, names);
  }
  out +=
      "\nRules for single emitters stand in gantry.toml only, as tables [[emitter]]; the later "
      "win\n"
      "over the earlier, key by key:\n\n";
  for (const emitter_setting& each : all_emitter_settings()) out += row(each.key, each.help);
  out += "\nSlots, containers on demand, stand there as tables [[slot]]:\n\n";
  for (const slot_setting& each : all_slot_settings()) {
    const std::string usual =
        each.usual.empty() ? "" : " (default " + std::string(each.usual) + ")";
    out += row(each.key, std::string(each.help) + usual);
  }
  return out +
         "\nExit codes: 0 asked to stop, 64 usage, 75 ended before all was done, 78 configuration.";
}

// `word` is no task and no flag: what was likely meant by it.
std::string not_understood(std::string word) {
  if (word.starts_with('-')) word.erase(std::min(word.find('='), word.size()));
  std::vector<std::string_view> known{check_task, "--config", "--help", "--version"};
  for (const setting& each : all_settings()) known.push_back(each.flag);
  const auto near = nearest(word, known);
  return "there is no " + std::string(word.starts_with('-') ? "flag " : "task ") +
         myko::printable_address(word) +  // it may be one, with a password in it
         (near ? ": did you mean " + std::string(*near) + "?" : "");
}

std::string usage_error(const std::string& what) {
  return "gantry: " + what + "\nTry: gantry --help\n";
}

}  // namespace

command_line parse_command_line(int argc, const char* const* argv) {
  command_line out;
  CLI::App app("Gantry publishes this machine's containers to a Rocketship core.", "gantry");
  app.footer(footer());
  app.fallthrough();  // flags behind the task; tasks take this over when they are made
  app.set_version_flag("--version", std::string("gantry ") + version);
  app.add_option("--config", out.config_file, "the configuration file");
  std::map<std::string, std::string> values;
  for (const setting& each : all_settings()) {
    auto* option = app.add_option(std::string(each.flag), values[std::string(each.key)],
                                  std::string(each.help))
                       ->type_name("");
    if (each.type == setting_type::toggle) option->expected(0, 1);  // alone it is true
  }
  for (const retired_setting& each : retired_settings()) {
    app.add_option(std::string(each.flag), values[std::string(each.key)])->group("");  // not told
  }
  const auto* check = app.add_subcommand(
      std::string(check_task),
      "validate the configuration, try core and engine, print what would be published");
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    std::ostringstream text;
    app.exit(success, text, text);
    out.exit_code = exit_codes::done;
    out.text = text.str();
    return out;
  } catch (const CLI::ExtrasError& error) {
    const auto extra = app.remaining(true);
    out.exit_code = exit_codes::usage;
    out.text = usage_error(extra.empty() ? error.what() : not_understood(extra.front()));
    return out;
  } catch (const CLI::ParseError& error) {
    out.exit_code = exit_codes::usage;
    out.text = usage_error(error.what());
    return out;
  }
  if (check->parsed()) out.task = task::check;
  const auto take = [&](const auto& each) {
    if (app.count(std::string(each.flag)) == 0) return;
    out.flags.emplace(each.key, values.at(std::string(each.key)));
  };
  for (const setting& each : all_settings()) {
    take(each);
    const auto flag = out.flags.find(std::string(each.key));
    const bool alone = each.type == setting_type::toggle && flag != out.flags.end();
    if (alone && flag->second.empty()) flag->second = "true";
  }
  for (const retired_setting& each : retired_settings()) take(each);
  return out;
}

}  // namespace gantry
