#include "executor/setting_values.hpp"

#include <charconv>

#include "executor/units.hpp"
#include "myko/printable.hpp"

namespace gantry {
namespace {

using namespace std::chrono_literals;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string is_not(setting_type type, std::string_view text) {
  return "must be " + std::string(describe(type)) + but_not(text);
}

template <typename Number>
std::variant<setting_value, std::string> read_number(setting_type type, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return is_not(type, text);
  }
  return setting_value(number);
}

std::optional<setting_value> read_unit(setting_type type, std::string_view text) {
  if (type == setting_type::size) {
    if (const auto size = units::parse_size(text)) return setting_value(*size);
    return std::nullopt;
  }
  if (type == setting_type::size_limit) {
    if (text == "none") return setting_value(size_limit());
    if (const auto size = units::parse_size(text)) return setting_value(size_limit(*size));
    return std::nullopt;
  }
  if (type == setting_type::time_limit && text == "never") return setting_value(time_limit());
  using enum fleet::history_extent;
  if (type == setting_type::history && text == "none") return fleet::output_history{none, 0ms};
  if (type == setting_type::history && text == "all") return fleet::output_history{all, 0ms};
  const auto duration = units::parse_duration(text);
  if (!duration) return std::nullopt;
  if (type == setting_type::history) return fleet::output_history{recent, *duration};
  if (type == setting_type::time_limit) return setting_value(time_limit(*duration));
  return setting_value(*duration);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const auto comma = text.find(',');
    if (const auto part = trimmed(text.substr(0, comma)); !part.empty()) out.emplace_back(part);
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::variant<setting_value, std::string> read_setting(setting_type type, std::string_view text) {
  text = trimmed(text);
  switch (type) {
    case setting_type::text:
      return setting_value(std::string(text));
    case setting_type::integer:
      return read_number<std::int64_t>(type, text);
    case setting_type::number:
      return read_number<double>(type, text);
    case setting_type::list:
      return setting_value(split(text));
    case setting_type::toggle:
      if (text == "true" || text == "1" || text == "yes") return setting_value(true);
      if (text == "false" || text == "0" || text == "no") return setting_value(false);
      return is_not(type, text);
    case setting_type::texts:
      return is_not(type, text);
    case setting_type::size:
    case setting_type::size_limit:
    case setting_type::duration:
    case setting_type::time_limit:
    case setting_type::history:
      if (auto value = read_unit(type, text)) return *std::move(value);
      return is_not(type, text);
  }
  return std::string("cannot be read");
}

std::string_view describe(setting_type type) {
  switch (type) {
    case setting_type::text:
      return "a text";
    case setting_type::integer:
      return "a whole number";
    case setting_type::number:
      return "a number";
    case setting_type::toggle:
      return "true or false";
    case setting_type::list:
      return "a list of texts";
    case setting_type::size:
      return "a size such as 64KiB, 256MiB or 1GiB";
    case setting_type::texts:
      return "a table of texts such as {LEVEL = \"3\"}";
    case setting_type::size_limit:
      return "a size such as 64KiB, 256MiB or 1GiB, or none";
    case setting_type::duration:
      return "a duration such as 20ms, 30s, 15m, 12h or 30d";
    case setting_type::time_limit:
      return "a duration such as 20ms, 30s, 15m, 12h or 30d, or never";
    case setting_type::history:
      return "none, all, or a duration such as 30s, 15m, 12h or 30d";
  }
  return "a value";
}

std::string but_not(std::string_view text) {
  return ", not \"" + myko::printable_address(text) + "\"";
}

}  // namespace gantry
