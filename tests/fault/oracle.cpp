#include "tests/fault/oracle.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "model/json.hpp"

namespace gantry::test {
namespace {

constexpr std::size_t told_max = 40;

std::string shown(std::string_view text) {
  constexpr std::size_t most = 48;
  if (text.size() <= most) return "\"" + std::string(text) + "\"";
  return "\"" + std::string(text.substr(0, most)) + "...\" (" + std::to_string(text.size()) + " B)";
}

std::string numbers(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "number " + std::to_string(first);
  return "numbers " + std::to_string(first) + " to " + std::to_string(last);
}

std::optional<std::uint64_t> number_at(const json::value& data, const char* key) {
  const json::value* found = json::find(data, key);
  if (found == nullptr || !found->IsUint64()) return std::nullopt;
  return found->GetUint64();
}

// How something is now, not what happened: such pulses have no numbers.
bool tells_the_latest_value(const std::string& emitter) {
  constexpr std::array<std::string_view, 5> of_now{":state", ":health", ":stats", ":engine",
                                                   ":alerts"};
  return std::ranges::any_of(of_now,
                             [&](std::string_view each) { return emitter.ends_with(each); });
}

// A notice that does not know how many were dropped, and which.
bool says_uncounted_drops(const json::value& data) {
  const json::value* suppressed = json::find(data, "suppressed");
  return suppressed != nullptr && !suppressed->IsUint64();
}

// "test:container/web:output" without the service.
std::string without_service(const std::string& emitter) {
  return emitter.substr(emitter.find(':') + 1);
}

std::string emitter_of(const std::string& container, const char* name) {
  return "container/" + container + ":" + name;
}

}  // namespace

class oracle::report {
 public:
  void add(std::string what) {
    ++all_;
    if (told_.size() < told_max) told_.push_back(std::move(what));
  }
  void add_uncounted(std::uint64_t more) { all_ += more; }

  [[nodiscard]] std::vector<std::string> take() {
    if (all_ > told_.size()) {
      told_.push_back("and " + std::to_string(all_ - told_.size()) + " more");
    }
    return std::move(told_);
  }

 private:
  std::vector<std::string> told_;
  std::uint64_t all_ = 0;
};

namespace {

// What came against what should have come, both in order. Gives how many are missing.
template <typename Complain>
std::uint64_t compare(const std::string& name, const std::vector<std::string_view>& expected,
                      const std::vector<std::string_view>& got, drops may_drop, Complain complain) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < expected.size(); ++at) places.emplace(expected[at], at);
  std::vector<bool> came(expected.size());
  std::size_t latest = 0;
  for (const std::string_view each : got) {
    const auto found = places.find(each);
    if (found == places.end()) {
      complain(name + ": " + shown(each) + " was never printed");
    } else if (came[found->second]) {
      complain(name + ": " + shown(each) + " arrived twice, under two numbers");
    } else {
      came[found->second] = true;
      if (found->second < latest) {
        complain(name + ": " + shown(each) + " came behind " + shown(expected[latest]) +
                 ": out of order");
      }
      latest = std::max(latest, found->second);
    }
  }
  std::uint64_t missing = 0;
  for (std::size_t at = 0; at < expected.size(); ++at) {
    if (came[at]) continue;
    const std::size_t first = at;
    while (at + 1 < expected.size() && !came[at + 1]) ++at;
    missing += at + 1 - first;
    if (may_drop == drops::explained) continue;
    complain(name + ": " + std::to_string(at + 1 - first) + " lost: " + shown(expected[first]) +
             (at > first ? " to " + shown(expected[at]) : std::string()));
  }
  return missing;
}

}  // namespace

// ---- What is true ---------------------------------------------------------------------------

void oracle::printed(const std::string& container, std::vector<printed_line> lines) {
  truths_[container].printed = std::move(lines);
}

void oracle::stored(const std::string& container, std::vector<std::string> lines) {
  truths_[container].stored = std::move(lines);
}

void oracle::ran(const std::string& container, std::size_t times) {
  truths_[container].runs = times;
}

// ---- What was heard -------------------------------------------------------------------------

std::optional<oracle::piece> oracle::piece_of(const json::value& data) {
  piece out;
  out.notice = json::find(data, "suppressed") != nullptr;
  const auto first = number_at(data, out.notice ? "from" : "seq");
  if (!first || *first == 0) return std::nullopt;
  out.first = *first;
  if (out.notice) {
    const auto last = number_at(data, "to");
    if (!last) return std::nullopt;
    out.last = *last;
  } else {
    const auto count = json::find(data, "count") == nullptr ? 1 : number_at(data, "count");
    if (!count || *count == 0) return std::nullopt;
    out.last = out.first + *count - 1;
  }
  out.content = std::hash<std::string>()(json::canonical(data));
  return out;
}

void oracle::heard(const std::string& emitter, const std::string& hash, const json::value& data) {
  const std::string name = without_service(emitter);
  if (tells_the_latest_value(name)) return;
  if (says_uncounted_drops(data)) return take_uncounted_notice(name, hash, data);
  auto what = piece_of(data);
  if (!what)
    return complain(name + ": a pulse without usable numbers: " + shown(json::write(data)));
  what->hash = hash;
  ++heard_;
  story& about = stories_[name];
  if (came_again(name, about, *what)) return;
  if (about.first_heard == 0) about.first_heard = heard_;
  about.last_heard = heard_;
  if (what->notice) {
    take_notice(name, about, *what, data);
  } else {
    take_pulse(name, about, *what, data);
  }
  about.next = std::max(about.next, what->last + 1);
}

bool oracle::came_again(const std::string& emitter, const story& about, const piece& what) {
  const auto& same_kind = what.notice ? about.notices : about.pieces;
  const auto found = same_kind.find(what.first);
  if (found == same_kind.end()) return false;
  const piece& earlier = found->second;
  if (earlier.last != what.last || earlier.notice != what.notice) return false;
  ++resent_;
  if (earlier.content != what.content) {
    complain(emitter + ": " + numbers(what.first, what.last) + " came again with other content");
  } else if (earlier.hash != what.hash) {
    complain(emitter + ": " + numbers(what.first, what.last) + " came again with another hash");
  }
  return true;
}

void oracle::take_uncounted_notice(const std::string& emitter, const std::string& hash,
                                   const json::value& data) {
  story& about = stories_[emitter];
  if (!about.uncounted.insert(hash).second) {
    ++resent_;
  } else if (told_.size() < told_max) {
    told_.push_back(emitter + ": nobody knows how many were dropped: " +
                    std::string(json::find_string(data, "reason").value_or("no reason")));
  }
}

// It may also speak of pulses that had arrived, since nobody could know that they had.
void oracle::take_notice(const std::string& emitter, story& about, const piece& what,
                         const json::value& data) {
  const json::value* suppressed = json::find(data, "suppressed");
  if (told_.size() < told_max) {
    told_.push_back(emitter + ": " + numbers(what.first, what.last) + " dropped: " +
                    std::string(json::find_string(data, "reason").value_or("no reason")));
  }
  if (what.last + 1 - what.first != suppressed->GetUint64()) {
    complain(emitter + ": a notice counts wrong: " + shown(json::write(data)));
  }
  about.notices.emplace(what.first, what);
  std::uint64_t next = what.first;
  while (next <= what.last) {
    piece added = what;
    added.first = next;
    const auto above = about.pieces.upper_bound(next);
    if (above != about.pieces.begin() && std::prev(above)->second.last >= next) {
      next = std::prev(above)->second.last + 1;
      continue;
    }
    if (above != about.pieces.end()) added.last = std::min(added.last, above->first - 1);
    next = added.last + 1;
    about.dropped += next - added.first;
    dropped_ += next - added.first;
    about.pieces.emplace(added.first, added);
  }
}

void oracle::take_pulse(const std::string& emitter, story& about, const piece& what,
                        const json::value& data) {
  const auto above = about.pieces.upper_bound(what.last);
  if (above != about.pieces.begin() && std::prev(above)->second.last >= what.first) {
    const piece& other = std::prev(above)->second;
    complain(emitter + ": " + numbers(what.first, what.last) + " overlap with " +
             numbers(other.first, other.last) + ", heard before");
  } else if (what.first < about.next) {
    complain(emitter + ": " + numbers(what.first, what.last) + " came behind number " +
             std::to_string(about.next - 1) + ": out of order");
  }
  about.pieces.emplace(what.first, what);
  about.lines += what.last + 1 - what.first;
  if (emitter.ends_with(":output")) take_lines(emitter, about, what, data);
}

void oracle::take_lines(const std::string& emitter, story& about, const piece& what,
                        const json::value& data) {
  const std::uint64_t count = what.last + 1 - what.first;
  const std::string_view text = json::find_string(data, "text").value_or("");
  const auto in_text = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  if (in_text != count) {
    complain(emitter + ": " + numbers(what.first, what.last) + " hold " + std::to_string(in_text) +
             " lines: " + shown(text));
  }
  if (json::find(data, "truncated") != nullptr) {
    complain(emitter + ": number " + std::to_string(what.first) + " is truncated");
  }
  const std::string stream(json::find_string(data, "stream").value_or(""));
  std::size_t begin = 0;
  for (std::uint64_t line = 0; line < in_text; ++line) {
    const auto end = std::min(text.find('\n', begin), text.size());
    about.output.push_back(
        {what.first + line, stream, std::string(text.substr(begin, end - begin))});
    begin = end + 1;
  }
  lines_ += in_text;
}

void oracle::complain(std::string about) {
  ++complaints_all_;
  if (complaints_.size() < told_max) complaints_.push_back(std::move(about));
}

// ---- To wait for ----------------------------------------------------------------------------

const oracle::story* oracle::find(const std::string& container, const char* emitter) const {
  const auto found = stories_.find(emitter_of(container, emitter));
  return found == stories_.end() ? nullptr : &found->second;
}

std::uint64_t oracle::expected_lines(const truth& what) {
  if (what.stored) return what.stored->size();
  return what.printed ? what.printed->size() : 0;
}

std::uint64_t oracle::missing(const std::string& container) const {
  const auto known = truths_.find(container);
  if (known == truths_.end()) return 0;
  const std::uint64_t expected = expected_lines(known->second);
  const story* output = find(container, "output");
  const std::uint64_t told = output == nullptr ? 0 : output->lines + output->dropped;
  return expected - std::min(expected, told);
}

std::uint64_t oracle::missing() const {
  std::uint64_t out = 0;
  for (const auto& [container, what] : truths_) out += missing(container);
  return out;
}

std::uint64_t oracle::begins(const std::string& container) const {
  const story* begin = find(container, "run");
  return begin == nullptr ? 0 : begin->lines + begin->dropped;
}

std::uint64_t oracle::ends(const std::string& container) const {
  std::uint64_t out = 0;
  for (const char* each : {"finish", "stop"}) {
    if (const story* end = find(container, each)) out += end->lines + end->dropped;
  }
  return out;
}

bool oracle::all_ended() const {
  return std::all_of(truths_.begin(), truths_.end(), [this](const auto& each) {
    return ends(each.first) >= each.second.runs.value_or(0);
  });
}

// ---- The verdict ----------------------------------------------------------------------------

std::vector<std::string> oracle::verdict(drops may_drop, resends must_resend) const {
  report out;
  for (const std::string& each : complaints_) out.add(each);
  out.add_uncounted(complaints_all_ - complaints_.size());
  if (may_drop == drops::forbidden) {
    for (const std::string& each : told_) out.add(each);
  }
  judge_numbers(out);
  for (const auto& [container, what] : truths_) {
    judge_container(container, what, may_drop, out);
    if (what.runs && may_drop == drops::forbidden) judge_runs(container, *what.runs, out);
  }
  if (lines_ == 0) out.add("empty: not one line was heard");
  if (must_resend == resends::required && resent_ == 0) {
    out.add("empty: no pulse ever came again, so that nothing was shown about those that do");
  }
  return out.take();
}

void oracle::judge_numbers(report& out) const {
  for (const auto& [emitter, about] : stories_) {
    std::uint64_t next = 1;
    for (const auto& [first, each] : about.pieces) {
      if (first > next) {
        out.add(emitter + ": " + numbers(next, first - 1) +
                " were never heard, and no notice explains it");
      }
      next = std::max(next, each.last + 1);
    }
    const std::string container =
        emitter.substr(emitter.find('/') + 1, emitter.rfind(':') - emitter.find('/') - 1);
    if (!truths_.contains(container)) out.add(emitter + ": nobody knows this container");
  }
}

void oracle::judge_container(const std::string& container, const truth& what, drops may_drop,
                             report& out) const {
  static const story nothing;
  const story* found = find(container, "output");
  const story& about = found == nullptr ? nothing : *found;
  const auto complain = [&out](std::string text) { out.add(std::move(text)); };
  std::uint64_t missing = 0;

  std::map<std::string, std::pair<std::vector<std::string_view>, std::vector<std::string_view>>>
      streams;  // what was printed, what was heard
  std::vector<std::string_view> all;
  for (const heard_line& each : about.output) {
    streams[each.stream].second.push_back(each.text);
    all.push_back(each.text);
  }
  if (what.printed) {
    for (const printed_line& each : *what.printed) streams[each.stream].first.push_back(each.text);
    for (const auto& [stream, both] : streams) {
      const std::string name = container + " " + stream;
      missing += compare(name, both.first, both.second, may_drop, complain);
    }
  }
  if (what.stored) {
    const std::vector<std::string_view> expected(what.stored->begin(), what.stored->end());
    missing = compare(container + " as stored", expected, all, may_drop, complain);
  }
  if (may_drop == drops::explained && about.uncounted.empty()) {
    if (missing != about.dropped) {
      out.add(container + ": " + std::to_string(missing) + " lines are missing, and notices say " +
              std::to_string(about.dropped));
    }
    judge_places(container, what, about, out);
  }
}

// Numbers count lines from the first: so each number has its line, also behind a gap.
void oracle::judge_places(const std::string& container, const truth& what, const story& about,
                          report& out) const {
  if (!what.stored) return;
  for (const heard_line& each : about.output) {
    if (each.number <= what.stored->size() && (*what.stored)[each.number - 1] == each.text)
      continue;
    return out.add(container + ": number " + std::to_string(each.number) + " is not line " +
                   std::to_string(each.number) + ", but " + shown(each.text));
  }
}

void oracle::judge_runs(const std::string& container, std::size_t runs, report& out) const {
  if (begins(container) != runs || ends(container) != runs) {
    out.add(container + ": ran " + std::to_string(runs) + " times, and " +
            std::to_string(begins(container)) + " begins and " + std::to_string(ends(container)) +
            " ends were told");
    return;
  }
  const story* output = find(container, "output");
  const story* begin = find(container, "run");
  const story* end = find(container, "finish");
  if (end == nullptr) end = find(container, "stop");
  if (runs != 1 || output == nullptr) return;
  if (output->first_heard < begin->first_heard) out.add(container + ": a line before its begin");
  if (output->last_heard > end->first_heard) out.add(container + ": a line after its end");
}

}  // namespace gantry::test
