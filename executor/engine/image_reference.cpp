#include <algorithm>

#include "executor/engine/error.hpp"
#include "executor/engine/registry_login.hpp"
#include "executor/engine/utf8.hpp"

namespace gantry::engine {
namespace {

constexpr std::size_t reference_bytes_max = 255;
constexpr std::size_t tag_bytes_max = 128;

bool is_lower(char byte) { return byte >= 'a' && byte <= 'z'; }
bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_word(char byte) { return is_lower(byte) || is_upper(byte) || is_digit(byte); }

bool is_registry(std::string_view text) {
  const bool well_begun = !text.empty() && (is_word(text.front()) || text.front() == '[');
  return well_begun && (is_word(text.back()) || text.back() == ']') &&
         std::ranges::all_of(text, [](char byte) {
           return is_word(byte) || byte == '.' || byte == '-' || byte == ':' || byte == '[' ||
                  byte == ']';
         });
}

bool is_repository(std::string_view text) {
  const auto allowed = [](char byte) {
    return is_lower(byte) || is_digit(byte) || byte == '.' || byte == '_' || byte == '-' ||
           byte == '/';
  };
  // Every part begins and ends with a letter or a digit.
  bool outside = true;
  for (const char byte : text) {
    if (!allowed(byte) || (outside && !is_lower(byte) && !is_digit(byte))) return false;
    outside = byte == '/';
  }
  const bool well_ended = !text.empty() && (is_lower(text.back()) || is_digit(text.back()));
  return well_ended && text.find("./") == text.npos && text.find("-/") == text.npos &&
         text.find("_/") == text.npos;
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= tag_bytes_max && text[0] != '.' && text[0] != '-' &&
         std::ranges::all_of(text, [](char byte) {
           return is_word(byte) || byte == '_' || byte == '.' || byte == '-';
         });
}

bool is_digest(std::string_view text) {
  constexpr std::size_t hex_digits_min = 32;
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0) return false;
  const std::string_view hex = text.substr(colon + 1);
  return hex.size() >= hex_digits_min && std::ranges::all_of(hex, [](char byte) {
           return is_digit(byte) || (byte >= 'a' && byte <= 'f');
         });
}

// The part before the first slash is a registry if it cannot be a user's name.
bool names_registry(std::string_view first) {
  return first == "localhost" || first.find_first_of(".:") != first.npos ||
         std::ranges::any_of(first, is_upper);
}

failure no_reference(std::string_view text, std::string_view why) {
  return fault(errc::refused, "\"" + visible_utf8(text.substr(0, reference_bytes_max)) +
                                  "\" names no image: " + std::string(why) +
                                  "; such names are busybox:1.36 and ghcr.io/owner/app@sha256:...");
}

}  // namespace

result<image_reference> parse_image_reference(std::string_view text) {
  std::string_view rest = text;
  image_reference out;
  if (const std::size_t at = rest.find('@'); at != rest.npos) {
    out.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!is_digest(out.digest)) return no_reference(text, "what is behind @ is no digest");
  }
  // A colon before the last slash is the registry's port.
  const std::size_t slash = rest.rfind('/');
  const std::size_t colon = rest.rfind(':');
  if (colon != rest.npos && (slash == rest.npos || colon > slash)) {
    out.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_tag(out.tag)) return no_reference(text, "what is behind the last colon is no tag");
  }
  if (out.tag.empty() && out.digest.empty()) out.tag = "latest";
  const std::size_t first_slash = rest.find('/');
  out.registry = hub_registry;
  if (first_slash != rest.npos && names_registry(rest.substr(0, first_slash))) {
    out.registry = rest.substr(0, first_slash);
    rest.remove_prefix(first_slash + 1);
    if (!is_registry(out.registry)) return no_reference(text, "its registry is no host");
  }
  if (out.registry == "index.docker.io") out.registry = hub_registry;
  if (rest.size() > reference_bytes_max) return no_reference(text, "it is too long");
  if (!is_repository(rest)) return no_reference(text, "it must be in lower case, without blanks");
  if (out.registry == hub_registry && rest.find('/') == rest.npos) out.repository = "library/";
  out.repository += rest;
  return out;
}

}  // namespace gantry::engine
