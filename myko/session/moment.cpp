#include "myko/session/moment.hpp"

#include <cstdio>
#include <ctime>

namespace gantry::myko {

std::int64_t unix_ms(std::chrono::system_clock::time_point wall) {
  return std::chrono::floor<std::chrono::milliseconds>(wall).time_since_epoch().count();
}

std::string rfc3339(std::chrono::system_clock::time_point wall) {
  const std::int64_t ms = unix_ms(wall);
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(wall));
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char out[40];
  const std::size_t size = std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(out + size, sizeof out - size, ".%03dZ",
                static_cast<int>(((ms % 1000) + 1000) % 1000));
  return out;
}

std::string make_uuid(const random_source& random) {
  std::uint64_t high = random();
  std::uint64_t low = random();
  high = (high & ~0xF000ULL) | 0x4000ULL;        // version 4
  low = (low & ~(3ULL << 62U)) | (1ULL << 63U);  // RFC 4122 variant
  char out[40];
  std::snprintf(out, sizeof out, "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32U),
                static_cast<unsigned>((high >> 16U) & 0xFFFFU),
                static_cast<unsigned>(high & 0xFFFFU), static_cast<unsigned>(low >> 48U),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFFULL));
  return out;
}

}  // namespace gantry::myko
