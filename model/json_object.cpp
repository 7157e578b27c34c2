#include "model/json_object.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <utility>

namespace gantry::json {

std::string quoted(std::string_view text) {
  rapidjson::StringBuffer out;
  rapidjson::Writer writer(out);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {out.GetString(), out.GetSize()};
}

text with_member(const text& of, std::string_view key, const text& value) {
  const bool bare = of.bytes.size() <= 2;  // {}
  return {"{" + quoted(key) + ":" + value.bytes + (bare ? "}" : "," + of.bytes.substr(1))};
}

object& object::set(std::string_view key, const text& value) { return set_raw(key, value.bytes); }

object& object::set(std::string_view key, std::string_view value) {
  return set_raw(key, quoted(value));
}

object& object::set_raw(std::string_view key, std::string value) {
  members_.insert_or_assign(key, std::move(value));
  return *this;
}

text object::to_text() const {
  std::string out = "{";
  for (const auto& [key, value] : members_) {
    if (out.size() > 1) out += ',';
    out.append(quoted(key)).append(":").append(value);
  }
  return {out + "}"};
}

}  // namespace gantry::json
