#include "executor/fleet/core_memory.hpp"

#include <algorithm>
#include <set>

#include "model/item_json.hpp"
#include "model/json.hpp"
#include "model/sha256.hpp"

namespace gantry::fleet {
namespace {

outbox::saved_entity saved(const model::entity& item) {
  outbox::saved_entity out;
  out.type = model::item_type(item);
  out.id = model::id_of(item);
  out.item = std::visit([](const auto& each) { return model::to_item(each); }, item);
  if (const auto parsed = json::parse(out.item.bytes)) {
    out.hash = json::find_string(*parsed, "hash").value_or("");
  }
  return out;
}

// The item with one member set to another text, and the hash that it has then.
json::text with_member(const json::text& item, const char* name, const char* value) {
  auto parsed = json::parse(item.bytes);
  if (!parsed || !parsed->IsObject()) return item;
  json::document& document = *parsed;
  auto& memory = document.GetAllocator();
  document.RemoveMember("hash");
  document.RemoveMember(name);
  document.AddMember(json::value(name, memory), json::value(value, memory), memory);
  const std::string hash = model::sha256_hex(json::canonical(document));
  document.AddMember("hash", json::value(hash, memory), memory);
  return {json::canonical(document)};
}

// Would this life delete it, if it had published it itself? Not what belongs to another service, or
// to another instance of ours: somebody may come back to that.
bool is_ours(const outbox::saved_entity& each, const model::instance& self) {
  if (each.type == "Alert") return true;  // what was wrong then is no news, however lately it was
  const auto item = json::parse(each.item.bytes);
  if (!item) return false;
  if (each.type == "TargetStatus") return json::find_string(*item, "instanceId") == self.id.value;
  const bool hangs_on_service =
      each.type == "Target" || each.type == "Action" || each.type == "Emitter";
  return hangs_on_service && json::find_string(*item, "serviceId") == self.service.value;
}

// Of an emitter that is deleted: a core that keeps the last pulse under the emitter's id.
model::leftover pulse_of(const std::string& emitter) {
  const model::pulse last{.emitter = model::emitter_id(emitter), .data = {"{}"}};
  return {"Pulse", emitter, model::change_type::del, model::to_item(last)};
}

}  // namespace

core_memory::core_memory(std::vector<outbox::saved_entity> earlier) {
  for (outbox::saved_entity& each : earlier) {
    key name{each.type, each.id};
    const auto item = json::parse(each.item.bytes);
    if (!item || !item->IsObject()) {
      unreadable_.push_back(std::move(name));
      continue;
    }
    known_.emplace(std::move(name), std::move(each));
  }
}

core_memory::change core_memory::complete(model::catalogue& all, std::int64_t now) {
  change out;
  all.leftovers.clear();
  for (const model::change& each : difference(last_, all)) {
    if (each.type == model::change_type::set) {
      note_set(each.item, out);
    } else {
      outbox::saved_entity gone = saved(each.item);
      gone.gone_since = now;
      gone.deleted = true;
      known_[{gone.type, gone.id}] = gone;
      out.entities.push_back(std::move(gone));
    }
  }
  last_ = all;
  if (begun_ == 0) {
    begun_ = now;
    note_all_that_is_missing(all, now, out);
  }
  for (auto& [name, each] : std::exchange(changed_, {})) out.entities.push_back(each);
  for (key& each : std::exchange(unreadable_, {})) {
    if (!known_.contains(each)) out.gone.push_back(std::move(each));
  }
  forget_oldest(out);
  add_leftovers(all);
  return out;
}

void core_memory::add_leftovers(model::catalogue& all) {
  auto made = std::exchange(pulses_, {});
  for (const auto& [name, each] : known_) {
    if (each.gone_since == 0) continue;
    const bool tells = each.deleted || each.type == "TargetStatus" || each.type == "Instance";
    if (tells) all.leftovers.emplace(name, leftover_of(each));
    if (!each.deleted || each.type != "Emitter") continue;
    const auto old = made.find(each.id);
    const auto pulse =
        pulses_.emplace(each.id, old != made.end() ? std::move(old->second) : pulse_of(each.id));
    all.leftovers.emplace(key{"Pulse", each.id}, pulse.first->second);
  }
}

void core_memory::note_set(const model::entity& item, change& out) {
  outbox::saved_entity now = saved(item);
  outbox::saved_entity& known = known_[{now.type, now.id}];
  if (known == now) return;
  known = now;
  out.entities.push_back(std::move(now));
}

void core_memory::note_all_that_is_missing(const model::catalogue& all, std::int64_t now,
                                           change& out) {
  std::set<key> there;
  for (const model::change& each : publication(all)) {
    there.emplace(model::item_type(each.item), model::id_of(each.item));
  }
  for (auto& [name, each] : known_) {
    if (each.deleted || there.contains(name)) continue;
    const bool deletes = is_ours(each, all.instance);
    if (each.gone_since != 0 && !deletes) continue;
    each.gone_since = now;
    each.deleted = deletes;
    out.entities.push_back(each);
  }
}

bool core_memory::delete_gone_before(std::int64_t time, std::int64_t now) {
  for (auto& [name, each] : known_) {
    if (each.gone_since == 0 || each.deleted || each.gone_since >= time) continue;
    each.deleted = true;
    each.gone_since = now;
    changed_[name] = each;
  }
  return !changed_.empty();
}

void core_memory::forget_oldest(change& out) {
  std::vector<std::pair<std::int64_t, key>> deleted;
  for (const auto& [name, each] : known_) {
    const bool is_of_this_start = each.gone_since == begun_;
    if (each.deleted && !is_of_this_start) deleted.emplace_back(each.gone_since, name);
  }
  if (deleted.size() <= deleted_max) return;
  std::sort(deleted.begin(), deleted.end());
  deleted.resize(deleted.size() - deleted_max);
  std::set<key> forgotten;
  for (auto& [since, name] : deleted) {
    known_.erase(name);
    forgotten.insert(std::move(name));
  }
  std::erase_if(out.entities, [&forgotten](const outbox::saved_entity& each) {
    return forgotten.contains({each.type, each.id});
  });
  out.gone.insert(out.gone.end(), forgotten.begin(), forgotten.end());
}

model::leftover core_memory::leftover_of(const outbox::saved_entity& each) {
  model::leftover out{each.type, each.id, model::change_type::del, each.item};
  if (each.deleted) return out;
  out.what = model::change_type::set;
  out.item = each.type == "Instance" ? with_member(each.item, "status", "Unavailable")
                                     : with_member(each.item, "status", "offline");
  return out;
}

}  // namespace gantry::fleet
