#include "executor/engine/requests.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "executor/engine/api_version.hpp"
#include "executor/engine/create_body.hpp"
#include "executor/engine/url.hpp"

namespace gantry::engine {
namespace {

std::string container(std::string_view id, std::string_view action) {
  return "/containers/" + percent_encode(id) + std::string(action);
}

// Seconds and nanoseconds: a plain number of seconds would repeat, or lose, a second's worth.
std::string since_parameter(timestamp time) {
  const std::int64_t bounded = std::max<std::int64_t>(time, 0);
  std::array<char, 48> out{};
  const int length = std::snprintf(out.data(), out.size(), "since=%lld.%09lld",
                                   static_cast<long long>(bounded / nanos_per_second),
                                   static_cast<long long>(bounded % nanos_per_second));
  return {out.data(), static_cast<std::size_t>(length)};
}

// A negative time means "for ever" to the engine, which nobody here may ask for.
std::string grace_parameter(std::optional<std::chrono::seconds> grace) {
  if (!grace) return {};
  return "?t=" + std::to_string(std::max<std::int64_t>(grace->count(), 0));
}

// KILL, SIGKILL or 9: one that asks for the end, so that a container without a process is as
// wanted.
bool asks_for_the_end(std::string_view signal) {
  if (signal.starts_with("SIG")) signal.remove_prefix(3);
  constexpr std::array<std::string_view, 8> such = {"KILL", "9", "TERM", "15",
                                                    "INT",  "2", "QUIT", "3"};
  return std::find(such.begin(), such.end(), signal) != such.end();
}

std::string_view name_of(wait_condition condition) {
  switch (condition) {
    case wait_condition::not_running:
      return "not-running";
    case wait_condition::next_exit:
      return "next-exit";
    case wait_condition::removed:
      return "removed";
  }
  return "not-running";
}

api_request post(std::string_view what, std::string_view id, std::string_view action) {
  return {std::string(what) + " " + short_id(id), "POST", container(id, action)};
}

}  // namespace

bool means_already(const api_request& request, int status, std::string_view words) {
  // Docker 20.10 says 500 to `unpause` of what is not paused.
  if (status != 409 && status != 500) return false;
  return std::any_of(request.already.begin(), request.already.end(), [&](std::string_view each) {
    return words.find(each) != std::string_view::npos;
  });
}

std::string short_id(std::string_view id) {
  constexpr std::size_t full = 64;
  return std::string(id.size() == full ? id.substr(0, 12) : id);
}

api_request ping_request() { return {"ping", "GET", "/_ping", target_kind::unversioned}; }

api_request version_request() { return {"version", "GET", "/version", target_kind::unversioned}; }

api_request list_request() { return {"list of containers", "GET", "/containers/json?all=1"}; }

api_request inspect_request(std::string_view id) {
  return {"inspect " + short_id(id), "GET", container(id, "/json")};
}

api_request start_request(std::string_view id) {
  return {"start " + short_id(id), "POST", container(id, "/start")};
}

api_request stop_request(std::string_view id, std::optional<std::chrono::seconds> grace) {
  return {"stop " + short_id(id), "POST", container(id, "/stop" + grace_parameter(grace)),
          target_kind::versioned};
}

api_request restart_request(std::string_view id, std::optional<std::chrono::seconds> grace) {
  return {"restart " + short_id(id), "POST", container(id, "/restart" + grace_parameter(grace)),
          target_kind::versioned};
}

api_request kill_request(std::string_view id, std::string_view signal) {
  api_request out = post("kill", id, "/kill?signal=" + percent_encode(signal));
  if (asks_for_the_end(signal)) {
    out.already = {"is not running", "can only kill running containers"};  // Docker, Podman
  }
  return out;
}

api_request pause_request(std::string_view id) {
  api_request out = post("pause", id, "/pause");
  out.already = {"already paused"};
  return out;
}

api_request unpause_request(std::string_view id) {
  api_request out = post("unpause", id, "/unpause");
  out.already = {"is not paused"};
  return out;
}

api_request remove_request(std::string_view id, removal how) {
  const std::string force = how.force ? "force=1&" : "";
  api_request out{"remove " + short_id(id), "DELETE",
                  container(id, "?" + force + (how.volumes ? "v=1" : "v=0"))};
  out.already = {"already in progress"};
  return out;
}

api_request create_request(const container_spec& spec) {
  api_request out{"create", "POST", "/containers/create"};
  if (!spec.name.empty()) {
    out.name += " " + spec.name;
    out.target += "?name=" + percent_encode(spec.name);
  }
  out.body = create_body(spec);
  return out;
}

api_request wait_request(std::string_view id, wait_condition condition) {
  return post("wait for", id, "/wait?condition=" + std::string(name_of(condition)));
}

api_request attach_input_request(std::string_view id) {
  api_request out = post("attach to", id, "/attach?stream=1&stdin=1");
  out.hijack = true;
  return out;
}

api_request stats_request(std::string_view id, std::string_view version) {
  constexpr api_version one_shot_since{1, 41};
  const auto spoken = parse_api_version(version);
  const bool one_shot = spoken && *spoken >= one_shot_since;
  const std::string query = std::string("/stats?stream=false") + (one_shot ? "&one-shot=1" : "");
  return {"stats of " + short_id(id), "GET", container(id, query)};
}

api_request info_request() { return {"info", "GET", "/info"}; }

api_request events_request(std::optional<timestamp> since) {
  std::string target = "/events?filters=" + percent_encode(R"({"type":["container"]})");
  if (since) target += "&" + since_parameter(*since);
  return {"events", "GET", std::move(target)};
}

api_request logs_request(const log_request& wanted) {
  std::string query = "/logs?stdout=1&stderr=1&timestamps=1";
  if (wanted.follow) query += "&follow=1";
  if (wanted.tail) query += "&tail=" + std::to_string(*wanted.tail);
  if (wanted.since) query += "&" + since_parameter(*wanted.since);
  return {"log of " + short_id(wanted.id), "GET", container(wanted.id, query),
          target_kind::versioned};
}

std::string to_http(const api_request& request, std::string_view version, std::string_view host) {
  std::string out = request.method + " ";
  if (request.kind == target_kind::versioned && !version.empty())
    out += "/v" + std::string(version);
  out += request.target + " HTTP/1.1\r\n";
  out += "Host: " + std::string(host) + "\r\n";
  out += "User-Agent: gantry\r\n";
  if (!request.registry_auth.empty()) out += "X-Registry-Auth: " + request.registry_auth + "\r\n";
  if (!request.body.empty()) out += "Content-Type: application/json\r\n";
  if (request.method == "POST")
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  if (request.hijack) {
    out += "Connection: Upgrade\r\nUpgrade: tcp\r\n";
  } else if (!request.stays_open) {
    out += "Connection: close\r\n";
  }
  return out + "\r\n" + request.body;
}

}  // namespace gantry::engine
