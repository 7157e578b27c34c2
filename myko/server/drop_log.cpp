#include "myko/server/drop_log.hpp"

namespace gantry::myko {
namespace {

bool is_printable(unsigned char byte) { return byte >= 0x20 && byte != 0x7F; }
bool continues(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// Of valid UTF-8. The control characters above U+007F are C2 80 to C2 9F.
std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool high_control =
        byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (high_control) ++at;
    out += is_printable(byte) && !high_control ? text[at] : '?';
  }
  return out;
}

std::string cut(std::string text) {
  if (text.size() <= drop_log::text_bytes_max) return text;
  std::size_t end = drop_log::text_bytes_max;
  while (end > 0 && continues(static_cast<unsigned char>(text[end]))) --end;
  return text.substr(0, end) + " ...";
}

}  // namespace

std::optional<std::string> drop_log::line_for(std::string_view reason) {
  if (told_.size() > reasons_max) return std::nullopt;
  std::string line = "dropped: " + cut(printable(reason));
  if (!told_.insert(line).second) return std::nullopt;
  if (told_.size() > reasons_max)
    return "more was dropped than is worth telling: no more of it here";
  return line;
}

}  // namespace gantry::myko
