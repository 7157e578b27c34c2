#include "executor/fleet/condition_pulses.hpp"

#include <array>
#include <charconv>

#include "executor/engine/rfc3339.hpp"
#include "executor/engine/utf8.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

json::text number(double value) {
  constexpr int digits = 4;
  std::array<char, 64> out{};
  const auto end =
      std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed, digits);
  if (end.ec != std::errc()) return {"null"};
  return {std::string(out.data(), end.ptr)};
}

}  // namespace

json::text health_data(const std::optional<engine::container_health>& health) {
  json::object out;
  if (!health) return out.set("status", "none").to_text();
  out.set("status", engine::to_string(health->status)).set("failingStreak", health->failing_streak);
  out.set("exitCode", health->last_exit_code);
  out.set("output",
          engine::cut_utf8(engine::visible_utf8(health->last_output), health_output_bytes_max));
  return out.to_text();
}

json::text stats_data(const engine::stats_sample& sample, std::optional<double> cpus) {
  json::object memory;
  memory.set("used", sample.memory_used_bytes).set("limit", sample.memory_limit_bytes);
  json::object net;
  net.set("received", sample.net_received_bytes).set("sent", sample.net_sent_bytes);
  json::object block;
  block.set("read", sample.block_read_bytes).set("written", sample.block_written_bytes);
  json::object out;
  out.set("cpu", cpus ? number(*cpus) : json::text{"null"}).set("memory", memory).set("net", net);
  out.set("block", block).set("pids", sample.pids);
  return out.set("time", engine::format_rfc3339(sample.time)).to_text();
}

json::text stats_gone_data() {
  json::object out;
  out.set_null("cpu");
  return out.set("pids", 0).to_text();
}

json::text engine_data(const engine::version_info& version,
                       const std::optional<engine::engine_info>& info, const std::string& error) {
  json::object out;
  out.set("connected", true).set("product", version.product).set("version", version.engine);
  out.set("api", version.api);
  if (info) {
    json::object containers;
    containers.set("running", info->containers_running).set("paused", info->containers_paused);
    containers.set("stopped", info->containers_stopped);
    out.set("os", info->system.empty() ? info->os : info->system).set("containers", containers);
    out.set("images", info->images);
  }
  if (!error.empty()) out.set("error", error);
  return out.to_text();
}

json::text engine_away_data(const std::string& error) {
  return json::object().set("connected", false).set("error", error).to_text();
}

}  // namespace gantry::fleet
