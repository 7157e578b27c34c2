// How much is said in published schemas. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gantry::slots {

enum class schema_words : std::uint8_t {
  titles,
  descriptions,  // these, too: some user interfaces show them, others have no room
};

// Of a title, in UTF-8's code points: people see it beside an input.
inline constexpr std::size_t title_characters_max = 40;

[[nodiscard]] std::size_t characters_in(std::string_view text);

// As it is, or its beginning with an ellipsis.
[[nodiscard]] std::string short_title(std::string_view text);

}  // namespace gantry::slots
