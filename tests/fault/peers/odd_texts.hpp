// What hostile peers say: values, events, lines and answers that no decent one would.
#pragma once

#include <string>
#include <vector>

#include "tests/support/seed.hpp"

namespace gantry::test {

// Stands in everything that peers say and that may be a secret: never in a log of ours.
inline constexpr const char* peer_secret = "sEcReT-of-a-peer";
// Lines that nobody printed, of streams that were tampered with, begin so.
inline constexpr const char* odd_line = "odd ";

// A JSON value (or none at all, if it may be) with numbers, strings or a depth that break readers.
[[nodiscard]] std::string odd_value(dice& chance);
// The same as a line that a container prints, with `name` in it, so that it is the only one.
[[nodiscard]] std::string odd_printed_line(dice& chance, const std::string& name);

// A line of the engine's events; `id` is of a container.
[[nodiscard]] std::string odd_event(dice& chance, const std::string& id);
// Entries of the list of containers, each with a comma behind it.
[[nodiscard]] std::string odd_entries(dice& chance, const std::string& id);
// Pieces of a log: what is not understood of it is to be passed over.
[[nodiscard]] std::string odd_log_piece(dice& chance);
// A page as proxies answer with.
[[nodiscard]] std::string html_page();

[[nodiscard]] std::string nested(std::size_t levels);

}  // namespace gantry::test
