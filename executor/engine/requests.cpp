#include "executor/engine/requests.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gantry::engine {
namespace {

bool is_unreserved(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char byte : text) {
    if (is_unreserved(byte)) {
      out += byte;
    } else {
      const auto value = static_cast<unsigned char>(byte);
      out += {'%', digits[value >> 4], digits[value & 15]};
    }
  }
  return out;
}

std::string container(std::string_view id, std::string_view action) {
  return "/containers/" + percent_encode(id) + std::string(action);
}

// Id for people: names as they are, ids as short as Docker prints them.
std::string short_id(std::string_view id) {
  constexpr std::size_t full = 64;
  return std::string(id.size() == full ? id.substr(0, 12) : id);
}

// Seconds and nanoseconds: a plain number of seconds would repeat, or lose, a second's worth.
std::string since_parameter(timestamp time) {
  constexpr std::int64_t nanos_per_second = 1'000'000'000;
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

}  // namespace

api_request ping_request() { return {"ping", "GET", "/_ping", target_kind::unversioned}; }

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

api_request events_request(std::optional<timestamp> since) {
  std::string target = "/events?filters=" + percent_encode(R"({"type":["container"]})");
  if (since) target += "&" + since_parameter(*since);
  return {"events", "GET", std::move(target)};
}

api_request logs_request(const log_request& wanted) {
  std::string query = "/logs?stdout=1&stderr=1&timestamps=1";
  if (wanted.follow) query += "&follow=1";
  if (wanted.from_end) query += "&tail=0";
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
  if (request.method == "POST") out += "Content-Length: 0\r\n";
  out += "Connection: close\r\n\r\n";
  return out;
}

}  // namespace gantry::engine
