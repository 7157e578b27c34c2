#include "executor/fleet/actions.hpp"

#include <utility>

#include "executor/engine/error.hpp"
#include "executor/fleet/schemas.hpp"
#include "executor/fleet/signals.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"
#include "model/json_slices.hpp"

namespace gantry::fleet {
namespace {

std::string string_or_empty(const json::value& data, std::string_view key) {
  const auto found = json::find_string(data, key);
  return found ? std::string(*found) : std::string();
}

bool is_set(const json::value& data, std::string_view key) {
  const json::value* found = json::find(data, key);
  return found != nullptr && found->IsBool() && found->GetBool();
}

// For the text of a failure.
std::string without(const std::vector<std::string>& left_out) {
  std::string out;
  for (const std::string& each : left_out) out += (out.empty() ? "; left out: " : ", ") + each;
  return out;
}

std::string_view already_text(verb what) {
  switch (what) {
    case verb::stop:
      return " is stopped already";
    case verb::kill:
      return " does not run: there is nothing to kill";
    case verb::pause:
      return " is paused already";
    case verb::unpause:
      return " is not paused";
    case verb::remove:
      return " is being removed already";
    default:
      return " is running already";
  }
}

constexpr std::size_t write_bytes_max = 64 << 10;

// Beside `json`, null or not, an empty text is what nobody has set; alone it is an empty line.
result<json::document> check_write_data(const std::optional<json::text>& data) {
  result<json::document> read = read_action_data(data);
  if (!read) return read.error();
  if (json::find(*read, "json") != nullptr && json::find_string(*read, "text") == "") {
    read->RemoveMember("text");
  }
  const object_schema& schema = action_schema(verb::write);
  leave_out_not_given(*read, schema);
  return judge_action_data(*std::move(read), schema.checked());
}

result<json::document> check_data(verb verb, const std::optional<json::text>& data) {
  // What comes with an action that has no use for it does no harm.
  if (action_schema(verb).members().empty()) return read_action_data(std::nullopt);
  if (verb == verb::write) return check_write_data(data);
  return check_own_data(data, action_schema(verb));
}

// `as_it_came` has its value with the numbers as they were written.
result<write_options> read_write_options(const json::value& data, std::string_view as_it_came) {
  const json::value* value = json::find(data, "json");
  const bool has_text = json::find(data, "text") != nullptr;
  if ((value != nullptr) == has_text) {
    return unfit(std::string("write takes text or json, and ") +
                 (has_text ? "both were" : "neither was") + " given");
  }
  const auto [written] = json::pick(as_it_came, {"json"});
  std::string line =
      value != nullptr ? json::compact(written.value_or("null")) : string_or_empty(data, "text");
  if (line.size() > write_bytes_max) {
    return unfit("write: the line is longer than " + std::to_string(write_bytes_max) +
                 " bytes: write it in parts");
  }
  return write_options{line + "\n"};
}

exec_options read_exec_options(const json::value& data) {
  exec_options out;
  for (const json::value& each : json::find(data, "command")->GetArray()) {
    out.command.emplace_back(each.GetString(), each.GetStringLength());
  }
  out.user = string_or_empty(data, "user");
  if (const auto timeout = read_stop_options(data).grace) out.timeout = *timeout;
  return out;
}

std::optional<std::chrono::seconds> seconds_of(const json::value& data, std::string_view key) {
  const json::value* found = json::find(data, key);
  if (found == nullptr || !found->IsInt64()) return std::nullopt;
  return std::chrono::seconds(found->GetInt64());
}

configure_options read_configure_options(const json::value& data) {
  configure_options out;
  if (const auto level = json::find_string(data, "logLevel")) out.log_level = std::string(*level);
  out.look_again_every = seconds_of(data, "lookAgainEvery");
  out.stats_every = seconds_of(data, "statsEvery");
  return out;
}

// What is gone is deleted for good: all of it only where that is said.
result<forget_options> read_forget_options(const json::value& data) {
  const auto target = json::find_string(data, "target");
  const bool all = is_set(data, "all");
  if (all == target.has_value()) {
    return unfit(std::string("forget takes a target or \"all\": true, and ") +
                 (all ? "both were" : "neither was") + " given: nothing was forgotten");
  }
  forget_options out;
  if (target) out.target = std::string(*target);
  return out;
}

}  // namespace

json::text to_json(const configure_options& options) {
  json::object out;
  if (options.log_level) out.set("logLevel", *options.log_level);
  if (options.look_again_every) out.set("lookAgainEvery", options.look_again_every->count());
  if (options.stats_every) out.set("statsEvery", options.stats_every->count());
  return out.to_text();
}

result<order> make_order(verb verb, const std::optional<json::text>& data) {
  const auto checked = check_data(verb, data);
  if (!checked) return checked.error();
  order out{verb, {}};
  switch (verb) {
    case verb::stop:
    case verb::restart:
      out.options = read_stop_options(*checked);
      break;
    case verb::kill: {
      const auto signal = read_signal(string_or_empty(*checked, "signal"));
      if (!signal) return signal.error();
      out.options = kill_options{*signal};
      break;
    }
    case verb::write: {
      auto line = read_write_options(*checked, data ? data->bytes : "");
      if (!line) return line.error();
      out.options = *std::move(line);
      break;
    }
    case verb::exec:
      out.options = read_exec_options(*checked);
      break;
    case verb::remove:
      out.options = engine::removal{.force = is_set(*checked, "force"),
                                    .volumes = is_set(*checked, "volumes")};
      break;
    case verb::pull:
      out.options = pull_options{string_or_empty(*checked, "image")};
      break;
    case verb::configure:
      out.options = read_configure_options(*checked);
      break;
    case verb::forget: {
      auto which = read_forget_options(*checked);
      if (!which) return which.error();
      out.options = *std::move(which);
      break;
    }
    default:
      break;
  }
  return out;
}

myko::action_outcome describe_forgotten(const std::optional<std::string>& wanted,
                                        const std::vector<std::string>& forgotten) {
  if (wanted && forgotten.empty()) {
    return myko::action_failed{"forget: there is no target " + *wanted +
                               " whose container is gone; one that is there cannot be forgotten"};
  }
  const std::string text = forgotten.size() == 1
                               ? "1 target was forgotten"
                               : std::to_string(forgotten.size()) + " targets were forgotten";
  return myko::action_done{json::object()
                               .set("ok", true)
                               .set("changed", !forgotten.empty())
                               .set_list("forgotten", forgotten)
                               .set("message", text)
                               .to_text()};
}

myko::action_outcome describe(verb verb, const std::string& name,
                              const result<engine::change>& changed) {
  if (!changed) {
    return myko::action_failed{"container " + name + ": " + std::string(name_of(verb)) +
                               " failed: " + changed.error().message};
  }
  const bool already = *changed == engine::change::already;
  const std::string text =
      already ? std::string(already_text(verb)) : " " + std::string(facts_of(verb).done);
  return myko::action_done{json::object()
                               .set("ok", true)
                               .set("changed", !already)
                               .set("message", "container " + name + text)
                               .to_text()};
}

myko::action_outcome describe(const order& order, const std::string& name,
                              const result<engine::change>& changed) {
  const auto* kill = std::get_if<kill_options>(&order.options);
  if (kill != nullptr && changed && *changed == engine::change::made) {
    return myko::action_done{json::object()
                                 .set("ok", true)
                                 .set("changed", true)
                                 .set("signal", kill->signal)
                                 .set("message", "container " + name + " got " + kill->signal)
                                 .to_text()};
  }
  const bool conflicts = !changed && changed.error().code == engine::errc::conflict;
  // Not of one that is about to run again.
  const bool rests =
      conflicts && changed.error().message.find("is not running") != std::string::npos;
  if (order.what == verb::pause && rests) {
    return myko::action_done{json::object()
                                 .set("ok", true)
                                 .set("changed", false)
                                 .set("message", "container " + name + " is not running")
                                 .to_text()};
  }
  const auto* removal = std::get_if<engine::removal>(&order.options);
  if (removal != nullptr && !removal->force && conflicts) {
    return myko::action_failed{"container " + name + ": remove failed: " + changed.error().message +
                               "; stop it first, or set force"};
  }
  return describe(order.what, name, changed);
}

myko::action_outcome combine(const std::string& group, const std::vector<member_outcome>& members,
                             const std::vector<std::string>& left_out,
                             const std::vector<std::string>& notes) {
  std::string failures;
  std::vector<std::string> done;
  std::string responses;
  for (const member_outcome& each : members) {
    if (const auto* failed = std::get_if<myko::action_failed>(&each.outcome)) {
      failures += (failures.empty() ? "" : "; ") + failed->message;
    } else {
      done.push_back(each.name);
      responses +=
          (responses.empty() ? "" : ",") + std::get<myko::action_done>(each.outcome).response.bytes;
    }
  }
  if (!failures.empty()) {
    for (const std::string& each : notes) failures += "; " + each;
    return myko::action_failed{"project " + group + ": " + std::to_string(done.size()) + " of " +
                               std::to_string(members.size()) + " containers did it. " + failures +
                               without(left_out)};
  }
  json::object out;
  out.set("ok", true).set_list("containers", done);
  out.set("results", json::text{"[" + responses + "]"});
  if (!left_out.empty()) out.set_list("leftOut", left_out);
  if (!notes.empty()) out.set_list("notes", notes);
  return myko::action_done{out.to_text()};
}

}  // namespace gantry::fleet
