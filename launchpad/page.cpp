#include "launchpad/page.hpp"

#include <array>
#include <string>
#include <utility>

namespace gantry::launchpad {
namespace {

std::string_view content_type_of(std::string_view path) {
  using known = std::pair<std::string_view, std::string_view>;
  static constexpr std::array types{
      known{".html", "text/html; charset=utf-8"},
      known{".css", "text/css; charset=utf-8"},
      known{".js", "text/javascript; charset=utf-8"},
      known{".svg", "image/svg+xml"},
      known{".png", "image/png"},
      known{".ico", "image/x-icon"},
  };
  for (const auto& [extension, type] : types) {
    if (path.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

}  // namespace

std::optional<myko::http_page> find_page(std::span<const page_file> files, std::string_view path) {
  if (path == "/") path = "/index.html";
  for (const page_file& each : files) {
    if (each.path != path) continue;
    return myko::http_page{std::string(content_type_of(path)), std::string(each.bytes)};
  }
  return std::nullopt;
}

}  // namespace gantry::launchpad
