// How large the frame of a pulse is, and what is cut so that a server takes it.
//
// Decides, no I/O.
#pragma once

#include <cstddef>
#include <string_view>

#include "executor/outbox/record.hpp"

namespace gantry::outbox {

// Bytes of this text within a JSON string; its control characters become six each.
[[nodiscard]] std::size_t escaped_bytes(std::string_view text);

// So many bytes of a frame no larger than that are left for the data of a pulse of this emitter.
[[nodiscard]] std::size_t data_room(const model::emitter_id& emitter, std::size_t frame_bytes_max);

// Does a frame with its data fit? What can be left out (`json`) does not count.
[[nodiscard]] bool fits(const record& each, std::size_t frame_bytes_max);

// Cuts what does not fit. Of lines the text, which is then alone, and `truncated`; of data its
// largest texts, and other members that are too large are left out, with a `truncated` in it.
// What cannot be cut becomes a notice, `too large for the server`.
void cut_to_fit(record& each, std::size_t frame_bytes_max);

}  // namespace gantry::outbox
