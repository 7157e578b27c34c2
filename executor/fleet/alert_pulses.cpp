#include "executor/fleet/alert_pulses.hpp"

#include <algorithm>
#include <utility>

#include "executor/engine/utf8.hpp"
#include "executor/fleet/target_paths.hpp"
#include "model/json_object.hpp"
#include "myko/session/moment.hpp"

namespace gantry::fleet {
namespace {

json::object described(alert_code code, const std::string& message, const std::string& since) {
  json::object out;
  out.set("code", to_string(code)).set("level", model::to_string(level_of(code)));
  out.set("message", message).set("since", since);
  return out;
}

}  // namespace

std::vector<model::pulse> alert_pulses::tell(const alert_board& board, const model::catalogue& all,
                                             time_point now) {
  const std::string time = myko::rfc3339(now);
  const std::size_t service = all.instance.service.value.size() + 1;
  std::vector<model::pulse> out;
  std::erase_if(told_, [&all](const auto& each) { return !all.emitters.contains(each.first); });
  for (const auto& [id, target] : all.targets) {
    const auto emitter = model::make_emitter_id(id, emitter_names::alerts);
    if (!all.emitters.contains(emitter)) continue;
    const auto add = [&](json::text data) {
      out.push_back({.emitter = emitter, .data = std::move(data), .timestamp = myko::unix_ms(now)});
    };
    const auto [held, is_new] = told_.try_emplace(emitter);
    const auto changes = renew(held->second, board.of(id.value.substr(service)), time);
    for (const news& each : changes) add(data_of(each, held->second));
    if (is_new && changes.empty()) add(nothing_wrong(time));
  }
  return out;
}

std::vector<alert_pulses::news> alert_pulses::renew(conditions_told& held, const conditions* now,
                                                    const std::string& time) {
  std::vector<news> ended;
  std::vector<news> begun;
  for (const auto& [code, what] : held) {
    const bool holds = now != nullptr && now->contains(code);
    if (!holds) ended.push_back({code, {what.message, time}, false});
  }
  for (const news& each : ended) held.erase(each.code);
  if (now != nullptr) {
    for (const auto& [code, words] : *now) {
      const std::string message = engine::cut_utf8(words, message_bytes_max);
      told& what = held.try_emplace(code, told{"", time}).first->second;
      if (std::exchange(what.message, message) == message) continue;
      begun.push_back({code, what, true});
    }
  }
  std::ranges::reverse(ended);
  ended.insert(ended.end(), begun.rbegin(), begun.rend());
  return ended;
}

json::text alert_pulses::data_of(const news& change, const conditions_told& held) {
  std::string all;
  for (const auto& [code, what] : held) {
    if (!all.empty()) all += ',';
    all += described(code, what.message, what.since).to_text().bytes;
  }
  return described(change.code, change.what.message, change.what.since)
      .set("active", change.active)
      .set("all", json::text{"[" + all + "]"})
      .to_text();
}

json::text alert_pulses::nothing_wrong(const std::string& since) {
  return json::object()
      .set("code", "")
      .set("level", model::to_string(model::alert_level::info))
      .set("message", "Nothing is wrong.")
      .set("active", false)
      .set("since", since)
      .set("all", json::text{"[]"})
      .to_text();
}

}  // namespace gantry::fleet
