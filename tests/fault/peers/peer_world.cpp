#include "tests/fault/peers/peer_world.hpp"

#include <algorithm>
#include <utility>

#include "model/json_object.hpp"
#include "model/sha256.hpp"
#include "myko/net/clock.hpp"

namespace gantry::test {
namespace {

using engine::timestamp;

constexpr std::size_t events_kept = 256;        // as moby keeps
constexpr std::size_t part_bytes_max = 16'384;  // a longer line is stored in parts
constexpr const char* world_image = "peer-image";

std::string time_text(timestamp time) {
  return time == 0 ? "0001-01-01T00:00:00Z" : engine::format_rfc3339(time);
}

const char* state_of(const world_container& one) {
  if (one.is_running) return "running";
  return one.begins == 0 ? "created" : "exited";
}

json::text labels_of(const world_container& one) {
  json::object out;
  for (const auto& [key, value] : one.labels) out.set(key, value);
  return out.to_text();
}

}  // namespace

timestamp peer_world::tick() {
  const auto real =
      std::chrono::duration_cast<std::chrono::nanoseconds>(net::now().wall.time_since_epoch());
  now_ = std::max<timestamp>(now_ + 1'000, real.count());
  return now_;
}

world_container& peer_world::create(const std::string& name) {
  world_container made;
  made.name = name;
  made.id = model::sha256_hex(name + std::to_string(tick()));
  made.created = now_;
  containers_.push_back(std::move(made));
  tell("create", containers_.back(), "");
  return containers_.back();
}

void peer_world::start(world_container& one) {
  one.started_at = tick();
  one.is_running = true;
  ++one.begins;
  tell("start", one, "");
}

void peer_world::print(world_container& one, std::string line, bool to_stderr) {
  const auto stream =
      to_stderr ? engine::stream_kind::stderr_stream : engine::stream_kind::stdout_stream;
  const timestamp time = tick();
  const std::string whole = line + "\n";
  for (std::size_t at = 0; at < whole.size(); at += part_bytes_max) {
    one.log.push_back({stream, time, whole.substr(at, part_bytes_max)});
  }
  one.lines.push_back(std::move(line));
  changed_();
}

void peer_world::die(world_container& one, int code) {
  one.finished_at = tick();
  one.is_running = false;
  one.exit_code = code;
  one.ends.push_back(code);
  tell("die", one, R"("exitCode":")" + std::to_string(code) + R"(",)");
}

void peer_world::remove(world_container& one) {
  one.is_gone = true;
  tell("destroy", one, "");
}

void peer_world::tell(std::string line) {
  events_.push_back({tick(), std::move(line)});
  changed_();
}

void peer_world::tell(const std::string& action, const world_container& about,
                      const std::string& more) {
  const timestamp time = tick();
  const std::string begin = R"({"status":")" + action + R"(","id":")" + about.id +
                            R"(","from":"peer-image","Type":"container","Action":")" + action;
  const std::string actor = R"(","Actor":{"ID":")" + about.id + R"(","Attributes":{)" + more +
                            R"("image":"peer-image","name":")" + about.name + R"("}},)";
  events_.push_back({time, begin + actor + R"("scope":"local","time":)" +
                               std::to_string(time / 1'000'000'000) + R"(,"timeNano":)" +
                               std::to_string(time) + "}"});
  changed_();
}

world_container* peer_world::find(std::string_view which) {
  for (world_container& each : containers_) {
    if (each.is_gone) continue;
    if (each.name == which || (which.size() >= 12 && each.id.starts_with(which))) return &each;
  }
  return nullptr;
}

std::size_t peer_world::events_since(std::optional<timestamp> since) const {
  if (!since) return events_.size();
  const std::size_t kept = events_.size() - std::min(events_.size(), events_kept);
  for (std::size_t at = kept; at < events_.size(); ++at) {
    if (events_[at].time >= *since) return at;
  }
  return events_.size();
}

std::string peer_world::list() const {
  std::string out = "[";
  for (const world_container& each : containers_) {
    if (each.is_gone) continue;
    if (out.size() > 1) out += ',';
    out += entry(each);
  }
  return out + "]";
}

std::string peer_world::entry(const world_container& one) {
  json::object out;
  out.set("Id", one.id)
      .set("Names", json::text{"[\"/" + one.name + "\"]"})
      .set("Image", world_image)
      .set("Labels", labels_of(one))
      .set("State", state_of(one))
      .set("Created", one.created / 1'000'000'000);
  return out.to_text().bytes;
}

std::string peer_world::inspection(const world_container& one) {
  json::object state;
  state.set("Status", state_of(one))
      .set("Running", one.is_running)
      .set("Pid", one.is_running ? 4'711 : 0)
      .set("ExitCode", one.exit_code)
      .set("OOMKilled", false)
      .set("Error", "")
      .set("StartedAt", time_text(one.started_at))
      .set("FinishedAt", time_text(one.finished_at));
  json::object config;
  config.set("Image", world_image).set("Tty", false).set("Labels", labels_of(one));
  json::object host;
  host.set("AutoRemove", false)
      .set("LogConfig", json::text{R"({"Type":"json-file"})"})
      .set("RestartPolicy", json::text{R"({"Name":"no"})"});
  json::object out;
  out.set("Id", one.id)
      .set("Name", "/" + one.name)
      .set("Created", engine::format_rfc3339(one.created))
      .set("RestartCount", 0)
      .set("State", state)
      .set("Config", config)
      .set("HostConfig", host);
  return out.to_text().bytes;
}

}  // namespace gantry::test
