#include "executor/engine/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace gantry::engine {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The six bits of a digit; 64 for what is none.
std::uint32_t value_of(char digit) {
  if (digit == '+') digit = '-';
  if (digit == '/') digit = '_';
  const std::size_t at = alphabet.find(digit);
  return at == std::string_view::npos ? 64 : static_cast<std::uint32_t>(at);
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t each = at; each < at + 3; ++each) {
      bits = (bits << 8) | (each < bytes.size() ? static_cast<unsigned char>(bytes[each]) : 0U);
    }
    const std::size_t digits = std::min<std::size_t>(bytes.size() - at, 3) + 1;
    for (std::size_t each = 0; each < 4; ++each) {
      out += each < digits ? alphabet[(bits >> (18 - 6 * each)) & 63U] : '=';
    }
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char digit : text) {
    const std::uint32_t value = value_of(digit);
    if (value == 64) return std::nullopt;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 255U);
  }
  return out;
}

}  // namespace gantry::engine
