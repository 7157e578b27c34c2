#include "executor/fleet/watch_state.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "executor/outbox/json_line.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

// Raised when the format changes in a way that this reader cannot read.
constexpr int version = 3;
constexpr int version_without_numbers = 2;  // of runs

using acquaintance_name = std::pair<acquaintance, std::string_view>;
constexpr std::array acquaintances{
    acquaintance_name{acquaintance::found_at_start, "found-at-start"},
    acquaintance_name{acquaintance::found_at_rest, "found-at-rest"},
    acquaintance_name{acquaintance::made_since, "made-since"}};

// ---- Out

json::object object_of(const run& from) {
  json::object out;
  out.set("number", from.number).set("toldStart", from.told_start);
  out.set("startedAt", from.started_at).set("noticedAt", from.noticed_at);
  out.set("beganBeforeUs", from.began_before_us);
  out.set("askedByUs", from.asked_by_us).set("askedByOthers", from.asked_by_others);
  out.set("oomKilled", from.oom_killed).set("died", from.died).set("error", from.error);
  if (from.end) {
    json::object end;
    end.set("time", from.end->time);
    if (from.end->exit_code) end.set("exitCode", *from.end->exit_code);
    out.set("end", end);
  }
  return out;
}

json::object object_of(const run_ledger_state::trace& from) {
  json::object out;
  out.set("startedAt", from.started_at).set("noticedAt", from.noticed_at);
  return out.set("endedAt", from.ended_at).set("died", from.died);
}

// ---- In: the first thing that is missing or of another type fails it all.

class reader {
 public:
  explicit reader(const json::value& from) : from_(from) {}

  template <typename Integer>
  void integer(const char* key, Integer& out) {
    const json::value* found = json::find(from_, key);
    if (found != nullptr && found->IsInt64() && std::in_range<Integer>(found->GetInt64())) {
      out = static_cast<Integer>(found->GetInt64());
    } else {
      lacks(key);
    }
  }
  void time(const char* key, engine::timestamp& out) {
    integer(key, out);
    if (out < engine::time_min || out > engine::time_max) lacks(key);
  }
  void flag(const char* key, bool& out) {
    const json::value* found = json::find(from_, key);
    if (found != nullptr && found->IsBool()) {
      out = found->GetBool();
    } else {
      lacks(key);
    }
  }
  void text(const char* key, std::string& out) {
    if (const auto found = json::find_string(from_, key)) {
      out = *found;
    } else {
      lacks(key);
    }
  }
  [[nodiscard]] const json::value* part(const char* key) const { return json::find(from_, key); }
  void lacks(const std::string& key) {
    if (missing_.empty()) missing_ = key;
  }
  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  const json::value& from_;
  std::string missing_;
};

run read_run(const json::value& from, bool numbered, std::string& missing) {
  run out;
  reader in(from);
  if (numbered) {
    in.integer("number", out.number);
    in.time("toldStart", out.told_start);
  }
  in.time("startedAt", out.started_at);
  in.time("noticedAt", out.noticed_at);
  in.flag("beganBeforeUs", out.began_before_us);
  in.flag("askedByUs", out.asked_by_us);
  in.flag("askedByOthers", out.asked_by_others);
  in.flag("oomKilled", out.oom_killed);
  in.text("error", out.error);
  if (in.part("died") != nullptr) in.flag("died", out.died);  // an older gantry kept none
  if (const json::value* end = in.part("end")) {
    reader at_end(*end);
    at_end.time("time", out.end.emplace().time);
    if (at_end.part("exitCode") != nullptr)
      at_end.integer("exitCode", out.end->exit_code.emplace());
    if (!at_end.missing().empty()) in.lacks(at_end.missing());
  }
  if (missing.empty()) missing = in.missing();
  return out;
}

void read_trace(const json::value& from, run_ledger_state::trace& out, std::string& missing) {
  reader in(from);
  in.time("startedAt", out.started_at);
  in.time("noticedAt", out.noticed_at);
  in.time("endedAt", out.ended_at);
  in.flag("died", out.died);
  if (missing.empty()) missing = in.missing();
}

void read_how(reader& in, acquaintance& out) {
  std::string name;
  in.text("how", name);
  const auto found = std::ranges::find(acquaintances, name, &acquaintance_name::second);
  if (found == acquaintances.end()) return in.lacks("how");
  out = found->first;
}

void read_ledger(reader& in, bool numbered, run_ledger_state& out, std::string& missing) {
  read_how(in, out.how);
  in.flag("seen", out.seen);
  in.text("stopSignal", out.stop_signal);
  in.time("before", out.before);
  in.time("historyUntil", out.history_until);
  in.integer("restarts", out.restarts);
  if (const json::value* last = in.part("last")) {
    reader of_last(*last);
    out.last = decltype(out.last)::value_type{};
    of_last.flag("askedByUs", out.last->asked_by_us);
    of_last.flag("askedByOthers", out.last->asked_by_others);
    of_last.flag("oomKilled", out.last->oom_killed);
    if (!of_last.missing().empty()) in.lacks(of_last.missing());
  }
  if (const json::value* newest = in.part("newest")) {
    read_trace(*newest, out.newest, missing);
  } else {
    in.lacks("newest");
  }
  const json::value* runs = in.part("runs");
  if (runs == nullptr || !runs->IsArray()) return in.lacks("runs");
  for (const json::value& each : runs->GetArray()) {
    out.runs.push_back(read_run(each, numbered, missing));
  }
  if (numbered) return in.integer("count", out.count);
  out.count = out.last ? 1 : 0;
  for (run& each : out.runs) each.number = ++out.count;
}

failure unreadable(const std::string& why) {
  return {make_error_code(boost::system::errc::illegal_byte_sequence),
          "the state of a container's runs " + why};
}

}  // namespace

json::text to_json(const watch_state& state) {
  const run_ledger_state& ledger = state.ledger;
  std::string runs;
  for (const run& each : ledger.runs) {
    runs += (runs.empty() ? "" : ",") + object_of(each).to_text().bytes;
  }
  json::object out;
  out.set("version", version);
  out.set("how", std::ranges::find(acquaintances, ledger.how, &acquaintance_name::first)->second);
  out.set("seen", ledger.seen);
  out.set("stopSignal", ledger.stop_signal).set("newest", object_of(ledger.newest));
  out.set("before", ledger.before).set("historyUntil", ledger.history_until);
  out.set("restarts", ledger.restarts);
  if (ledger.last) {
    json::object last;
    last.set("askedByUs", ledger.last->asked_by_us);
    last.set("askedByOthers", ledger.last->asked_by_others);
    out.set("last", last.set("oomKilled", ledger.last->oom_killed));
  }
  out.set("runs", json::text{"[" + runs + "]"}).set("count", ledger.count);
  out.set("begun", state.begun).set("openedAt", state.opened_at);
  if (state.last_json && state.last_json->bytes.size() <= last_json_bytes_max) {
    out.set("lastJson", state.last_json->bytes);
  }
  return out.to_text();
}

result<watch_state> parse_watch_state(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed) return unreadable("is no JSON: " + parsed.error().message);
  watch_state out;
  reader in(*parsed);
  int found_version = 0;
  in.integer("version", found_version);
  if (found_version != version && found_version != version_without_numbers) {
    return unreadable("is of another version");
  }
  std::string missing;
  read_ledger(in, found_version == version, out.ledger, missing);
  in.flag("begun", out.begun);
  in.time("openedAt", out.opened_at);
  if (in.part("lastJson") != nullptr) {
    in.text("lastJson", out.last_json.emplace().bytes);
    if (!outbox::as_json(out.last_json->bytes)) out.last_json.reset();  // it goes into a pulse
  }
  if (missing.empty()) missing = in.missing();
  if (!missing.empty()) return unreadable("lacks " + missing);
  return out;
}

}  // namespace gantry::fleet
