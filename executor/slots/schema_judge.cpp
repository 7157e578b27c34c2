#include "executor/slots/schema_judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "executor/slots/schema_words.hpp"
#include "executor/slots/text_format.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

using reason = std::optional<std::string>;

std::string_view characters_of(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

// ---- Types ------------------------------------------------------------------------------------

bool is_whole(const json::value& value) {
  if (!value.IsDouble()) return value.IsNumber();
  return std::isfinite(value.GetDouble()) && std::trunc(value.GetDouble()) == value.GetDouble();
}

bool is_of_type(std::string_view type, const json::value& value) {
  if (type == "integer") return is_whole(value);
  if (type == "number") return value.IsNumber();
  if (type == "string") return value.IsString();
  if (type == "boolean") return value.IsBool();
  if (type == "object") return value.IsObject();
  if (type == "array") return value.IsArray();
  return type == "null" && value.IsNull();
}

std::string_view words_of_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{
      {{"integer", "a whole number"},
       {"number", "a number"},
       {"string", "a text"},
       {"boolean", "true or false"},
       {"object", "an object"},
       {"array", "a list"},
       {"null", "null"}}};
  const auto* const found = std::ranges::find(words, type, &decltype(words)::value_type::first);
  return found == words.end() ? type : found->second;
}

std::string_view words_of_value(const json::value& value) {
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsNull()) return "null";
  if (value.IsString()) return "a text";
  if (value.IsObject()) return "an object";
  if (value.IsArray()) return "a list";
  return is_whole(value) ? "a number" : "a number with a fraction";
}

reason against_type(const json::value& types, const json::value& value) {
  std::string wanted;
  bool fits = false;
  const auto try_one = [&](const json::value& type) {
    fits |= is_of_type(characters_of(type), value);
    wanted.append(wanted.empty() ? "" : " or ").append(words_of_type(characters_of(type)));
  };
  if (types.IsArray()) {
    for (const json::value& each : types.GetArray()) try_one(each);
  } else {
    try_one(types);
  }
  if (fits) return std::nullopt;
  return "must be " + wanted + ", not " + std::string(words_of_value(value));
}

// ---- Numbers ----------------------------------------------------------------------------------

// Of integers exactly.
bool is_less(const json::value& left, const json::value& right) {
  if (left.IsInt64() && right.IsInt64()) return left.GetInt64() < right.GetInt64();
  if (left.IsUint64() && right.IsUint64()) return left.GetUint64() < right.GetUint64();
  return left.GetDouble() < right.GetDouble();
}

bool is_multiple(const json::value& value, const json::value& divisor) {
  if (divisor.IsUint64()) {
    if (value.IsUint64()) return value.GetUint64() % divisor.GetUint64() == 0;
    if (value.IsInt64()) {  // below 0; the smallest has no counterpart above
      return (0 - static_cast<std::uint64_t>(value.GetInt64())) % divisor.GetUint64() == 0;
    }
  }
  const double number = value.GetDouble();
  const double of = divisor.GetDouble();
  const double rest = std::abs(std::remainder(number, of));
  // Neither 19.99 nor 0.01 is exact in a double. Where all numbers would do, only an exact one
  // does.
  const double inexact = 4 * std::numeric_limits<double>::epsilon() * std::abs(number);
  return rest == 0 || (rest <= inexact && inexact < of / 4);
}

reason against_bound(std::string_view keyword, const json::value& bound, const json::value& value) {
  const auto words = [&bound](const char* how) { return how + json::write(bound); };
  if (keyword == "multipleOf") {
    if (is_multiple(value, bound)) return std::nullopt;
    return words("must be a multiple of ");
  }
  if (keyword == "maximum") {
    if (is_less(bound, value)) return words("must be at most ");
  } else if (keyword == "minimum") {
    if (is_less(value, bound)) return words("must be at least ");
  } else if (keyword == "exclusiveMaximum") {
    if (!is_less(value, bound)) return words("must be less than ");
  } else if (!is_less(bound, value)) {
    return words("must be more than ");
  }
  return std::nullopt;
}

// ---- Sizes ------------------------------------------------------------------------------------

reason against_size(bool is_most, std::size_t size, const json::value& bound, const char* of) {
  const double limit = bound.GetDouble();  // far above any size it may be no whole number
  if (is_most ? static_cast<double>(size) <= limit : static_cast<double>(size) >= limit) {
    return std::nullopt;
  }
  return std::string(is_most ? "must have at most " : "must have at least ") + json::write(bound) +
         of + ", not " + std::to_string(size);
}

// ---- Formats ----------------------------------------------------------------------------------

reason against_format(std::string_view format, std::string_view text) {
  if (format == "date" && !is_date(text)) return "must be a date such as 2026-12-31";
  if (format == "time" && !is_time(text)) return "must be a time such as 23:59:59Z";
  if (format == "date-time" && !is_date_time(text)) {
    return "must be a time such as 2026-12-31T23:59:59Z";
  }
  return std::nullopt;
}

}  // namespace

reason objection(std::string_view keyword, const json::value& said, const json::value& value) {
  if (keyword == "type") return against_type(said, value);
  const bool is_most = keyword.starts_with("max");
  if (value.IsNumber()) {
    static constexpr std::array<std::string_view, 5> bounds{"exclusiveMaximum", "exclusiveMinimum",
                                                            "maximum", "minimum", "multipleOf"};
    if (std::ranges::find(bounds, keyword) != bounds.end()) {
      return against_bound(keyword, said, value);
    }
  } else if (value.IsString()) {
    if (keyword == "format") return against_format(characters_of(said), characters_of(value));
    if (keyword == "maxLength" || keyword == "minLength") {
      return against_size(is_most, characters_in(characters_of(value)), said, " characters");
    }
  } else if (value.IsArray() && (keyword == "maxItems" || keyword == "minItems")) {
    return against_size(is_most, value.Size(), said, " elements");
  } else if (value.IsObject() && (keyword == "maxProperties" || keyword == "minProperties")) {
    return against_size(is_most, value.MemberCount(), said, " members");
  }
  return std::nullopt;
}

}  // namespace gantry::slots
