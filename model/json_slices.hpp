// Parts of a JSON text exactly as they were written, for what is only passed on.
//
// The text may be anything: where it is broken its parts end. Whether it is valid JSON is for
// json::check() to say, once, for the whole. Nothing here recurses or makes a tree.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "model/json_types.hpp"

namespace gantry::json {

// One value within a text, which must outlive it.
using slice = std::string_view;

struct part {
  slice name;  // of a member, as written: in quotes, with its escapes; empty in a list
  slice value;
};

// The members of an object or the elements of a list, one after the other; any other value has
// none. The last part of a text that ends too early goes as far as the text.
class parts {
 public:
  explicit parts(slice value);

  [[nodiscard]] bool of_object() const { return closing_ == '}'; }
  [[nodiscard]] bool of_list() const { return closing_ == ']'; }
  [[nodiscard]] std::optional<part> next();

 private:
  [[nodiscard]] bool name_follows(slice& name);

  slice rest_;
  char closing_ = 0;
};

// Nothing where it is no string.
[[nodiscard]] std::optional<std::string> string_of(slice value);
[[nodiscard]] std::optional<std::string> string_of(const std::optional<slice>& value);

[[nodiscard]] bool is_name(const part& of, std::string_view name);

// The values of the members with these names, in one pass; of two members of one name, the first.
template <std::size_t N>
[[nodiscard]] std::array<std::optional<slice>, N> pick(slice object,
                                                       const std::string_view (&names)[N]) {
  std::array<std::optional<slice>, N> out;
  parts in(object);
  if (!in.of_object()) return out;
  while (const auto each = in.next()) {
    for (std::size_t at = 0; at < N; ++at) {
      if (!out[at] && is_name(*each, names[at])) out[at] = each->value;
    }
  }
  return out;
}

// Without white space between its parts: one line.
[[nodiscard]] std::string compact(slice value);

// `of`, compact and without those members that `kept`, read from it, has no more; within its
// objects, too. Where `of` is no object and `kept` is one, `kept`.
[[nodiscard]] std::string without_removed(slice of, const value& kept);

}  // namespace gantry::json
