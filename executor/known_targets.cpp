#include "executor/known_targets.hpp"

#include <filesystem>

#include "executor/host.hpp"
#include "model/json_object.hpp"

namespace gantry {
namespace {

// Raised when the format changes in a way that this reader cannot read.
constexpr int version = 1;

failure unreadable(const std::string& file, const std::string& why) {
  return {make_error_code(boost::system::errc::illegal_byte_sequence), file + ": " + why};
}

}  // namespace

result<std::vector<fleet::identity>> load_known_targets(const std::string& file) {
  std::vector<fleet::identity> out;
  const auto content = host::read_file(file);
  std::error_code ignored;  // then it is taken for not there
  if (!content && std::filesystem::exists(file, ignored)) return unreadable(file, "cannot be read");
  if (!content) return out;
  const auto parsed = json::parse(*content);
  if (!parsed) return unreadable(file, parsed.error().message);
  const json::value* found = json::find(*parsed, "version");
  if (found == nullptr || !found->IsInt() || found->GetInt() != version) {
    return unreadable(file, "of another version");
  }
  const json::value* targets = json::find(*parsed, "targets");
  if (targets == nullptr || !targets->IsArray()) return unreadable(file, "it lists no targets");
  for (const json::value& each : targets->GetArray()) {
    const auto path = json::find_string(each, "path");
    const auto name = json::find_string(each, "name");
    const auto group = json::find_string(each, "group");
    if (!path || path->empty() || !name || !group)
      return unreadable(file, "a target lacks a field");
    out.push_back({std::string(*path), std::string(*name), std::string(*group)});
  }
  return out;
}

result<void> save_known_targets(const std::string& file,
                                const std::vector<fleet::identity>& targets) {
  std::string list;
  for (const fleet::identity& each : targets) {
    const json::text target = json::object()
                                  .set("path", each.path)
                                  .set("name", each.name)
                                  .set("group", each.group)
                                  .to_text();
    list += (list.empty() ? "\n" : ",\n") + target.bytes;
  }
  const json::text content =
      json::object().set("version", version).set("targets", json::text{"[" + list + "]"}).to_text();
  return host::replace_file(file, content.bytes + "\n");
}

}  // namespace gantry
