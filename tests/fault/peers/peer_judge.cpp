#include "tests/fault/peers/peer_judge.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "tests/fault/peers/odd_texts.hpp"

namespace gantry::test {
namespace {

constexpr std::size_t complaints_max = 20;
constexpr std::size_t log_faults_max = 5;

std::string short_text(std::string_view text, std::size_t most = 60) {
  const std::string tail = text.size() > most ? "... " + std::to_string(text.size()) : "";
  std::string out = "\"" + std::string(text.substr(0, most)) + "\"" + tail;
  for (char& each : out) {
    if (static_cast<unsigned char>(each) < ' ') each = '?';
  }
  return out;
}

std::string path_of(const world_container& one) { return "container/" + one.name; }

bool is_latest_value(std::string_view emitter) {
  constexpr std::array<std::string_view, 5> all{":state", ":health", ":stats", ":engine",
                                                ":alerts"};
  return std::ranges::any_of(all, [&](std::string_view each) { return emitter.ends_with(each); });
}

std::optional<std::uint64_t> whole_number_at(const json::value& data, const char* key) {
  const json::value* found = json::find(data, key);
  if (found == nullptr || !found->IsUint64()) return std::nullopt;
  return found->GetUint64();
}

// Nobody printed them: what was slipped into a log may be told, or passed over.
bool is_odd(const std::string& line) {
  return line.find(std::string(odd_line) + "line") != std::string::npos ||
         line.find("garbage that is no frame") != std::string::npos;
}

// The codes of the alerts that hold.
std::vector<std::string> codes_of(const std::string& alerts) {
  std::vector<std::string> out;
  const auto read = json::parse(alerts);
  const json::value* all = read ? json::find(*read, "all") : nullptr;
  if (all == nullptr || !all->IsArray()) return out;
  for (const json::value& each : all->GetArray()) {
    out.emplace_back(json::find_string(each, "code").value_or("?"));
  }
  return out;
}

// Those that a hostile engine may be to blame for.
bool must_be_over(const std::string& code) {
  return code != "crash-loop" && code != "lines-suppressed";
}

}  // namespace

// ---- What was heard -------------------------------------------------------------------------

std::uint64_t peer_judge::story::in_notices() const {
  std::uint64_t out = 0;
  for (const auto& [first, each] : pieces) {
    if (each.is_notice) out += each.last + 1 - first;
  }
  return out;
}

void peer_judge::heard(const std::string& emitter, const std::string& hash,
                       const json::value& data) {
  if (!emitter.starts_with(service_ + ":")) {
    complaints_.push_back("a pulse of " + short_text(emitter));
    return;
  }
  const std::string name = emitter.substr(service_.size() + 1);
  if (is_latest_value(name)) {
    latest_[name] = json::write(data);
  } else {
    take(name, hash, data);
  }
}

void peer_judge::take(const std::string& name, const std::string& hash, const json::value& data) {
  if (complaints_.size() > complaints_max) return;
  const bool is_notice = json::find(data, "suppressed") != nullptr;
  const auto first = whole_number_at(data, is_notice ? "from" : "seq");
  if (!first) return complaints_.push_back(name + ": no number: " + short_text(json::write(data)));
  const auto last = is_notice ? whole_number_at(data, "to")
                              : *first + whole_number_at(data, "count").value_or(1) - 1;
  story& about = stories_[name];
  const auto known = about.pieces.find(*first);
  const bool is_known = known != about.pieces.end();
  if (is_known && known->second.last == last && known->second.is_notice == is_notice) {
    if (known->second.hash != hash) {
      complaints_.push_back(name + ": number " + std::to_string(*first) + " came as another one");
    }
    return;
  }
  // A notice may speak of what had come, for nobody could know that it had.
  const auto above = about.pieces.upper_bound(last.value_or(*first));
  const bool overlaps = above != about.pieces.begin() && std::prev(above)->second.last >= *first;
  if (overlaps && !is_notice) {
    complaints_.push_back(name + ": numbers from " + std::to_string(*first) + " came before");
  }
  if (!overlaps) about.pieces[*first] = {last.value_or(*first), is_notice, hash};
  if (is_notice) return;
  if (name.ends_with(":output")) return take_lines(name, *first, *last, data);
  if (const json::value* code = json::find(data, "exitCode"))
    about.exit_codes[*first] = json::write(*code);
}

void peer_judge::take_lines(const std::string& name, std::uint64_t first, std::uint64_t last,
                            const json::value& data) {
  const std::string text(json::find_string(data, "text").value_or(""));
  const bool is_cut = json::find(data, "truncated") != nullptr;
  auto& lines = stories_[name].lines;
  std::uint64_t number = first;
  for (std::size_t begin = 0; begin <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines[number] = {text.substr(begin, end - begin), is_cut};
    begin = end + 1;
  }
  if (number != last + 1) {
    complaints_.push_back(name + ": number " + std::to_string(first) + " holds " +
                          std::to_string(number - first) + " lines");
  }
}

// ---- What is missing ------------------------------------------------------------------------

const peer_judge::story& peer_judge::about(const world_container& one, const char* emitter) const {
  static const story nothing;
  const auto found = stories_.find(path_of(one) + ":" + emitter);
  return found == stories_.end() ? nothing : found->second;
}

std::string peer_judge::latest(const std::string& path, const char* emitter) const {
  const auto found = latest_.find(path + ":" + emitter);
  return found == latest_.end() ? "" : found->second;
}

std::vector<std::string> peer_judge::missing(const status_of& status) const {
  std::vector<std::string> out;
  const auto look_at_alerts = [&](const std::string& path) {
    for (const std::string& code : codes_of(latest(path, "alerts"))) {
      if (must_be_over(code)) out.push_back(path + ": the alert " + code);
    }
  };
  if (status(service_ + ":engine") != "online") out.emplace_back("the engine is not online");
  look_at_alerts("engine");
  for (const world_container& each : world_.all()) {
    look_at_present(each, status, out);
    look_at_alerts(path_of(each));
    if (each.is_gone) continue;  // with its log: what was not told by then nobody knows
    look_at_lines(each, out);
    look_at_runs(each, out);
  }
  return out;
}

void peer_judge::look_at_lines(const world_container& one, std::vector<std::string>& out) const {
  const story& told = about(one, "output");
  std::unordered_map<std::string_view, int> came;
  std::uint64_t cut = told.in_notices();
  for (const auto& [number, line] : told.lines) {
    ++came[line.text];
    if (line.is_cut) ++cut;
  }
  std::vector<std::string_view> lost;
  for (const std::string& each : one.lines) {
    if (!came.contains(each)) lost.push_back(each);
  }
  if (lost.size() <= cut) return;
  out.push_back(path_of(one) + ": " + std::to_string(lost.size() - cut) + " of " +
                std::to_string(one.lines.size()) + " lines, such as " + short_text(lost.front()));
}

void peer_judge::look_at_runs(const world_container& one, std::vector<std::string>& out) const {
  if (one.is_lied_about) return;
  const story& begins = about(one, "run");
  const story& ends = about(one, "finish");
  const std::uint64_t begun = begins.pieces.empty() ? 0 : begins.pieces.rbegin()->second.last;
  if (begun < one.begins) {
    out.push_back(path_of(one) + ": " + std::to_string(begun) + " of " +
                  std::to_string(one.begins) + " begins");
  }
  std::string told;
  std::string expected;
  bool as_expected = ends.exit_codes.size() == one.ends.size();
  std::size_t at = 0;
  for (const auto& [number, code] : ends.exit_codes) {
    told += code + " ";
    const bool may_be_unknown = world_.hid_events && code == "null";
    as_expected = as_expected && (may_be_unknown || code == std::to_string(one.ends[at++]));
    if (may_be_unknown) ++at;
  }
  for (const int code : one.ends) expected += std::to_string(code) + " ";
  if (!as_expected && ends.in_notices() == 0) {
    out.push_back(path_of(one) + ": ends " + expected + "and not " + told);
  }
}

void peer_judge::look_at_present(const world_container& one, const status_of& status,
                                 std::vector<std::string>& out) const {
  const std::string is = status(service_ + ":" + path_of(one));
  if (one.is_gone) {  // and may never have been seen
    if (is == "online") out.push_back(path_of(one) + ": online, though it is gone");
    return;
  }
  if (is != "online") out.push_back(path_of(one) + ": " + is + " and not online");
  const std::string state = one.is_running ? "running" : one.begins == 0 ? "created" : "exited";
  const std::string told = latest(path_of(one), "state");
  if (told.find("\"status\":\"" + state + "\"") == std::string::npos) {
    out.push_back(path_of(one) + ": not " + state + ", but " + short_text(told));
  }
}

// ---- What is wrong --------------------------------------------------------------------------

std::vector<std::string> peer_judge::wrong() const {
  std::vector<std::string> out = complaints_;
  for (const auto& [name, told] : stories_) {
    std::uint64_t next = 1;
    for (const auto& [first, each] : told.pieces) {
      if (first > next) out.push_back(name + ": never heard number " + std::to_string(next));
      next = std::max(next, each.last + 1);
    }
  }
  for (const world_container& each : world_.all()) {
    judge_lines(each, out);
    const auto begun = about(each, "run").pieces.size();
    if (!each.is_lied_about && begun > each.begins) {
      out.push_back(path_of(each) + ": " + std::to_string(begun) + " begins, and not " +
                    std::to_string(each.begins));
    }
  }
  return out;
}

void peer_judge::judge_lines(const world_container& one, std::vector<std::string>& out) const {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < one.lines.size(); ++at) places.emplace(one.lines[at], at);
  std::vector<bool> came(one.lines.size());
  std::size_t latest = 0;
  for (const auto& [number, line] : about(one, "output").lines) {
    if (is_odd(line.text)) continue;
    const auto found = places.find(line.text);
    const std::string where = path_of(one) + ": number " + std::to_string(number) + " ";
    if (found == places.end()) {
      const auto is_begin = [&](const std::string& each) { return each.starts_with(line.text); };
      if (line.is_cut && std::ranges::any_of(one.lines, is_begin)) continue;
      out.push_back(where + "was never printed: " + short_text(line.text));
      continue;
    }
    if (came[found->second]) out.push_back(where + "came twice: " + short_text(line.text));
    if (found->second < latest) out.push_back(where + "is out of order: " + short_text(line.text));
    came[found->second] = true;
    latest = std::max(latest, found->second);
  }
}

std::uint64_t peer_judge::lines() const {
  std::uint64_t out = 0;
  for (const auto& [name, told] : stories_) out += told.lines.size();
  return out;
}

std::uint64_t peer_judge::suppressed() const {
  std::uint64_t out = 0;
  for (const auto& [name, told] : stories_) out += told.in_notices();
  return out;
}

std::vector<std::string> faults_of_log(std::string_view log) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin < log.size();) {
    const std::size_t end = std::min(log.find('\n', begin), log.size());
    const std::string_view line = log.substr(begin, end - begin);
    const auto is_raw = [](char each) {
      return static_cast<unsigned char>(each) < ' ' || each == '\x7f';
    };
    if (std::ranges::any_of(line, is_raw)) {
      out.push_back("the log has a raw control character: " + short_text(line));
    }
    if (line.find(peer_secret) != std::string_view::npos) {
      out.push_back("the log repeats a secret: " + short_text(line, 160));
    }
    if (line.find("<html") != std::string_view::npos) {
      out.push_back("the log repeats a page: " + short_text(line, 160));
    }
    begin = end + 1;
  }
  if (out.size() > log_faults_max) out.resize(log_faults_max);
  return out;
}

}  // namespace gantry::test
