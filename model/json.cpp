#include "model/json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <vector>

#include "model/json_check.hpp"

namespace gantry::json {
namespace {

namespace dom = simdjson::dom;
using allocator = document::AllocatorType;

constexpr std::size_t depth_max = 512;

value string(std::string_view in, allocator& memory) {
  return {in.data(), static_cast<rapidjson::SizeType>(in.size()), memory};
}

value copy(const dom::element& in, allocator& memory) {
  switch (in.type()) {
    case dom::element_type::OBJECT: {
      value out(rapidjson::kObjectType);
      for (const auto [name, member] : dom::object(in)) {
        out.AddMember(string(name, memory), copy(member, memory), memory);
      }
      return out;
    }
    case dom::element_type::ARRAY: {
      value out(rapidjson::kArrayType);
      for (const auto element : dom::array(in)) out.PushBack(copy(element, memory), memory);
      return out;
    }
    case dom::element_type::STRING:
      return string(std::string_view(in), memory);
    case dom::element_type::INT64:
      return value(std::int64_t(in));
    case dom::element_type::UINT64:
      return value(std::uint64_t(in));
    case dom::element_type::DOUBLE:
      return value(double(in));
    case dom::element_type::BOOL:
      return value(bool(in));
    case dom::element_type::NULL_VALUE:
      return value();
  }
  return value();
}

// Simdjson refuses integers of more than 64 bits, which are valid JSON: as any wrong number up to
// 3.0, later by a code of their own.
template <typename Code>
bool may_be_big_number(Code error) {
  if constexpr (requires { Code::BIGINT_ERROR; }) {
    if (error == Code::BIGINT_ERROR) return true;
  }
  return error == Code::NUMBER_ERROR;
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// Builds itself from a reader's events. Numbers come as text, since RapidJSON's own reading of long
// ones writes behind the end of its buffer.
struct document_of_events : document {
  // NOLINTNEXTLINE(readability-identifier-naming): of rapidjson::Handler
  bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    if (const auto number = whole_number<std::int64_t>({text, size})) return Int64(*number);
    if (const auto number = whole_number<std::uint64_t>({text, size})) return Uint64(*number);
    return Double(std::strtod(text, nullptr));
  }
};

result<document> parse_big_numbers(std::string_view bytes) {
  const auto checked = check(bytes);
  if (!checked) return checked.error();
  if (!checked->finite) return not_json("a number is too large for a double");
  if (checked->depth > depth_max) return not_json(simdjson::error_message(simdjson::DEPTH_ERROR));
  document_of_events out;
  const auto read = [&](document& /*itself*/) {
    rapidjson::MemoryStream in(bytes.data(), bytes.size());
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    return !rapidjson::Reader().Parse<flags>(in, out).IsError();
  };
  // Integers of 309 digits are too many for it, whatever their exponent.
  if (!out.Populate(read).IsObject() && !out.IsArray() && !out.IsNumber()) {
    return not_json("a number has too many digits");
  }
  return document(std::move(out));
}

value sorted_copy(const value& in, allocator& memory) {
  if (in.IsArray()) {
    value out(rapidjson::kArrayType);
    for (const auto& element : in.GetArray()) out.PushBack(sorted_copy(element, memory), memory);
    return out;
  }
  if (!in.IsObject()) return {in, memory};
  using member = const value::Member*;
  std::vector<member> members;
  for (const auto& each : in.GetObject()) members.push_back(&each);
  const auto name = [](member each) {
    return std::string_view(each->name.GetString(), each->name.GetStringLength());
  };
  std::stable_sort(members.begin(), members.end(),
                   [&](member left, member right) { return name(left) < name(right); });
  value out(rapidjson::kObjectType);
  for (const member each : members) {
    out.AddMember(value(each->name, memory), sorted_copy(each->value, memory), memory);
  }
  return out;
}

result<document> parse_strictly(std::string_view bytes) {
  if (auto mark = byte_order_mark(bytes)) return *std::move(mark);
  // One parser for each call: a kept one would keep the memory of the largest text ever seen.
  dom::parser parser;
  simdjson::error_code error = parser.allocate(bytes.size(), depth_max);
  dom::element root;
  if (!error) error = parser.parse(bytes.data(), bytes.size()).get(root);
  if (may_be_big_number(error)) return parse_big_numbers(bytes);
  if (error) return not_json(simdjson::error_message(error));
  document out;
  static_cast<value&>(out) = copy(root, out.GetAllocator());
  return out;
}

}  // namespace

result<document> parse(std::string_view bytes) {
  result<document> out = parse_strictly(bytes);
  if (out) return out;
  if (const auto repaired = without_lone_surrogates(bytes)) return parse_strictly(*repaired);
  return out;
}

std::string write(const value& in) {
  rapidjson::StringBuffer out;
  rapidjson::Writer writer(out);
  in.Accept(writer);
  return {out.GetString(), out.GetSize()};
}

std::string canonical(const value& in) {
  document sorted;
  static_cast<value&>(sorted) = sorted_copy(in, sorted.GetAllocator());
  return write(sorted);
}

const value* find(const value& object, std::string_view key) {
  if (!object.IsObject()) return nullptr;
  const auto member = object.FindMember(
      value(rapidjson::StringRef(key.data(), static_cast<rapidjson::SizeType>(key.size()))));
  return member == object.MemberEnd() ? nullptr : &member->value;
}

std::optional<std::string_view> find_string(const value& object, std::string_view key) {
  const value* found = find(object, key);
  if (found == nullptr || !found->IsString()) return std::nullopt;
  return std::string_view(found->GetString(), found->GetStringLength());
}

}  // namespace gantry::json
