#include "myko/session/read_back.hpp"

#include <algorithm>
#include <utility>

#include "model/json.hpp"
#include "myko/printable.hpp"

namespace gantry::myko {
namespace {

constexpr std::size_t ids_shown_max = 10;

constexpr const char* target_type = "Target";

template <typename Map>
void add_keys(std::set<item_key>& out, const char* type, const Map& items) {
  for (const auto& [id, item] : items) out.emplace(type, id.value);
}

}  // namespace

std::set<item_key> keys_of(const model::catalogue& all) {
  std::set<item_key> out{{"Instance", all.instance.id.value}};
  add_keys(out, target_type, all.targets);
  add_keys(out, "Action", all.actions);
  add_keys(out, "Emitter", all.emitters);
  add_keys(out, "TargetStatus", all.statuses);
  return out;
}

bool publishes(const model::catalogue& all, const item_key& key) {
  const auto& [type, id] = key;
  if (type == "Instance") return all.instance.id.value == id;
  if (type == target_type) return all.targets.contains(model::target_id(id));
  if (type == "Action") return all.actions.contains(model::action_id(id));
  if (type == "Emitter") return all.emitters.contains(model::emitter_id(id));
  return type == "TargetStatus" && all.statuses.contains(model::status_id(id));
}

// Keys are sorted by type.
std::deque<row_choice> questions_for(const std::set<item_key>& keys, std::size_t ids_max) {
  std::deque<row_choice> out;
  for (const auto& [type, id] : keys) {
    const bool has_place =
        !out.empty() && out.back().type == type && out.back().ids.size() < ids_max;
    if (!has_place) out.push_back({.type = type});
    out.back().ids.push_back(id);
  }
  return out;
}

std::deque<row_choice> questions_for_others(const model::catalogue& published) {
  std::deque<row_choice> out;
  out.push_back(
      {.type = target_type, .field = "serviceId", .value = published.instance.service.value});
  for (const auto& [id, target] : published.targets) {
    for (const char* type : {"Action", "Emitter"}) {
      out.push_back({.type = type, .field = "targetId", .value = id.value});
    }
  }
  return out;
}

bool fits(const json::text& item, const row_choice& question) {
  const auto row = json::parse(item.bytes);
  return row && json::find_string(*row, question.field) == question.value;
}

void read_back::begin(const model::catalogue& published, generation server, time_point now) {
  stop();
  silence_ = false;
  server_ = server;
  parts_ = questions_for(keys_of(published), config_.ids_max);
  for (row_choice& each : questions_for_others(published)) parts_.push_back(std::move(each));
  due_ = now + config_.begin_after;
}

void read_back::stop() {
  parts_.clear();
  if (open_) abandoned_ = open_->tx();
  open_.reset();
  due_.reset();
  deadline_.reset();
  second_round_ = false;
  found_ = {};
  stray_bytes_ = 0;
  unasked_.clear();
  result_.reset();
}

std::optional<query> read_back::tick(const std::string& tx, time_point now) {
  if (open_ && deadline_ && now >= *deadline_) {
    stop();
    silence_ = true;
  }
  if (open_ || !due_ || now < *due_ || parts_.empty()) return std::nullopt;
  due_.reset();
  open_.emplace(tx, parts_.front().ids);
  deadline_ = now + config_.answer_within;
  return make_query(parts_.front(), server_, tx);
}

bool read_back::receive(const query_response& answer, const model::catalogue& published,
                        time_point now) {
  if (!is_asking(answer.tx) || !open_->receive(answer)) return false;
  note_answer(published);
  next_part(now);
  return true;
}

void read_back::refused(time_point now) {
  if (open_) next_part(now);
}

void read_back::note_answer(const model::catalogue& published) {
  const row_choice& asked = parts_.front();
  for (const std::string& id : asked.ids) {
    const item_key key(asked.type, id);
    if (!open_->rows().contains(id) && publishes(published, key)) found_.missing.insert(key);
  }
  if (asked.field.empty()) return;
  for (const auto& [id, item] : open_->rows()) {
    if (found_.strays.size() >= config_.strays_max) return;
    if (!fits(item, asked)) {
      unasked_.insert(asked.type);
      continue;
    }
    if (publishes(published, {asked.type, id})) continue;
    stray_bytes_ += item.bytes.size();
    if (stray_bytes_ > config_.stray_bytes_max) return;
    found_.strays.push_back({asked.type, id, item});
  }
}

void read_back::next_part(time_point now) {
  parts_.pop_front();
  // A core that does not know the query gives all rows of the type: once is enough.
  std::erase_if(parts_, [this](const row_choice& each) {
    return !each.field.empty() && unasked_.contains(each.type);
  });
  open_.reset();
  deadline_.reset();
  due_ = now;
  if (parts_.empty()) finish_round(now);
}

// What was on its way just then, such as a row that is deleted and set anew, is there the second
// time.
void read_back::finish_round(time_point now) {
  due_.reset();
  if (!second_round_ && !found_.missing.empty()) {
    second_round_ = true;
    parts_ = questions_for(std::exchange(found_.missing, {}), config_.ids_max);
    due_ = now + config_.again_after;
    return;
  }
  result_ = std::exchange(found_, {});
}

std::optional<read_back_result> read_back::take_result() {
  return std::exchange(result_, std::nullopt);
}

std::optional<std::string> read_back::take_abandoned() {
  return std::exchange(abandoned_, std::nullopt);
}

bool read_back::take_silence() { return std::exchange(silence_, false); }

std::optional<read_back::time_point> read_back::next_deadline() const {
  return open_ ? deadline_ : due_;
}

std::string in_words(const std::set<item_key>& missing, const std::set<item_key>& all) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> counts;
  for (const auto& [type, id] : all) ++counts[type].second;
  std::string ids;
  std::size_t shown = 0;
  for (const auto& [type, id] : missing) {
    ++counts[type].first;
    if (shown == ids_shown_max) continue;
    ids += (shown++ == 0 ? "" : ", ") + printable(id);
  }
  std::string out;
  for (const auto& [type, count] : counts) {
    if (count.first == 0) continue;
    const std::size_t most = std::max(count.first, count.second);
    out += (out.empty() ? "" : ", ") + std::to_string(count.first);
    if (count.second > 0) out += " of " + std::to_string(count.second);
    out += " " + type + (most == 1 ? "" : type.ends_with('s') ? "es" : "s");
  }
  return out + ": " + ids + (missing.size() > shown ? ", ..." : "");
}

}  // namespace gantry::myko
