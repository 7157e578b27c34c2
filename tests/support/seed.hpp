// Chance for property tests: every failure prints its seed, and GANTRY_TEST_SEED takes it back, or
// a range of them: 1-6000.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace gantry::test {

// 1 to `count`, or those in GANTRY_TEST_SEED.
inline std::vector<std::uint64_t> seeds(std::uint64_t count) {
  std::uint64_t first = 1;
  std::uint64_t last = count;
  if (const char* given = std::getenv("GANTRY_TEST_SEED")) {
    const std::string text = given;
    const auto dash = text.find('-');
    first = std::stoull(text);
    last = dash == std::string::npos ? first : std::stoull(text.substr(dash + 1));
  }
  std::vector<std::uint64_t> out;
  for (std::uint64_t seed = first; seed <= last; ++seed) out.push_back(seed);
  return out;
}

inline std::string seed_text(std::uint64_t seed) {
  return "GANTRY_TEST_SEED=" + std::to_string(seed);
}

class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}

  // From 0 to `most`.
  std::size_t upto(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(engine_);
  }
  bool one_in(std::size_t times) { return upto(times - 1) == 0; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace gantry::test
