#include "executor/parts.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "executor/engine/own_container.hpp"
#include "executor/host.hpp"
#include "executor/logging.hpp"
#include "executor/self.hpp"
#include "myko/net/clock.hpp"

namespace gantry::parts {

myko::websocket_config websocket_of(const config& config) {
  myko::websocket_config out;
  out.tls.ca_file = config.core.ca_file;
  out.tls.certificate_file = config.core.certificate_file;
  out.tls.key_file = config.core.key_file;
  out.tls.verify = config.core.verify ? net::verification::on : net::verification::off;
  out.token_file = config.core.token_file;
  out.compress = config.core.compress;
  return out;
}

myko::client_config client_of(const config& config, const outbox::snapshot& found) {
  myko::client_config out;
  out.session.machine.publish = config.machine_publish;
  const auto sent = found.facts.find(self_facts::machine_sent);
  if (sent != found.facts.end()) out.session.machine.last_sent = json::text{sent->second};
  out.servers = config.servers;
  out.websocket = websocket_of(config);
  out.session.frames.bytes_max = static_cast<std::size_t>(config.core.frame_bytes_max);
  out.session.delivery.window_bytes = static_cast<std::size_t>(config.outbox.window_bytes);
  return out;
}

result<engine::finder_config> finder_of(const config& config, const std::string& folder) {
  engine::finder_config out;
  if (!config.engine_host.empty()) {
    const engine::engine_environment values{
        .docker_host = config.engine_host,
        .docker_tls_verify = host::environment("DOCKER_TLS_VERIFY").value_or(""),
        .docker_cert_path = host::environment("DOCKER_CERT_PATH").value_or("")};
    auto named = engine::parse_endpoint(values);
    if (!named) return named.error();
    out.named = *std::move(named);
    return out;
  }
  out.sockets = engine::usual_sockets(host::runtime_dir());
  const auto podman = host::find_program("podman");
  if (podman && config.start_podman) {
    out.podman = engine::podman_config{.program = *podman,
                                       .socket = std::filesystem::absolute(folder) / "podman.sock"};
  }
  return out;
}

std::string own_container() {
  return engine::own_container_id(host::text_of("/proc/self/mountinfo"),
                                  host::text_of("/proc/self/cgroup"))
      .value_or("");
}

fleet::schema_words words_of(const config& config) {
  return config.core.schema_descriptions ? fleet::schema_words::descriptions
                                         : fleet::schema_words::titles;
}

fleet::emitter_rules rules_of(const config& config) {
  return {config.emitters,
          {.pulses_per_second = config.pulses_per_second, .combine = config.combine}};
}

namespace {

// An emitter's id is SERVICE:PATH:NAME.
fleet::emitter_policy policy_of(const fleet::emitter_rules& rules, const std::string& emitter) {
  const auto first = emitter.find(':');
  const auto last = emitter.rfind(':');
  if (first == last) return rules.policy_of("", emitter);
  return rules.policy_of(emitter.substr(first + 1, last - first - 1), emitter.substr(last + 1));
}

std::optional<engine::timestamp> last_event_of(const outbox::snapshot& found) {
  const auto fact = found.facts.find(std::string(fleet::last_event_fact));
  if (fact == found.facts.end()) return std::nullopt;
  engine::timestamp out = 0;
  const char* const end = fact->second.data() + fact->second.size();
  const auto read = std::from_chars(fact->second.data(), end, out);
  const bool is_time = out >= 0 && out <= engine::time_max;
  if (read.ec != std::errc() || read.ptr != end || !is_time) return std::nullopt;
  return out;
}

}  // namespace

outbox::outbox_config outbox_of(const config& config, const std::string& file) {
  outbox::outbox_config out;
  out.store.file = file;
  out.store.durability = config.outbox.synchronous;
  out.store.bytes_max = config.outbox.bytes_max;
  out.store.now = [] { return myko::unix_ms(net::now().wall); };
  out.lanes.memory_bytes_max = static_cast<std::size_t>(config.outbox.memory_bytes_max);
  out.commit_within = config.outbox.commit_within;
  out.frame_bytes_max = static_cast<std::size_t>(config.core.frame_bytes_max);
  // Whatever is in their text, combined lines fit into a frame.
  out.store.pulse_bytes_max = std::min(out.store.pulse_bytes_max, out.frame_bytes_max / 8);
  out.rate = [rules = rules_of(config)](const model::emitter_id& emitter) {
    return policy_of(rules, emitter.value).pulses_per_second;
  };
  out.time_to_live = [rules = rules_of(config),
                      age_max = config.outbox.age_max](const model::emitter_id& emitter) {
    const auto ttl = policy_of(rules, emitter.value).ttl;
    return ttl && age_max ? std::min(ttl, age_max) : (ttl ? ttl : age_max);
  };
  return out;
}

fleet::controller_config controller_of(const config& config, const outbox::snapshot& found) {
  fleet::controller_config out;
  out.self = make_self(config, found.facts);
  out.chosen = config.containers;
  out.own_container = own_container();
  out.earlier = {found.targets, found.containers, found.entities, found.facts};
  out.last_event = last_event_of(found);
  out.rules = rules_of(config);
  out.actions = fleet::action_policy(config.actions);
  out.slots = config.slots;
  out.words = words_of(config);
  out.history = config.history;
  out.stats = config.stats;
  out.forget_after = config.forget_after;
  out.docker_config = host::docker_config;
  out.log_level = config.log_level;
  out.set_log_level = set_log_level;
  out.line_bytes_max = static_cast<std::size_t>(config.line_bytes_max);
  return out;
}

std::string state_folder_of(const config& config) { return host::state_dir(config.state_dir); }

}  // namespace gantry::parts
