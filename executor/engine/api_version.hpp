// Which version of the Engine API both sides speak.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace gantry::engine {

struct api_version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const api_version&) const = default;
};

inline constexpr api_version newest_known{1, 47};
// The oldest with all that we use (State in the list of containers, Actor in events), and also
// the oldest that today's engines still offer.
inline constexpr api_version oldest_usable{1, 24};

// "1.41"
[[nodiscard]] std::string to_string(api_version version);
[[nodiscard]] std::optional<api_version> parse_api_version(std::string_view text);

// What to speak with an engine that names `newest` as its newest in the header Api-Version of
// /_ping (empty: it names none, and is taken for 1.24, as by Docker's own client). An engine that
// has given up all that we know, its `oldest` being newer than that, is spoken to in its oldest:
// what we use of the API has not changed in years. Fails with unsupported_version.
[[nodiscard]] result<api_version> agree_on_version(std::string_view newest,
                                                   std::optional<api_version> oldest = {});

}  // namespace gantry::engine
