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

}  // namespace gantry::myko
