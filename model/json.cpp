#include "model/json.hpp"

#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <vector>

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

failure not_json(std::string_view why) {
  return {make_error_code(boost::system::errc::illegal_byte_sequence),
          "not JSON: " + std::string(why)};
}

std::size_t depth_of(std::string_view bytes) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char byte = bytes[at];
    if (in_string) {
      if (byte == '\\') ++at;
      if (byte == '"') in_string = false;
    } else if (byte == '"') {
      in_string = true;
    } else if (byte == '{' || byte == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((byte == '}' || byte == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
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

result<document> parse_big_numbers(std::string_view bytes) {
  if (depth_of(bytes) > depth_max) return not_json(simdjson::error_message(simdjson::DEPTH_ERROR));
  document out;
  out.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
            rapidjson::kParseFullPrecisionFlag>(bytes.data(), bytes.size());
  if (out.HasParseError()) return not_json(rapidjson::GetParseError_En(out.GetParseError()));
  return out;
}

// Half of a surrogate pair, \uD800 to \uDFFF, at this place; 0: something else.
unsigned surrogate_at(std::string_view bytes, std::size_t at) {
  if (bytes.size() - at < 6 || bytes[at] != '\\' || bytes[at + 1] != 'u') return 0;
  unsigned code = 0;
  const char* const first = bytes.data() + at + 2;
  const auto [end, error] = std::from_chars(first, first + 4, code, 16);
  return error == std::errc() && end == first + 4 && (code & 0xF800U) == 0xD800U ? code : 0;
}

// JavaScript writes a string that was cut inside a pair with half of one, which no parser here
// takes: each becomes U+FFFD. Nothing where there is none.
std::optional<std::string> without_lone_surrogates(std::string_view bytes) {
  std::string out;
  bool any = false;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t take = bytes[at] == '\\' ? std::min<std::size_t>(2, bytes.size() - at) : 1;
    if (const unsigned code = surrogate_at(bytes, at); code != 0) {
      take = 6;
      const unsigned next = at + 6 < bytes.size() ? surrogate_at(bytes, at + 6) : 0;
      if (code < 0xDC00U && next >= 0xDC00U) {
        take = 12;
      } else {
        any = true;
        out += "\\uFFFD";
        at += take;
        continue;
      }
    }
    out += bytes.substr(at, take);
    at += take;
  }
  if (!any) return std::nullopt;
  return out;
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

}  // namespace

namespace {

// RapidJSON and newer versions of simdjson pass over the mark. But a text is also passed on as it
// came, in the middle of another, where no parser takes one: so it is refused.
bool has_byte_order_mark(std::string_view bytes) { return bytes.starts_with("\xEF\xBB\xBF"); }

result<document> parse_strictly(std::string_view bytes) {
  if (has_byte_order_mark(bytes)) return not_json("it begins with a byte order mark");
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
