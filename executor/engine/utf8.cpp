#include "executor/engine/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace gantry::engine {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";     // U+FFFD
constexpr std::string_view symbol_for_nul = "\xE2\x90\x80";  // U+2400

// How many bytes at the front are ASCII but not NUL. Eight at a time, since nearly all is.
std::size_t plain_prefix(std::string_view bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    // A byte of zero borrows from its own high bit; a non-ASCII byte has that bit already.
    if (((word | (word - ones)) & high_bits) != 0) break;
  }
  while (at < bytes.size() && static_cast<signed char>(bytes[at]) > 0) ++at;
  return at;
}

struct sequence {
  std::size_t length;  // of the character, or of the maximal invalid part
  bool valid;
};

// What the bytes at the front are, the first of which is not ASCII.
// Source: the Unicode standard, table 3-7, well-formed UTF-8 byte sequences.
sequence read_sequence(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const unsigned char lead = byte(0);
  std::size_t length = 0;
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) second_min = 0xA0;  // no overlong forms
    if (lead == 0xED) second_max = 0x9F;  // no surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) second_min = 0x90;  // no overlong forms
    if (lead == 0xF4) second_max = 0x8F;  // nothing beyond U+10FFFF
  } else {
    return {1, false};
  }
  for (std::size_t at = 1; at < length; ++at) {
    const unsigned char least = at == 1 ? second_min : 0x80;
    const unsigned char most = at == 1 ? second_max : 0xBF;
    if (at == bytes.size() || byte(at) < least || byte(at) > most) return {at, false};
  }
  return {length, true};
}

}  // namespace

std::string visible_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (true) {
    const std::size_t plain = plain_prefix(bytes);
    out.append(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) return out;
    if (bytes[0] == '\0') {
      out.append(symbol_for_nul);
      bytes.remove_prefix(1);
      continue;
    }
    const sequence found = read_sequence(bytes);
    out.append(found.valid ? bytes.substr(0, found.length) : replacement);
    bytes.remove_prefix(found.length);
  }
}

std::string cut_utf8(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto continues = [&text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (bytes_max > 0 && continues(bytes_max)) --bytes_max;
  text.resize(bytes_max);
  return text;
}

}  // namespace gantry::engine
