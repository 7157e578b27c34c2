#include "executor/engine/api_version.hpp"

#include <algorithm>
#include <charconv>

#include "executor/engine/error.hpp"
#include "executor/engine/utf8.hpp"

namespace gantry::engine {

std::string to_string(api_version version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::optional<api_version> parse_api_version(std::string_view text) {
  const char* const end = text.data() + text.size();
  api_version out;
  const auto major = std::from_chars(text.data(), end, out.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, out.minor);
  if (minor.ec != std::errc() || minor.ptr != end) return std::nullopt;
  if (out.major < 0 || out.minor < 0) return std::nullopt;
  return out;
}

result<api_version> agree_on_version(std::string_view newest, std::optional<api_version> oldest) {
  if (newest.empty()) return oldest_usable;
  const auto version = parse_api_version(newest);
  if (!version) {
    return fault(errc::unsupported_version,
                 "the engine names the API version \"" + visible_utf8(newest.substr(0, 40)) +
                     "\", which is no version: is it a container engine?");
  }
  if (*version < oldest_usable) {
    return fault(errc::unsupported_version,
                 "the engine speaks API version " + to_string(*version) + " at most, and we need " +
                     to_string(oldest_usable) + ": upgrade the engine (Docker 1.12 or newer)");
  }
  return std::min(*version, std::max(newest_known, oldest.value_or(newest_known)));
}

}  // namespace gantry::engine
