#include "model/json_slices.hpp"

#include <algorithm>

#include "model/json.hpp"

namespace gantry::json {
namespace {

constexpr std::string_view white_space = " \t\r\n";

slice without_space_before(slice in) {
  in.remove_prefix(std::min(in.find_first_not_of(white_space), in.size()));
  return in;
}

// The bytes of the string that begins here.
std::size_t string_size(slice in) {
  for (std::size_t at = 1; at < in.size(); ++at) {
    at = in.find_first_of("\"\\", at);
    if (at == slice::npos) break;
    if (in[at] == '"') return at + 1;
    ++at;
  }
  return in.size();
}

std::size_t nested_size(slice in) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < in.size();) {
    at = in.find_first_of("\"{}[]", at);
    if (at == slice::npos) break;
    if (in[at] == '"') {
      at += string_size(in.substr(at));
      continue;
    }
    depth += in[at] == '{' || in[at] == '[' ? 1 : -1;
    ++at;
    if (depth == 0) return at;
  }
  return in.size();
}

std::size_t value_size(slice in) {
  if (in.empty()) return 0;
  if (in.front() == '"') return string_size(in);
  if (in.front() == '{' || in.front() == '[') return nested_size(in);
  return std::min(in.find_first_of(",]} \t\r\n"), in.size());
}

}  // namespace

parts::parts(slice value) : rest_(without_space_before(value)) {
  if (rest_.empty()) return;
  if (rest_.front() == '{') closing_ = '}';
  if (rest_.front() == '[') closing_ = ']';
  if (closing_ != 0) rest_.remove_prefix(1);
}

bool parts::name_follows(slice& name) {
  if (!rest_.starts_with('"')) return false;
  name = rest_.substr(0, string_size(rest_));
  rest_ = without_space_before(rest_.substr(name.size()));
  if (!rest_.starts_with(':')) return false;
  rest_ = without_space_before(rest_.substr(1));
  return true;
}

std::optional<part> parts::next() {
  part out;
  rest_ = without_space_before(rest_);
  if (closing_ == 0 || rest_.starts_with(closing_)) return std::nullopt;
  if (of_object() && !name_follows(out.name)) return std::nullopt;
  out.value = rest_.substr(0, value_size(rest_));
  if (out.value.empty()) return std::nullopt;
  rest_ = without_space_before(rest_.substr(out.value.size()));
  if (rest_.starts_with(',')) {
    rest_.remove_prefix(1);
  } else if (!rest_.starts_with(closing_)) {
    rest_ = {};
  }
  return out;
}

std::optional<std::string> string_of(slice value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::nullopt;
  if (value.find('\\') == slice::npos) return std::string(value.substr(1, value.size() - 2));
  const auto read = parse(value);
  if (!read || !read->IsString()) return std::nullopt;
  return std::string(read->GetString(), read->GetStringLength());
}

std::optional<std::string> string_of(const std::optional<slice>& value) {
  return value ? string_of(*value) : std::nullopt;
}

bool is_name(const part& of, std::string_view name) {
  if (of.name.find('\\') != slice::npos) return string_of(of.name) == name;
  return of.name.size() == name.size() + 2 && of.name.substr(1, name.size()) == name;
}

std::string compact(slice value) {
  std::string out;
  while (!value.empty()) {
    const std::size_t plain = std::min(value.find_first_of("\" \t\r\n"), value.size());
    out += value.substr(0, plain);
    value.remove_prefix(plain);
    const std::size_t size = value.starts_with('"') ? string_size(value) : 0;
    out += value.substr(0, size);
    value = without_space_before(value.substr(size));
  }
  return out;
}

std::string without_removed(slice of, const value& kept) {
  parts in(of);
  if (!kept.IsObject()) return compact(of);
  if (!in.of_object()) return write(kept);
  std::string out = "{";
  while (const auto each = in.next()) {
    const auto name = string_of(each->name);
    const value* const its = name ? find(kept, *name) : nullptr;
    if (its == nullptr) continue;
    if (out.size() > 1) out += ',';
    out.append(each->name).append(":").append(without_removed(each->value, *its));
  }
  return out + "}";
}

}  // namespace gantry::json
