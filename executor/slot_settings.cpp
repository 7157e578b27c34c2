#include "executor/slot_settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "executor/nearest.hpp"
#include "executor/setting_checks.hpp"
#include "executor/slots/capabilities.hpp"
#include "executor/slots/input_schema.hpp"
#include "executor/slots/mounts.hpp"
#include "model/ids.hpp"

namespace gantry {
namespace {

using namespace std::chrono_literals;
using namespace setting_checks;
using slots::slot_template;
using std::chrono::milliseconds;
using slot_store = decltype(slot_setting::store);

constexpr std::size_t name_bytes_max = 64;
constexpr std::uint64_t memory_least = 6 * mib;  // engines take no less
constexpr std::uint64_t memory_most = 1'024 * gib;
constexpr double cpus_least = 0.01;  // nor of these
constexpr double cpus_most = 1'024;
constexpr std::int64_t pids_most = 4'194'304;  // of Linux

template <typename T>
slot_store plain_into(T slot_template::*member) {
  return [member](slot_template& out, const setting_value& value) -> problem {
    out.*member = as<T>(value);
    return std::nullopt;
  };
}

slot_store count_into(std::size_t slot_template::*member, std::int64_t most) {
  return [=](slot_template& out, const setting_value& value) -> problem {
    const auto count = as<std::int64_t>(value);
    if (count < 1 || count > most) {
      return outside("1", std::to_string(most), std::to_string(count));
    }
    out.*member = static_cast<std::size_t>(count);
    return std::nullopt;
  };
}

slot_store slot_size_into(std::uint64_t slot_template::*member, std::uint64_t least,
                          std::uint64_t most) {
  return [=](slot_template& out, const setting_value& value) -> problem {
    const auto& size = as<size_limit>(value);
    if (size) {
      if (auto wrong = check_size(*size, least, most)) return *wrong + "; or none";
    }
    out.*member = size.value_or(0);
    return std::nullopt;
  };
}

template <typename T>
struct choice {
  std::string_view word;
  T value;
};

// One of three words, or two.
template <typename T, std::size_t Count>
slot_store choice_into(T slot_template::*member, const std::array<choice<T>, Count>& choices) {
  return [=](slot_template& out, const setting_value& value) -> problem {
    const auto& word = as<std::string>(value);
    std::string known;
    for (std::size_t at = 0; at < Count; ++at) {
      if (choices[at].word == word) {
        out.*member = choices[at].value;
        return std::nullopt;
      }
      if (at > 0) known += at + 1 == Count ? " or " : ", ";
      known += choices[at].word;
    }
    return "must be " + known + but_not(word);
  };
}

bool has_blank(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char each) { return each <= ' ' || each == 127; });
}

problem store_name(slot_template& out, const setting_value& value) {
  const auto& name = as<std::string>(value);
  if (name.empty() || name != model::id_segment(name)) {
    return "may hold letters, digits, '.', '_' and '-' only, and at least one of them";
  }
  if (name.size() > name_bytes_max) {
    return "may have " + std::to_string(name_bytes_max) + " characters at most";
  }
  out.name = name;
  return std::nullopt;
}

problem store_image(slot_template& out, const setting_value& value) {
  const auto& image = as<std::string>(value);
  if (image.empty() || has_blank(image) || image.starts_with('-')) {
    return "must be the name of an image, such as registry/show/clock:1" + but_not(image);
  }
  out.image = image;
  return std::nullopt;
}

problem store_environment(slot_template& out, const setting_value& value) {
  const auto& environment = as<text_map>(value);
  for (const auto& [name, text] : environment) {
    if (name.empty() || name.find('=') != std::string::npos ||
        name.find('\0') != std::string::npos || text.find('\0') != std::string::npos) {
      return "\"" + name + "\" cannot be a variable: it is empty, or holds = or a zero byte";
    }
    if (name == "GANTRY_INPUT" || name == "GANTRY_RUN" || name == "GANTRY_SLOT") {
      return name + " is what gantry tells the run itself: choose another name";
    }
  }
  out.environment = environment;
  return std::nullopt;
}

problem store_working_dir(slot_template& out, const setting_value& value) {
  const auto& folder = as<std::string>(value);
  if (!folder.starts_with('/')) return "must begin with /" + but_not(folder);
  out.working_dir = folder;
  return std::nullopt;
}

problem store_mounts(slot_template& out, const setting_value& value) {
  std::vector<engine::container_mount> mounts;
  std::string wrong;
  for (const std::string& each : as<std::vector<std::string>>(value)) {
    auto mount = slots::parse_mount(each);
    if (mount) {
      mounts.push_back(*std::move(mount));
    } else {
      wrong += (wrong.empty() ? "" : "; ") + mount.error().message;
    }
  }
  if (!wrong.empty()) return wrong;
  out.mounts = std::move(mounts);
  return std::nullopt;
}

problem store_input(slot_template& out, const setting_value& value) {
  const auto& schema = as<std::string>(value);
  if (auto wrong = slots::problem_of_schema(schema)) return wrong;
  out.input = json::text{schema};
  return std::nullopt;
}

problem store_timeout(slot_template& out, const setting_value& value) {
  const auto& limit = as<time_limit>(value);
  if (auto wrong = check_limit(limit, 1ms)) return wrong;
  out.timeout = limit;
  return std::nullopt;
}

problem store_stop_grace(slot_template& out, const setting_value& value) {
  const auto grace = as<milliseconds>(value);
  if (auto wrong = check_duration(grace, 1s, 1h)) return wrong;
  if (grace % 1s != 0ms) return "must be whole seconds: engines know no less";
  out.stop_grace = std::chrono::duration_cast<std::chrono::seconds>(grace);
  return std::nullopt;
}

problem store_user(slot_template& out, const setting_value& value) {
  const auto& user = as<std::string>(value);
  const auto colon = user.find(':');
  const bool halves =
      colon == std::string::npos ||
      (colon > 0 && colon + 1 < user.size() && user.find(':', colon + 1) == std::string::npos);
  if (has_blank(user) || !halves || user.starts_with('-')) {
    return "must be USER or USER:GROUP, names or numbers, or empty for the image's" + but_not(user);
  }
  out.user = user;
  return std::nullopt;
}

problem store_network(slot_template& out, const setting_value& value) {
  const auto& network = as<std::string>(value);
  // Podman has ns:PATH, too.
  if (network == "host" || network.find(':') != std::string::npos) {
    return "\"" + network + "\" shares a network that is not the run's own: choose none, bridge, " +
           "or a network's name";
  }
  if (network.empty() || has_blank(network)) return "must be none, bridge, or a network's name";
  out.network = network;
  return std::nullopt;
}

problem store_cpus(slot_template& out, const setting_value& value) {
  const double cpus = as<double>(value);
  const bool good = cpus == 0 || (cpus >= cpus_least && cpus <= cpus_most);
  if (!good) return "must be from 0.01 to 1024, or 0 for no limit";
  out.cpus = cpus;
  return std::nullopt;
}

problem store_pids(slot_template& out, const setting_value& value) {
  const auto pids = as<std::int64_t>(value);
  if (pids < 0 || pids > pids_most) {
    return outside("1", std::to_string(pids_most), std::to_string(pids)) + "; or 0 for no limit";
  }
  out.pids = pids;
  return std::nullopt;
}

problem store_cap_add(slot_template& out, const setting_value& value) {
  std::vector<std::string> names;
  const auto known = slots::all_capabilities();
  for (const std::string& each : as<std::vector<std::string>>(value)) {
    std::string name;
    for (const unsigned char letter : each) name += static_cast<char>(std::toupper(letter));
    if (name.starts_with("CAP_")) name.erase(0, 4);
    if (name != "ALL" && std::ranges::find(known, name) == known.end()) {
      const auto near = nearest(name, known);
      return "\"" + each + "\" is no capability" +
             (near ? ": did you mean " + std::string(*near) + "?" : "");
    }
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  out.cap_add = std::move(names);
  return std::nullopt;
}

slot_store entrypoint_into() {
  return [](slot_template& out, const setting_value& value) -> problem {
    out.entrypoint = as<std::vector<std::string>>(value);
    return std::nullopt;
  };
}

std::vector<slot_setting> make_slot_settings() {
  using enum setting_type;
  using slots::keep;
  using slots::output_form;
  using slots::pull;
  using enum slots::when_full;
  static constexpr std::array<choice<output_form>, 3> outputs{
      {{"text", output_form::text},
       {"json", output_form::json},
       {"numbered", output_form::numbered}}};
  static constexpr std::array<choice<slots::when_full>, 3> policies{
      {{"reject", reject}, {"replace", replace}, {"queue", queue}}};
  static constexpr std::array<choice<keep>, 3> keeps{
      {{"none", keep::none}, {"failed", keep::failed}, {"all", keep::all}}};
  static constexpr std::array<choice<pull>, 3> pulls{
      {{"never", pull::never}, {"missing", pull::missing}, {"always", pull::always}}};
  return {
      {"name", text, "", "of the slot, and of its target slot/NAME", store_name},
      {"image", text, "", "what its containers are made of", store_image},
      {"command", list, "", "instead of the image's, word for word: no shell reads it",
       plain_into(&slot_template::command)},
      {"entrypoint", list, "", "instead of the image's; [] for none", entrypoint_into()},
      {"env", texts, "", "environment variables of a run", store_environment},
      {"working_dir", text, "", "instead of the image's", store_working_dir},
      {"mounts", list, "",
       "SOURCE:TARGET or SOURCE:TARGET:ro; a source from / is a folder or file "
       "of the engine's host, any other a volume",
       store_mounts},
      {"input", text, "", "JSON Schema (Draft 7) that a run's data has to fit", store_input},
      {"output", text, "text",
       "text: lines, as of any container; json: each line is a JSON value; numbered: so, too, with "
       "its run and number",
       choice_into(&slot_template::output, outputs)},
      {"concurrency", integer, "1", "runs at a time, 1 to 64",
       count_into(&slot_template::concurrency, 64)},
      {"when_full", text, "reject", "a run beyond that: reject, replace the oldest, or queue",
       choice_into(&slot_template::when_full, policies)},
      {"queue_max", integer, "64", "runs that wait, 1 to 1000; then they are rejected",
       count_into(&slot_template::queue_max, 1'000)},
      {"timeout", time_limit, "never", "a run is stopped after this", store_timeout},
      {"stop_grace", duration, "10s", "what is stopped has this long before it is killed, 1s to 1h",
       store_stop_grace},
      {"keep", text, "none", "containers of runs that are over: none, failed or all",
       choice_into(&slot_template::keep, keeps)},
      {"keep_max", integer, "10", "of these, 1 to 100; the oldest go first",
       count_into(&slot_template::keep_max, 100)},
      {"pull", text, "never", "fetch the image: never, missing or always",
       choice_into(&slot_template::pull, pulls)},
      {"user", text, "65534:65534", "USER or USER:GROUP; empty: the image's", store_user},
      {"network", text, "none", "none, bridge, or a network's name; never the host's",
       store_network},
      {"memory", size_limit, "256MiB", "limit, 6MiB to 1024GiB, or none",
       slot_size_into(&slot_template::memory_bytes, memory_least, memory_most)},
      {"cpus", number, "1", "limit, 0.01 to 1024; 0: none", store_cpus},
      {"pids", integer, "256", "limit of processes and threads; 0: none", store_pids},
      {"read_only", toggle, "true", "the container's root cannot be written",
       plain_into(&slot_template::read_only_root)},
      {"tmp", size_limit, "64MiB", "size of a tmpfs at /tmp, 64KiB to 64GiB, or none",
       slot_size_into(&slot_template::tmp_bytes, 64 * kib, 64 * gib)},
      {"cap_add", list, "", "capabilities such as NET_RAW; all others are dropped", store_cap_add},
      {"no_new_privileges", toggle, "true", "setuid programs gain nothing",
       plain_into(&slot_template::no_new_privileges)},
  };
}

}  // namespace

std::span<const slot_setting> all_slot_settings() {
  static const std::vector<slot_setting> settings = make_slot_settings();
  return settings;
}

std::vector<slot_problem> problems_of(const slot_template& slot,
                                      std::span<const slot_template> earlier) {
  std::vector<slot_problem> out;
  if (slot.name.empty()) out.push_back({"name", "a slot has to have a name", true});
  if (slot.image.empty()) {
    out.push_back({"image", "a slot has to say which image its containers are made of", true});
  }
  const auto has_name = [&](const slot_template& each) { return each.name == slot.name; };
  if (!slot.name.empty() && std::ranges::any_of(earlier, has_name)) {
    out.push_back({"name", "there is a slot \"" + slot.name + "\" above already"});
  }
  if (const auto clash = slots::clash_of(slot.mounts, slot.tmp_bytes > 0)) {
    out.push_back({"mounts", *clash});
  }
  return out;
}

std::optional<std::string> reaches_socket(std::span<const engine::container_mount> mounts,
                                          std::string_view path) {
  for (const engine::container_mount& each : mounts) {
    if (slots::shows(each, path)) {
      return "\"" + each.source + "\" would hand over the engine's socket " + std::string(path) +
             ", and with it the host";
    }
  }
  return std::nullopt;
}

std::optional<std::string> reaches_state(std::span<const engine::container_mount> mounts,
                                         std::string_view folder) {
  for (const engine::container_mount& each : mounts) {
    if (slots::shows_some_of(each, folder)) {
      return "\"" + each.source + "\" would show gantry's own folder " + std::string(folder) +
             ": what waits for the core is there, and maybe an engine's socket";
    }
  }
  return std::nullopt;
}

}  // namespace gantry
