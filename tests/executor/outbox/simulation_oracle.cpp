#include "tests/executor/outbox/simulation_oracle.hpp"

#include <algorithm>
#include <utility>

#include "model/json.hpp"

namespace gantry::outbox::simulation {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const auto end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> names_in(const record& each) {
  if (each.form == form::lines) return split(each.body);
  const auto body = json::parse(each.body);
  return {std::string(body ? json::find_string(*body, "name").value_or("") : "")};
}

std::string container_in(const std::string& name) { return name.substr(0, name.find('#')); }

std::size_t place_in(const std::string& name) {
  return std::stoul(name.substr(name.find('#') + 1));
}

std::uint64_t number_at(const json::value& data, std::string_view key) {
  const json::value* found = json::find(data, key);
  return found != nullptr && found->IsUint64() ? found->GetUint64() : 0;
}

std::string numbers(std::uint64_t first, std::uint64_t last) {
  return "numbers " + std::to_string(first) + " to " + std::to_string(last);
}

}  // namespace

void oracle::complain(const std::string& about) {
  if (complaints_.size() < 10) complaints_.push_back(about);
}

// ---- What is true ---------------------------------------------------------------------------

void oracle::committed(const batch& what) {
  for (const saved_container& each : what.containers) owner_[each.path] = each.id;
  for (const record& each : what.records) {
    if (each.form == form::notice) {
      told_[key_of(owner_[each.target.value], each.emitter.value)].rotated = true;
      continue;
    }
    const std::vector<std::string> names = names_in(each);
    const std::string container = container_in(names.front());
    told& about = told_[key_of(container, each.emitter.value)];
    if (each.seq != about.names.size() + 1 || each.count != names.size()) {
      complain(names.front() + " was committed with number " + std::to_string(each.seq) + " + " +
               std::to_string(each.count));
    }
    about.names.insert(about.names.end(), names.begin(), names.end());
  }
}

// ---- What was heard -------------------------------------------------------------------------

std::optional<std::pair<std::string, oracle::piece>> oracle::read(std::string_view frame) {
  const auto parsed = json::parse(frame);
  const json::value* data = parsed ? json::find(*parsed, "data") : nullptr;
  const json::value* item = data != nullptr ? json::find(*data, "item") : nullptr;
  const json::value* content = item != nullptr ? json::find(*item, "data") : nullptr;
  if (content == nullptr || json::find_string(*data, "itemType") != "Pulse") return std::nullopt;
  piece out;
  out.hash = json::find_string(*item, "hash").value_or("");
  if (const json::value* suppressed = json::find(*content, "suppressed")) {
    out.notice = true;
    out.uncounted = suppressed->IsNull();
    out.reason = json::find_string(*content, "reason").value_or("");
    out.first = number_at(*content, "from");
    out.last = number_at(*content, "to");
    if (!out.uncounted && out.last + 1 - out.first != suppressed->GetUint64()) {
      complain("a notice counts wrong: " + std::string(frame));
    }
  } else {
    out.first = number_at(*content, "seq");
    const auto text = json::find_string(*content, "text");
    out.last = out.first + (text ? number_at(*content, "count") : 1) - 1;
    out.names = text ? split(*text) : split(json::find_string(*content, "name").value_or("?"));
  }
  return std::pair(std::string(json::find_string(*item, "emitterId").value_or("")), out);
}

std::string oracle::container_of(const std::string& emitter, const piece& what) const {
  if (!what.names.empty()) return container_in(what.names.front());
  const auto found = owner_.find(emitter.substr(0, emitter.rfind(':')));
  return found == owner_.end() ? "" : found->second;
}

void oracle::heard(std::string_view frame, std::int64_t now) {
  auto found = read(frame);
  if (!found) return;
  piece& what = found->second;
  what.connection = connections_;
  const std::string key = key_of(container_of(found->first, what), found->first);
  told& about = told_[key];
  if (!about.first_heard) about.first_heard = now;
  if (what.uncounted) {
    if (!about.rotated) complain(key + ": told of a rotation that was none");
    sums_.notices_rotated += about.rotation_heard ? 0 : 1;
    about.rotation_heard = true;
    return;
  }
  auto& same_kind = what.notice ? about.notices : about.pulses;
  const auto earlier = same_kind.find(what.first);
  if (earlier != same_kind.end()) {
    ++sums_.resent;
    if (earlier->second.last != what.last || earlier->second.hash != what.hash ||
        earlier->second.names != what.names) {
      complain(key + ": " + numbers(what.first, what.last) + " came again, and differs");
    } else if (std::exchange(earlier->second.connection, connections_) == connections_) {
      complain(key + ": " + numbers(what.first, what.last) + " came twice on one connection");
    }
    return;
  }
  if (what.notice) {
    take_notice(about, key, what);
  } else {
    take_pulse(about, key, what);
  }
  count(what);
  same_kind.emplace(what.first, what);
  about.next = std::max(about.next, what.last + 1);
}

void oracle::count(const piece& what) {
  if (what.notice) {
    (what.reason == reasons::full ? sums_.notices_full : sums_.notices_expired) += 1;
  } else {
    ++sums_.pulses;
    if (what.last > what.first) ++sums_.combined;
  }
}

// It may also speak of a pulse that had arrived, if that expired before anybody knew.
void oracle::take_notice(told& about, const std::string& key, const piece& what) {
  if (what.last > about.names.size()) complain(key + ": a notice of what was not committed");
  if (what.first > about.next && !all_lost(about, about.next, what.first - 1)) {
    complain(key + ": a notice leaves out " + numbers(about.next, what.first - 1));
  }
  const auto sent = about.pulses.find(what.first);
  const bool was_sent = sent != about.pulses.end() && sent->second.last == what.last &&
                        what.reason == reasons::expired;
  if (what.first < about.next && !was_sent && !all_lost(about, what.first, what.last)) {
    complain(key + ": a notice of " + numbers(what.first, what.last) + ", told before");
  }
}

void oracle::take_pulse(told& about, const std::string& key, const piece& what) {
  if (what.first > about.next && !all_lost(about, about.next, what.first - 1)) {
    complain(key + ": left out " + numbers(about.next, what.first - 1));
  }
  // What a socket took may come late: it counted as delivered, others went on, and gantry ended
  // before that was on disk.
  const bool is_late = all_lost(about, what.first, what.last);
  if (what.first < about.next && !is_late) {
    complain(key + ": " + numbers(what.first, what.last) + " came behind number " +
             std::to_string(about.next - 1));
  }
  if (what.first == 0 || what.last > about.names.size()) {
    complain(key + ": " + numbers(what.first, what.last) + " were not committed");
    return;
  }
  const auto begin = about.names.begin() + static_cast<std::ptrdiff_t>(what.first - 1);
  const auto end = about.names.begin() + static_cast<std::ptrdiff_t>(what.last);
  if (!std::equal(begin, end, what.names.begin(), what.names.end())) {
    complain(key + ": " + numbers(what.first, what.last) + " hold something else");
  }
  if (!is_late) check_order(what);
}

// Over all emitters of a container.
void oracle::check_order(const piece& what) {
  std::size_t& next = places_[container_in(what.names.front())];
  if (place_in(what.names.front()) < next) complain(what.names.front() + " came out of order");
  next = std::max(next, place_in(what.names.back()) + 1);
}

void oracle::may_be_lost(std::string_view frame) {
  const auto found = read(frame);
  if (!found) return;
  const piece& what = found->second;
  told& about = told_[key_of(container_of(found->first, what), found->first)];
  if (what.uncounted) {
    about.rotation_heard = true;
    return;
  }
  for (std::uint64_t each = std::max(what.first, about.next); each <= what.last; ++each) {
    if (about.lost.insert(each).second) ++sums_.lost;
  }
}

bool oracle::all_lost(const told& about, std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t each = from; each <= to; ++each) {
    if (!about.lost.contains(each)) return false;
  }
  return true;
}

std::optional<std::int64_t> oracle::first_heard(const std::string& container) const {
  std::optional<std::int64_t> out;
  for (auto each = told_.lower_bound(container + "@");
       each != told_.end() && each->first.starts_with(container + "@"); ++each) {
    const auto& its = each->second.first_heard;
    if (its && (!out || *its < *out)) out = its;
  }
  return out;
}

// ---- The verdict ----------------------------------------------------------------------------

void oracle::judge(const engine_log& log) {
  if (log.gone) return;
  std::map<std::string, std::vector<std::size_t>> committed;
  std::vector<bool> told(log.entries.size());
  bool rotated = false;
  for (auto each = told_.lower_bound(log.container + "@");
       each != told_.end() && each->first.starts_with(log.container + "@"); ++each) {
    judge(each->first, each->second);
    rotated = rotated || each->second.rotated;
    std::size_t next = 0;
    for (const std::string& name : each->second.names) {
      const std::size_t place = place_in(name);
      if (place < next || place >= told.size() || told[place]) {
        complain(name + " was committed out of order, or twice, or was never printed");
        return;
      }
      told[place] = true;
      next = place + 1;
    }
  }
  for (std::size_t at = 0; at < told.size(); ++at) {
    if (told[at] || (at < log.kept_from && rotated)) continue;
    complain(log.name_of(at) + " was never committed");
    return;
  }
}

void oracle::judge(const std::string& key, const told& about) {
  if (!all_lost(about, about.next, about.names.size())) {
    complain(key + ": " + numbers(about.next, about.names.size()) + " were never heard");
  }
  if (about.rotated && !about.rotation_heard) complain(key + ": nothing told of the rotation");
}

}  // namespace gantry::outbox::simulation
