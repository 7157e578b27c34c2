// The web page, whose files are part of the program.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "myko/server/http_policy.hpp"

namespace gantry::launchpad {

struct page_file {
  std::string_view path;  // "/style.css"
  std::string_view bytes;
};

// Those of launchpad/page/, as they were when the program was built.
[[nodiscard]] std::span<const page_file> embedded_files();

// The file at `path`; "/" is index.html. Its content type is that of its extension.
[[nodiscard]] std::optional<myko::http_page> find_page(std::span<const page_file> files,
                                                       std::string_view path);

}  // namespace gantry::launchpad
