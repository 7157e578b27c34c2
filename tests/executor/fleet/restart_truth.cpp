#include "tests/executor/fleet/restart_truth.hpp"

#include <algorithm>

#include "executor/engine/rfc3339.hpp"
#include "executor/fleet/watch_state.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

std::string listed(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& each : all) out += (out.empty() ? "" : " | ") + each;
  return out;
}

bool is_line(const std::string& what) { return what[0] == '>' || what[0] == '!'; }

std::vector<std::string> lines_of(const std::vector<std::string>& all) {
  std::vector<std::string> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out), is_line);
  return out;
}

std::vector<std::string> runs_of(const std::vector<std::string>& all) {
  std::vector<std::string> out;
  std::remove_copy_if(all.begin(), all.end(), std::back_inserter(out), is_line);
  return out;
}

// One that was found while it ran is read from now on, and that may be amid a line. A container's
// lines all begin with its number.
std::vector<std::string> without_torn_line(std::vector<std::string> told,
                                           const std::vector<std::string>& happened) {
  const auto first = std::ranges::find_if(told, is_line);
  const bool torn = first != told.end() && first->at(2) > '9' &&
                    std::ranges::any_of(happened, [&](const std::string& each) {
                      return each[0] == first->at(0) && each.ends_with(first->substr(2));
                    });
  if (torn) told.erase(first);
  return told;
}

// Of one that was removed the last line may have been read in part, and the rest gone with its log.
std::vector<std::string> without_cut_line(std::vector<std::string> told,
                                          const std::vector<std::string>& happened) {
  const auto last = std::find_if(told.rbegin(), told.rend(), is_line);
  if (last == told.rend() || std::ranges::find(happened, *last) != happened.end()) return told;
  const bool cut = std::ranges::any_of(
      happened, [&](const std::string& each) { return each.starts_with(*last); });
  if (cut) told.erase(std::next(last).base());
  return told;
}

bool is_prefix(const std::vector<std::string>& head, const std::vector<std::string>& all) {
  return head.size() <= all.size() && std::equal(head.begin(), head.end(), all.begin());
}

// In the same order, with some left out.
bool is_part(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  auto at = all.begin();
  for (const auto& each : some) {
    at = std::find(at, all.end(), each);
    if (at == all.end()) return false;
    ++at;
  }
  return true;
}

}  // namespace

void restart_truth::began(int container, engine::timestamp inspected, engine::timestamp noticed) {
  const run_name name{container, containers.at(container).run};
  runs_[engine::format_rfc3339(inspected)] = name;
  runs_[engine::format_rfc3339(noticed)] = name;
}

// ---- What was committed ---------------------------------------------------------------------

void restart_truth::observe(const fake_intake& outbox) {
  for (; batches_ < outbox.batches.size(); ++batches_) {
    for (const auto& each : outbox.batches[batches_].containers) note(each);
  }
  for (; pulses_ < outbox.pulses.size(); ++pulses_) note(outbox.pulses[pulses_]);
}

void restart_truth::note(const outbox::saved_container& saved) {
  const auto found = std::find_if(containers.begin(), containers.end(),
                                  [&](const auto& each) { return each.second.id == saved.id; });
  const auto state = parse_watch_state(saved.runs);
  if (found == containers.end() || !state) {
    fault_ += "saved: " + saved.id + " " + saved.runs + "\n";
    return;
  }
  true_container& one = found->second;
  one.known = true;
  one.found_at_start = state->ledger.how != acquaintance::made_since;
  if (one.met || !one.found_at_start) return;
  const auto& runs = state->ledger.runs;
  const bool ran = !runs.empty() && runs.front().began_before_us;
  one.met = state->opened_at != 0 || !saved.cursor.empty() || (state->ledger.seen && !ran);
  one.before = one.happened.size();
}

void restart_truth::note(const model::pulse& pulse) {
  const std::string& emitter = pulse.emitter.value;
  const std::string kind = emitter.substr(emitter.rfind(':') + 1);
  const auto data = json::parse(pulse.data.bytes).value();
  if (kind == "output") return note_lines(emitter, data);
  const auto start = json::find_string(data, "startedAt");
  const auto run = start ? runs_.find(std::string(*start)) : runs_.end();
  if (run == runs_.end()) {
    fault_ += "told of no run that was: " + kind + " " + pulse.data.bytes + "\n";
    return;
  }
  const auto code =
      kind == "run" ? std::to_string(run->second.run) : json::write(*json::find(data, "exitCode"));
  told_[run->second.container].push_back(kind + " " + code);
}

void restart_truth::note_lines(const std::string& emitter, const json::value& data) {
  const auto text = json::find_string(data, "text");
  if (!text) {
    fault_ += emitter + " tells of a gap: " + json::write(data) + "\n";
    return;
  }
  std::uint64_t& next = next_seq_.try_emplace(emitter, 1).first->second;
  if (json::find(data, "seq")->GetUint64() != next) fault_ += emitter + ": a gap in seq\n";
  next += json::find(data, "count")->GetUint64();
  const std::string mark = *json::find_string(data, "stream") == "stderr" ? "! " : "> ";
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string line(rest.substr(0, end));
    // The rest of a line may be all that is told of it: see without_torn_line().
    const auto number = line[0] > '9' ? line.find_last_of(' ') + 1 : 0;
    told_[std::atoi(line.substr(number).c_str())].push_back(mark + line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// ---- Is it true? ----------------------------------------------------------------------------

std::string restart_truth::fault() const {
  std::string out = fault_;
  for (const auto& [number, told] : told_) {
    if (!containers.contains(number)) out += "of no container: " + listed(told) + "\n";
  }
  for (const auto& [number, one] : containers) {
    const auto told = told_.find(number);
    const auto all = told == told_.end() ? std::vector<std::string>() : told->second;
    auto whole = one.found_at_start ? without_torn_line(all, one.happened) : all;
    if (one.removed) whole = without_cut_line(std::move(whole), one.happened);
    const std::string wrong = fault_of(one, whole);
    if (wrong.empty()) continue;
    out += "container " + std::to_string(number) + " " + wrong +
           "\n  happened: " + listed(one.happened) + "\n  told:     " + listed(all) + "\n";
  }
  return out;
}

std::string restart_truth::fault_of(const true_container& one,
                                    const std::vector<std::string>& told) {
  if (!one.known && told.empty()) return one.removed ? "" : "is not known";
  if (one.found_at_start) {
    if (one.removed) return "";
    if (!one.met) return "was never met";
    const std::vector<std::string> since(
        one.happened.begin() + static_cast<std::ptrdiff_t>(one.before), one.happened.end());
    const bool all =
        told.size() >= since.size() && std::equal(since.rbegin(), since.rend(), told.rbegin());
    if (!is_part(told, one.happened)) return "is told what was not, or in another order";
    return all ? ""
               : "is not told all that happened since it was met at " + std::to_string(one.before);
  }
  if (!one.removed) return told == one.happened ? "" : "is told otherwise";
  if (!is_prefix(lines_of(told), lines_of(one.happened))) return "lacks lines";
  if (one.removed_unseen) return "";
  if (runs_of(told) != runs_of(one.happened)) return "lacks runs";
  return is_part(told, one.happened) ? "" : "is told in another order";
}

}  // namespace gantry::fleet
