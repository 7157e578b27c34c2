// A pattern of a JSON Schema, matched by RE2: in linear time, without recursion, in bounded memory.
// Only schema_pattern.cpp sees RE2.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "model/result.hpp"

namespace re2 {
class RE2;
}

namespace gantry::slots {

class schema_pattern {
 public:
  // Fails, with the reason in words, for what is no regular expression, cannot be matched in linear
  // time, or takes too much memory.
  [[nodiscard]] static result<schema_pattern> compile(std::string_view ecma);

  // Found anywhere in it; `text` is UTF-8.
  [[nodiscard]] bool is_in(std::string_view text) const;
  // Of its program: at most so many are done for each byte of a text.
  [[nodiscard]] std::size_t steps() const;

  schema_pattern(schema_pattern&&) noexcept;
  schema_pattern& operator=(schema_pattern&&) noexcept;
  ~schema_pattern();

 private:
  explicit schema_pattern(std::unique_ptr<re2::RE2> compiled);

  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace gantry::slots
