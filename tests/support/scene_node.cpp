#include "tests/support/scene_node.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "model/json.hpp"

namespace gantry::test {
namespace {

using inputs = std::vector<scene_input>;

std::string_view text_of(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

// A text to choose: its constant, or its title where the constant is no text.
std::vector<std::string> options_of(const json::value& choices) {
  std::vector<std::string> out;
  for (const json::value& each : choices.GetArray()) {
    const auto constant = json::find_string(each, "const");
    const auto chosen = constant ? constant : json::find_string(each, "title");
    if (chosen) out.emplace_back(*chosen);
  }
  return out;
}

bool is_color(const json::value& properties) {
  constexpr std::array<std::string_view, 6> colors{"a,b,g,r", "b,g,r", "a,h,l,s",
                                                   "h,l,s",   "h,s,v", "a,h,s,v"};
  std::vector<std::string> names;
  for (const auto& each : properties.GetObject()) {
    const auto type = json::find_string(each.value, "type");
    if (type != "number" && type != "integer") return false;
    names.emplace_back(text_of(each.name));
  }
  std::ranges::sort(names);
  std::string all;
  for (const std::string& each : names) all += (all.empty() ? "" : ",") + each;
  return std::ranges::count(colors, all) > 0;
}

class node {
 public:
  explicit node(const json::value& root) : root_(root) {}

  void add(const json::value& schema, const std::string& path, inputs& out) const {
    if (const auto reference = json::find_string(schema, "$ref")) {
      const json::value* const target = definition(*reference);
      return target != nullptr ? add(*target, path, out) : out.push_back({path, "null"});
    }
    if (const json::value* choices = json::find(schema, "oneOf")) {
      const auto options = options_of(*choices);
      if (options.empty()) return add_each(*choices, path, out);
      return out.push_back({path, json::write(json::value(rapidjson::StringRef(
                                      options[0].data(), options[0].size())))});
    }
    if (const json::value* any = json::find(schema, "anyOf")) return add_each(*any, path, out);
    add_typed(schema, path, out);
  }

 private:
  [[nodiscard]] const json::value* definition(std::string_view reference) const {
    for (const std::string_view prefix : {"#/definitions/", "#/$defs/"}) {
      if (!reference.starts_with(prefix)) continue;
      const json::value* const all =
          json::find(root_, prefix == "#/$defs/" ? "$defs" : "definitions");
      return all == nullptr ? nullptr : json::find(*all, reference.substr(prefix.size()));
    }
    return nullptr;
  }

  void add_each(const json::value& schemas, const std::string& path, inputs& out) const {
    for (const json::value& each : schemas.GetArray()) add(each, path, out);
  }

  void add_typed(const json::value& schema, const std::string& path, inputs& out) const {
    const auto type = json::find_string(schema, "type");
    if (type == "object") return add_members(schema, path, out);
    const auto default_of = [&]() -> std::string {
      if (type == "array") return "[]";
      if (type == "string") return "\"\"";
      if (type == "number") return "0.0";
      if (type == "integer") return "0";
      return type == "boolean" ? "false" : "null";
    };
    out.push_back({path, default_of(), type == "null"});
  }

  void add_members(const json::value& schema, const std::string& path, inputs& out) const {
    const json::value* const properties = json::find(schema, "properties");
    if (properties == nullptr || properties->ObjectEmpty()) return;
    if (is_color(*properties)) return out.push_back({path, "{}"});
    for (const auto& each : properties->GetObject()) {
      std::string inner = path.empty() ? "" : path + ".";
      inner += text_of(each.name);
      add(each.value, inner, out);
    }
  }

  const json::value& root_;
};

void put(json::document& into, const std::string& path, const std::string& bytes) {
  auto& memory = into.GetAllocator();
  json::value* at = &into;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('.', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    if (json::find(*at, name) == nullptr) {
      at->AddMember(json::value(name.c_str(), memory), json::value(rapidjson::kObjectType), memory);
    }
    at = &(*at)[name.c_str()];
    begin = end + 1;
  }
  at->CopyFrom(json::parse(bytes).value(), memory);
}

}  // namespace

std::vector<scene_input> scene_inputs(const json::text& schema) {
  const auto read = json::parse(schema.bytes).value();
  inputs out;
  node(read).add(read, "", out);
  std::ranges::stable_sort(out, {}, &scene_input::path);
  return out;
}

json::text sent_by_scene(const json::text& schema, const std::map<std::string, std::string>& set) {
  const auto all = scene_inputs(schema);
  for (const auto& [path, value] : set) {
    if (std::ranges::count(all, path, &scene_input::path) == 0) {
      throw std::logic_error("the node has no input " + path);
    }
  }
  if (all.empty()) return {"null"};
  json::document out(rapidjson::kObjectType);
  for (const scene_input& each : all) {
    const auto found = set.find(each.path);
    const bool is_set = found != set.end() && found->second != "null" && !each.is_null;
    put(out, each.path, is_set ? found->second : each.unset);
  }
  return {json::write(out)};
}

}  // namespace gantry::test
