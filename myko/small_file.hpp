// Files that a user wrote, such as a configuration or a token: whatever stands under their names.
#pragma once

#include <cstddef>
#include <string>

#include "model/result.hpp"

namespace gantry {

// The whole file. Fails, with the reason in words, where it cannot be read, is larger, or is no
// regular file (reading a pipe may wait for ever). The code tells one that is not there
// (no_such_file_or_directory) from others.
[[nodiscard]] result<std::string> read_small_file(const std::string& path, std::size_t bytes_max);

// The first line of such a file; empty without a name. Fails with permission_denied, with the
// name and never the content.
[[nodiscard]] result<std::string> read_token_file(const std::string& path);

}  // namespace gantry
