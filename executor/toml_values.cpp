#include "executor/toml_values.hpp"

#include <optional>
#include <vector>

namespace gantry {
namespace {

std::optional<std::vector<std::string>> list_of(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& each : *array) {
    const auto* text = each.as_string();
    if (text == nullptr) return std::nullopt;
    out.push_back(text->get());
  }
  return out;
}

std::optional<text_map> texts_of(const toml::node& node) {
  const auto* table = node.as_table();
  if (table == nullptr) return std::nullopt;
  text_map out;
  for (const auto& [name, each] : *table) {
    const auto* text = each.as_string();
    if (text == nullptr) return std::nullopt;
    out.emplace(name.str(), text->get());
  }
  return out;
}

template <typename T>
std::optional<setting_value> exactly(const toml::node& node) {
  if (auto value = node.value_exact<T>()) return setting_value(*value);
  return std::nullopt;
}

std::optional<setting_value> plain_value(setting_type type, const toml::node& node) {
  switch (type) {
    case setting_type::text:
      return exactly<std::string>(node);
    case setting_type::integer:
      return exactly<std::int64_t>(node);
    case setting_type::number:
      if (auto number = node.value<double>()) return setting_value(*number);
      return std::nullopt;
    case setting_type::toggle:
      return exactly<bool>(node);
    case setting_type::list:
      if (auto list = list_of(node)) return setting_value(*list);
      return std::nullopt;
    case setting_type::texts:
      if (auto texts = texts_of(node)) return setting_value(*texts);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// Of what takes a unit: a text, and for bytes a whole number, too.
std::optional<std::string> text_with_unit(setting_type type, const toml::node& node) {
  const bool is_size = type == setting_type::size || type == setting_type::size_limit;
  if (is_size && node.is_integer()) {
    return std::to_string(node.as_integer()->get());
  }
  const bool takes_unit = is_size || type == setting_type::duration ||
                          type == setting_type::time_limit || type == setting_type::history;
  return takes_unit ? node.value_exact<std::string>() : std::nullopt;
}

}  // namespace

std::variant<setting_value, std::string> value_of(setting_type type, const toml::node& node) {
  if (const auto text = text_with_unit(type, node)) return read_setting(type, *text);
  if (auto value = plain_value(type, node)) return *std::move(value);
  return "must be " + std::string(describe(type));
}

std::string place(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line);
}

}  // namespace gantry
