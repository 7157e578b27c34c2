#include "executor/fleet/actions.hpp"

#include <utility>

#include "executor/fleet/schemas.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
result<order> make_order(verb verb, const std::optional<json::text>& data) {
  const auto checked = check_action_data(data, action_schema(verb));
  if (!checked) return checked.error();
  order out{verb, {}, std::nullopt};
  if (verb == verb::forget) {
    const auto target = json::find_string(*checked, "target");
    if (target && !target->empty()) out.target = *target;
  } else {
    out.options = read_stop_options(*checked);
  }
  return out;
}

myko::action_outcome describe_forgotten(const std::optional<std::string>& wanted,
                                        const std::vector<std::string>& forgotten) {
  if (wanted && forgotten.empty()) {
    return myko::action_failed{"forget: there is no target " + *wanted +
                               " whose container is gone; one that is there cannot be forgotten"};
  }
  const std::string count = std::to_string(forgotten.size());
  return myko::action_done{json::object()
                               .set("ok", true)
                               .set("changed", !forgotten.empty())
                               .set_list("forgotten", forgotten)
                               .set("message", count + " targets were forgotten")
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
      already ? (verb == verb::stop ? " is stopped already" : " is running already")
              : " " + std::string(facts_of(verb).done);
  return myko::action_done{json::object()
                               .set("ok", true)
                               .set("changed", !already)
                               .set("message", "container " + name + text)
                               .to_text()};
}

myko::action_outcome combine(const std::string& group, const std::vector<member_outcome>& members) {
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
    return myko::action_failed{"project " + group + ": " + std::to_string(done.size()) + " of " +
                               std::to_string(members.size()) + " containers did it. " + failures};
  }
  return myko::action_done{json::object()
                               .set("ok", true)
                               .set_list("containers", done)
                               .set("results", json::text{"[" + responses + "]"})
                               .to_text()};
}

}  // namespace gantry::fleet
