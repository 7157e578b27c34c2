// gantry: the Rocketship executor for containers.
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "executor/app.hpp"
#include "executor/command_line.hpp"
#include "executor/config.hpp"
#include "executor/exit_codes.hpp"
#include "executor/host.hpp"
#include "executor/logging.hpp"
#include "myko/standard_streams.hpp"

namespace {

using namespace gantry;

// The file that was named, which has to be there; else one of the usual, which need not.
config_outcome load(const command_line& line) {
  config_sources sources;
  sources.environment = host::environment;
  sources.flags = line.flags;
  const auto named = line.config_file ? line.config_file : host::environment("GANTRY_CONFIG");
  const bool is_named = named && !named->empty();
  std::vector<std::string> files = {"gantry.toml", "/etc/gantry/gantry.toml"};
  if (is_named) files = {*named};
  for (const std::string& file : files) {
    auto content = host::read_file(file);
    if (content) {
      sources.toml = config_sources::file{file, *std::move(content)};
      break;
    }
    const failure why = content.error();
    // Gantry may not be allowed to look into the folder that it was started in.
    std::error_code ignored;
    const bool is_file =
        std::filesystem::exists(file, ignored) && !std::filesystem::is_directory(file, ignored);
    if (!is_named && !is_file) continue;
    config_outcome out = load_config(sources);
    out.mistakes.insert(out.mistakes.begin(),
                        {file, "", "the configuration file cannot be read: " + why.message});
    return out;
  }
  return load_config(sources);
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
