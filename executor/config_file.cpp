#include "executor/config_file.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "executor/host.hpp"

namespace gantry {
namespace {

// One in a folder that gantry may not look into is as good as none.
bool is_there(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return !error && std::filesystem::exists(status) && !std::filesystem::is_directory(status);
}

found_config_file read(const std::string& path) {
  auto content = host::read_file(path);
  found_config_file out;
  if (content) {
    out.file = config_sources::file{path, *std::move(content)};
  } else {
    out.mistake = config_mistake{
        path, "", "the configuration file cannot be read: " + content.error().message};
  }
  return out;
}

}  // namespace

found_config_file find_config_file(const std::string& named,
                                   const std::vector<std::string>& usual) {
  if (!named.empty()) return read(named);
  for (const std::string& path : usual) {
    if (is_there(path)) return read(path);
  }
  return {};
}

}  // namespace gantry
