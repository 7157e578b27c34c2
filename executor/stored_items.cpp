#include "executor/stored_items.hpp"

#include <array>
#include <utility>

#include "model/item_json.hpp"
#include "model/json.hpp"

namespace gantry {
namespace {

// What a core keeps of an item, and gives back; the schema's members perhaps in another order.
constexpr std::array<std::string_view, 8> kept{
    "name", "targetId", "serviceId", "schema", "category", "color", "serviceTypeCode", "machineId"};

bool differ(const json::text& published, const json::text& stored) {
  const auto ours = json::parse(published.bytes);
  const auto theirs = json::parse(stored.bytes);
  if (!ours || !theirs) return true;
  for (const std::string_view name : kept) {
    const json::value* const left = json::find(*ours, name);
    const json::value* const right = json::find(*theirs, name);
    if (left == nullptr || left->IsNull()) continue;
    if (right == nullptr || *left != *right) return true;
  }
  return false;
}

}  // namespace

stored_items::stored_items(model::catalogue published) : items_(myko::keys_of(published)) {
  const auto add = [this](const char* type, const auto& items) {
    for (const auto& [id, each] : items) {
      texts_.emplace(myko::item_key(type, id.value), model::to_item(each));
    }
  };
  add("Target", published.targets);
  add("Action", published.actions);
  add("Emitter", published.emitters);
  const std::map<model::instance_id, model::instance> own{
      {published.instance.id, published.instance}};
  add("Instance", own);
}

void stored_items::note(const myko::query_response& rows) {
  for (const myko::wrapped_item& each : rows.upserts) {
    const auto item = json::parse(each.item.bytes);
    const auto id = item ? json::find_string(*item, "id") : std::nullopt;
    if (!id) continue;
    const myko::item_key key(each.item_type, std::string(*id));
    const auto published = texts_.find(key);
    if (published != texts_.end() && differ(published->second, each.item)) different_.insert(key);
  }
}

void stored_items::note(const myko::read_back_result& found) {
  missing_ = found.missing;
  for (const myko::stray_row& each : found.strays) {
    if (each.type == "Target") {
      ++unknown_targets_;
    } else {
      others_.emplace(each.type, each.id);
    }
  }
}

std::vector<std::string> stored_items::differences() const {
  std::vector<std::string> out;
  if (!missing_.empty()) {
    out.push_back("does not hold " + myko::in_words(missing_, items_) +
                  ": start gantry again if its configuration is another now; else the core's own "
                  "log may say why it did not take them");
  }
  if (!different_.empty()) {
    out.push_back(
        "holds otherwise " + myko::in_words(different_, items_) +
        ": start gantry again, for the one that published them had another configuration");
  }
  if (!others_.empty()) {
    out.push_back(
        "holds beside them " + myko::in_words(others_, {}) +
        ": start gantry again, for the one that published them had another configuration");
  }
  return out;
}

}  // namespace gantry
