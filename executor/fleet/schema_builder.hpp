// JSON Schemas as every core takes them: what cannot be written here is never published.
//
// Cores drop an Action or an Emitter in silence when its schema has a list of types, a boolean in
// the place of a schema, or a list of items; and they make inputs of an object's properties alone.
// So a value has one type or none, an object is at the top, and nothing is combined but a choice.
//
// One definition is published, and data is checked against it: the two forms differ where more has
// to be checked than can be published.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "executor/slots/schema_words.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

using slots::schema_words;

// What people see of a value in the place of its name. A longer one does not compile.
class schema_title {
 public:
  consteval schema_title(const char* text) : text_(text) {
    if (text_.empty() || text_.size() > slots::title_characters_max) throw "1 to 40 characters";
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

struct schema_limits {
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
};

struct schema_choice {
  std::string_view value;
  schema_title title;
};

struct schema_member;

// The schema of one value. All texts are literals: they outlive it.
class value_schema {
 public:
  [[nodiscard]] static value_schema any(schema_title title);
  [[nodiscard]] static value_schema integer(schema_title title, schema_limits of_value = {});
  [[nodiscard]] static value_schema number(schema_title title);
  [[nodiscard]] static value_schema toggle(schema_title title);
  [[nodiscard]] static value_schema text(schema_title title, schema_limits of_length = {});
  [[nodiscard]] static value_schema time(schema_title title);  // RFC 3339
  // A text that is one of these. An empty one says that nothing was chosen: data may lack it.
  [[nodiscard]] static value_schema choice(schema_title title, std::vector<schema_choice> choices);
  [[nodiscard]] static value_schema list(schema_title title, value_schema of,
                                         schema_limits of_length = {});
  [[nodiscard]] static value_schema object(schema_title title, std::vector<schema_member> members);

  // What the title has no room for.
  [[nodiscard]] value_schema about(std::string_view description) const;
  // Data may be null, too. That is not published: no core checks what emitters tell.
  [[nodiscard]] value_schema or_null() const;
  // An empty text is a value, and not the want of one.
  [[nodiscard]] value_schema or_empty() const;

  // Does this value, in the place of ours, only say that there is none? A scene's node sends 0, ""
  // or [] for an input of a type that nobody has set, and null for one without.
  [[nodiscard]] bool is_not_given(const json::value& value) const;

 private:
  friend class schema_writer;
  enum class kind : std::uint8_t { any, integer, number, toggle, text, list, object };

  value_schema(kind kind, schema_title title);

  kind kind_;
  schema_title title_;
  std::string_view description_;
  std::string_view format_;
  schema_limits limits_;
  bool or_null_ = false;
  bool or_empty_ = false;
  std::vector<schema_choice> choices_;
  std::vector<value_schema> of_;  // a list's one
  std::vector<schema_member> members_;
};

struct schema_member {
  std::string_view name;
  value_schema value;
  bool required = false;
};

// The schema of all that an action takes, or of what an emitter tells.
class object_schema {
 public:
  // Without members: any object.
  explicit object_schema(std::vector<schema_member> members);
  [[nodiscard]] static object_schema titled(schema_title title, std::vector<schema_member> members);

  // With these, too, in the place of those of the same names.
  [[nodiscard]] object_schema with(const std::vector<schema_member>& more) const;

  [[nodiscard]] const std::vector<schema_member>& members() const { return members_; }
  // As cores get it.
  [[nodiscard]] const json::text& published(schema_words words) const {
    return words == schema_words::titles ? published_ : described_;
  }
  // For data: where it has members, all others are refused.
  [[nodiscard]] const json::text& checked() const { return checked_; }

 private:
  object_schema(std::optional<schema_title> title, std::vector<schema_member> members);

  std::optional<schema_title> title_;
  std::vector<schema_member> members_;
  json::text published_;
  json::text described_;
  json::text checked_;
};

}  // namespace gantry::fleet
