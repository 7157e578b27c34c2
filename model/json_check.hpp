// Whether a text is JSON, and who can read it, without making anything of it: a text that is only
// passed on keeps its numbers as they were written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace gantry::json {

// What a text asks of its readers.
struct demands {
  std::size_t depth = 0;  // objects and lists within each other; 0: a bare number, string, ...
  bool finite = true;     // each number is finite as a double, for readers of any precision
};

// Takes exactly one JSON value in UTF-8 (RFC 8259), of any depth and with numbers of any length.
// Fails, with the reason in the message, on anything else: no value, two values, invalid UTF-8, a
// byte order mark, an escaped half of a surrogate pair.
[[nodiscard]] result<demands> check(std::string_view bytes);

[[nodiscard]] failure not_json(const std::string& why);

// Some parsers pass over the mark. But a text is also passed on as it came, in the middle of
// another, where no parser takes one: so it is refused.
[[nodiscard]] std::optional<failure> byte_order_mark(std::string_view bytes);

// JavaScript writes a string that was cut inside a surrogate pair with an escaped half of one,
// which no parser here takes: each becomes U+FFFD. Nothing where there is none. The text may be
// anything.
[[nodiscard]] std::optional<std::string> without_lone_surrogates(std::string_view bytes);

}  // namespace gantry::json
