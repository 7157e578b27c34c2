#include "myko/printable.hpp"

#include <algorithm>

namespace gantry::myko {

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out(text.substr(0, bytes_max));
  std::ranges::replace_if(
      out, [](char each) { return each < ' ' || each > '~'; }, '?');
  if (text.size() > bytes_max) out += "...";
  return out;
}

std::string printable_address(std::string_view text) {
  const auto at = text.rfind('@');
  const auto query = text.find('?');
  if (at != std::string_view::npos && query < at) return "...";
  const auto first = at == std::string_view::npos ? 0 : at;
  return (first > 0 ? "..." : "") + printable(text.substr(first, query - first)) +
         (query == std::string_view::npos ? "" : "?...");
}

}  // namespace gantry::myko
