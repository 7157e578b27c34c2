#include "myko/server/frame_rules.hpp"

#include <charconv>

namespace gantry::myko {
namespace {

// The code unit of the escape \uXXXX at `at`; nothing: there is another thing.
std::optional<unsigned> escaped_unit(std::string_view text, std::size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  const char* digits = text.data() + at + 2;
  if (std::from_chars(digits, digits + 4, unit, 16).ptr != digits + 4) return std::nullopt;
  return unit;
}

bool is_high(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Where the escape that begins at `at` ends; nothing: it is half of a pair.
std::optional<std::size_t> end_of_escape(std::string_view text, std::size_t at) {
  const auto unit = escaped_unit(text, at);
  if (!unit) return at + 2;
  if (is_low(*unit)) return std::nullopt;
  if (!is_high(*unit)) return at + 6;
  const auto second = escaped_unit(text, at + 6);
  if (!second || !is_low(*second)) return std::nullopt;
  return at + 12;
}

// Behind the quote that ends the string whose first character is at `at`; nothing: see above.
std::optional<std::size_t> end_of_string(std::string_view text, std::size_t at) {
  while (true) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos) return text.size();
    if (text[at] == '"') return at + 1;
    const auto next = end_of_escape(text, at);
    if (!next) return std::nullopt;
    at = *next;
  }
}

}  // namespace

std::optional<std::string> frame_fault(std::string_view frame) {
  std::size_t depth = 0;
  std::size_t at = frame.find_first_of("\"[]{}");
  while (at < frame.size()) {
    const char found = frame[at++];
    if (found == '"') {
      const auto end = end_of_string(frame, at);
      if (!end) return "a frame with an escaped half of a surrogate pair";
      at = *end;
    } else if (found == '[' || found == '{') {
      if (++depth > nesting_max) return "a frame that is nested too deeply";
    } else if (depth > 0) {
      --depth;
    }
    at = frame.find_first_of("\"[]{}", at);
  }
  return std::nullopt;
}

}  // namespace gantry::myko
