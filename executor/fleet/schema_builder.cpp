#include "executor/fleet/schema_builder.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

enum class form : std::uint8_t { published, described, checked };

// Keeps the order of its members, which a form on a page has, too.
class ordered_object {
 public:
  void add(std::string_view key, std::string_view json) {
    out_ += (out_.size() > 1 ? "," : "") + json::quoted(key) + ":" + std::string(json);
  }
  void add(std::string_view key, std::optional<std::int64_t> number) {
    if (number) add(key, std::to_string(*number));
  }
  void add_text(std::string_view key, std::string_view text) { add(key, json::quoted(text)); }
  [[nodiscard]] std::string take() { return out_ + "}"; }

 private:
  std::string out_ = "{";
};

std::string list_of(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& each : values) out += (out.size() > 1 ? "," : "") + each;
  return out + "]";
}

}  // namespace

class schema_writer {
 public:
  explicit schema_writer(form form) : form_(form) {}

  [[nodiscard]] std::string object(const std::optional<schema_title>& title,
                                   const std::vector<schema_member>& members) const {
    ordered_object out;
    out.add_text("type", "object");
    if (title && form_ != form::checked) out.add_text("title", title->text());
    add_members(out, members);
    return out.take();
  }

 private:
  using kind = value_schema::kind;

  static std::string_view name_of(kind kind) {
    switch (kind) {
      case kind::any:
        break;
      case kind::integer:
        return "integer";
      case kind::number:
        return "number";
      case kind::toggle:
        return "boolean";
      case kind::text:
        return "string";
      case kind::list:
        return "array";
      case kind::object:
        return "object";
    }
    return "";
  }

  [[nodiscard]] std::string value(const value_schema& of) const {
    ordered_object out;
    add_type(out, of);
    if (form_ != form::checked) out.add_text("title", of.title_.text());
    if (form_ == form::described && !of.description_.empty()) {
      out.add_text("description", of.description_);
    }
    if (!of.format_.empty()) out.add_text("format", of.format_);
    add_limits(out, of);
    if (!of.choices_.empty()) add_choices(out, of.choices_);
    if (of.kind_ == kind::list) out.add("items", value(of.of_.front()));
    if (of.kind_ == kind::object) add_members(out, of.members_);
    return out.take();
  }

  void add_type(ordered_object& out, const value_schema& of) const {
    if (of.kind_ == kind::any) return;
    const std::string name = json::quoted(name_of(of.kind_));
    out.add("type", of.or_null_ && form_ == form::checked ? list_of({name, R"("null")"}) : name);
  }

  static void add_limits(ordered_object& out, const value_schema& of) {
    const auto add = [&](std::string_view least, std::string_view most) {
      out.add(least, of.limits_.least);
      out.add(most, of.limits_.most);
    };
    if (of.kind_ == kind::integer) add("minimum", "maximum");
    if (of.kind_ == kind::text) add("minLength", "maxLength");
    if (of.kind_ == kind::list) add("minItems", "maxItems");
  }

  // The titles make a drop-down of a text: its first entry is what nobody has chosen.
  void add_choices(ordered_object& out, const std::vector<schema_choice>& choices) const {
    std::vector<std::string> values;
    std::vector<std::string> titled;
    for (const schema_choice& each : choices) {
      if (form_ == form::checked && each.value.empty()) continue;
      values.push_back(json::quoted(each.value));
      ordered_object one;
      one.add_text("const", each.value);
      one.add_text("title", each.title.text());
      titled.push_back(one.take());
    }
    out.add("enum", list_of(values));
    if (form_ != form::checked) out.add("oneOf", list_of(titled));
  }

  void add_members(ordered_object& out, const std::vector<schema_member>& members) const {
    if (members.empty()) return;
    ordered_object properties;
    std::vector<std::string> required;
    for (const schema_member& each : members) {
      properties.add(each.name, value(each.value));
      if (each.required) required.push_back(json::quoted(each.name));
    }
    out.add("properties", properties.take());
    if (!required.empty()) out.add("required", list_of(required));
    if (form_ == form::checked) out.add("additionalProperties", "false");
  }

  form form_;
};

// ---- One value --------------------------------------------------------------------------------

value_schema::value_schema(kind kind, schema_title title) : kind_(kind), title_(title) {}

value_schema value_schema::any(schema_title title) { return {kind::any, title}; }

value_schema value_schema::integer(schema_title title, schema_limits of_value) {
  value_schema out(kind::integer, title);
  out.limits_ = of_value;
  return out;
}

value_schema value_schema::number(schema_title title) { return {kind::number, title}; }

value_schema value_schema::toggle(schema_title title) { return {kind::toggle, title}; }

value_schema value_schema::text(schema_title title, schema_limits of_length) {
  value_schema out(kind::text, title);
  out.limits_ = of_length;
  return out;
}

value_schema value_schema::time(schema_title title) {
  value_schema out(kind::text, title);
  out.format_ = "date-time";
  return out;
}

value_schema value_schema::choice(schema_title title, std::vector<schema_choice> choices) {
  value_schema out(kind::text, title);
  out.choices_ = std::move(choices);
  return out;
}

value_schema value_schema::list(schema_title title, value_schema of, schema_limits of_length) {
  value_schema out(kind::list, title);
  out.of_.push_back(std::move(of));
  out.limits_ = of_length;
  return out;
}

value_schema value_schema::object(schema_title title, std::vector<schema_member> members) {
  value_schema out(kind::object, title);
  out.members_ = std::move(members);
  return out;
}

value_schema value_schema::about(std::string_view description) const {
  value_schema out = *this;
  out.description_ = description;
  return out;
}

value_schema value_schema::or_null() const {
  value_schema out = *this;
  out.or_null_ = true;
  return out;
}

value_schema value_schema::or_empty() const {
  value_schema out = *this;
  out.or_empty_ = true;
  return out;
}

bool value_schema::is_not_given(const json::value& value) const {
  if (kind_ == kind::any || value.IsNull()) return value.IsNull();
  if (value.IsString()) return value.GetStringLength() == 0 && !or_empty_;
  if (value.IsArray()) return value.Empty();
  return value.IsNumber() && value.GetDouble() == 0;
}

// ---- All --------------------------------------------------------------------------------------

object_schema::object_schema(std::vector<schema_member> members)
    : object_schema(std::nullopt, std::move(members)) {}

object_schema object_schema::titled(schema_title title, std::vector<schema_member> members) {
  return {std::optional(title), std::move(members)};
}

object_schema::object_schema(std::optional<schema_title> title, std::vector<schema_member> members)
    : title_(title),
      members_(std::move(members)),
      published_{schema_writer(form::published).object(title_, members_)},
      described_{schema_writer(form::described).object(title_, members_)},
      checked_{schema_writer(form::checked).object(title_, members_)} {}

object_schema object_schema::with(const std::vector<schema_member>& more) const {
  std::vector<schema_member> all = members_;
  for (const schema_member& each : more) {
    const auto same = std::ranges::find(all, each.name, &schema_member::name);
    if (same != all.end()) {
      *same = each;
    } else {
      all.push_back(each);
    }
  }
  return {title_, std::move(all)};
}

}  // namespace gantry::fleet
