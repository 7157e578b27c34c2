// gantry: the Rocketship executor for containers.
#include <exception>
#include <iostream>
#include <utility>

#include "executor/app.hpp"
#include "executor/command_line.hpp"
#include "executor/config.hpp"
#include "executor/config_file.hpp"
#include "executor/exit_codes.hpp"
#include "executor/host.hpp"
#include "executor/logging.hpp"
#include "myko/standard_streams.hpp"

namespace {

using namespace gantry;

config_outcome load(const command_line& line) {
  const auto named = line.config_file ? line.config_file : host::environment("GANTRY_CONFIG");
  auto found = find_config_file(named.value_or(""), {"gantry.toml", "/etc/gantry/gantry.toml"});
  config_sources sources;
  sources.environment = host::environment;
  sources.flags = line.flags;
  sources.toml = std::move(found.file);
  config_outcome out = load_config(sources);
  if (found.mistake) out.mistakes.insert(out.mistakes.begin(), *std::move(found.mistake));
  return out;
}

int run(int argc, char** argv) {
  const command_line line = parse_command_line(argc, argv);
  if (line.exit_code) {
    (*line.exit_code == exit_codes::done ? std::cout : std::cerr) << line.text;
    return *line.exit_code;
  }
  const config_outcome loaded = load(line);
  if (!loaded.mistakes.empty()) {
    std::cerr << "gantry: the configuration has "
              << (loaded.mistakes.size() == 1 ? "a mistake" : "mistakes") << ":\n";
    for (const config_mistake& each : loaded.mistakes) std::cerr << "  " << to_string(each) << '\n';
    return exit_codes::configuration;
  }
  set_up_logging(loaded.config.log_level);
  return line.task == task::check ? check_gantry(loaded.config) : run_gantry(loaded.config);
}

}  // namespace

int main(int argc, char** argv) {
  secure_standard_streams();
  host::be_ended_by_signals();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "gantry: a fault of ours, please report it: " << error.what() << '\n';
    return exit_codes::bug;
  }
}
