// A slot in words, for gantry check.
#pragma once

#include <cstdint>
#include <string>

#include "executor/slots/schema_words.hpp"
#include "executor/slots/slot_template.hpp"

namespace gantry::slots {

enum class image_presence : std::uint8_t { unknown, there, missing };

// Whether runs can start as it is.
[[nodiscard]] bool is_usable(const slot_template& slot, image_presence image);

// Lines, each with its end: the slot, then what it grants beyond the usual.
[[nodiscard]] std::string report(const slot_template& slot, image_presence image);

// What of its input schema cores get in a simpler form; lines likewise.
[[nodiscard]] std::string report_published(const slot_template& slot, schema_words words);

}  // namespace gantry::slots
