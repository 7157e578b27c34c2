// Which file gantry is configured by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "executor/config.hpp"

namespace gantry {

struct found_config_file {
  std::optional<config_sources::file> file;  // nothing: none is there
  std::optional<config_mistake> mistake;     // why the one that counts cannot be read
};

// The file that was named, which has to be there; else the first of the usual ones that is, where
// gantry may look.
[[nodiscard]] found_config_file find_config_file(const std::string& named,
                                                 const std::vector<std::string>& usual);

}  // namespace gantry
