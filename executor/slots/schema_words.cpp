#include "executor/slots/schema_words.hpp"

#include <algorithm>

namespace gantry::slots {
namespace {

bool begins_character(char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U; }

}  // namespace

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string short_title(std::string_view text) {
  if (characters_in(text) <= title_characters_max) return std::string(text);
  std::size_t end = 0;
  for (std::size_t begun = 0; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++begun == title_characters_max) break;
  }
  return std::string(text.substr(0, end)) + "\u2026";
}

}  // namespace gantry::slots
