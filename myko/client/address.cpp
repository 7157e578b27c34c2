#include "myko/client/address.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "myko/error.hpp"
#include "myko/printable.hpp"

namespace gantry::myko {
namespace {

constexpr std::string_view forms =
    "use host, host:port, [v6]:port, ws://host or wss://host, several separated by commas";

// A query may hold a token.
std::string without_query(std::string_view text) {
  const auto query = text.find('?');
  std::string out(text.substr(0, query));
  return query == std::string_view::npos ? out : out + "?...";
}

// `shown` is what may be said of the address.
failure bad(const std::string& shown, std::string_view why) {
  return {errc::bad_address,
          "server address " + shown + ": " + std::string(why) + "; " + std::string(forms)};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
           (each >= '0' && each <= '9') || each == '.' || each == '-' || each == '_';
  });
}

// With a zone, perhaps: fe80::1%eth0.
bool is_v6(std::string_view host) {
  const auto percent = host.find('%');
  const std::string_view address = host.substr(0, percent);
  return address.find(':') != std::string_view::npos &&
         address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
         (percent == std::string_view::npos || is_host(host.substr(percent + 1)));
}

// What may stand in a request line.
bool is_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char each) { return each > ' ' && each <= '~'; });
}

// "/" alone is no path: a core's own is meant.
std::string path_of(std::string_view text) {
  const auto query = std::min(text.find('?'), text.size());
  const std::string_view path = text.substr(0, query);
  return std::string(path.empty() || path == "/" ? "/myko" : path) +
         std::string(text.substr(query));
}

// Where nobody names one. An own core listens at 5155, one behind a proxy at 80: whichever answers.
void set_usual_ports(server_address& out) {
  out.port = out.security == transport::tls ? 443 : 80;
  if (out.security == transport::plain) out.second_port = core_port;
}

bool names_scheme(std::string_view entry) {
  return entry.substr(0, entry.find('?')).find("://") != std::string_view::npos;
}

result<server_address> parse_one(std::string_view entry, const std::string& shown,
                                 std::optional<std::uint16_t> default_port) {
  server_address out;
  std::string_view rest = entry;
  if (take_prefix(rest, "wss://") || take_prefix(rest, "https://")) {
    out.security = transport::tls;
  } else if (!take_prefix(rest, "ws://") && !take_prefix(rest, "http://") && names_scheme(rest)) {
    return bad(shown, "only ws:// and wss:// are spoken, also written http:// and https://");
  }
  const auto host_end = std::min(rest.find_first_of("/?"), rest.size());
  out.path = path_of(rest.substr(host_end));
  if (!is_path(out.path)) return bad(shown, "the path holds a space or another odd character");
  rest = rest.substr(0, host_end);
  if (rest.find('@') != std::string_view::npos) {
    return bad(shown, "a user and a password are not sent: write a token into core.token_file");
  }
  std::string_view port;
  if (take_prefix(rest, "[")) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return bad(shown, "the ] of an IPv6 address is missing");
    out.host = rest.substr(0, end);
    if (!is_v6(out.host)) return bad(shown, "what stands in [] is no IPv6 address");
    rest.remove_prefix(end + 1);
    const bool colon = take_prefix(rest, ":");
    if (!rest.empty() && !colon) return bad(shown, "text behind the ]");
    if (rest.empty() && colon) return bad(shown, "the port is missing");
    port = rest;
  } else {
    const auto colon = rest.find(':');
    if (colon != std::string_view::npos && rest.find(':', colon + 1) != std::string_view::npos) {
      return bad(shown, "an IPv6 address stands in []");
    }
    out.host = rest.substr(0, colon);
    if (!is_host(out.host)) return bad(shown, "that is no host name");
    if (colon != std::string_view::npos) {
      port = rest.substr(colon + 1);
      if (port.empty()) return bad(shown, "the port is missing");
    }
  }
  if (!port.empty()) {
    const auto number = parse_port(port);
    if (!number) return bad(shown, "a port is a number from 1 to 65535");
    out.port = *number;
  } else if (default_port) {
    out.port = *default_port;
  } else {
    set_usual_ports(out);
  }
  return out;
}

// A comma may stand in a password or a token: then no side of it is part of a message.
std::string shown_entry(std::string_view list, std::string_view entry, std::size_t number) {
  const bool hides = list.find(',') != list.npos && list.find_first_of("@?") != list.npos;
  if (hides) return "number " + std::to_string(number) + " of the list";
  return "\"" + printable_address(entry) + "\"";
}

}  // namespace

std::string to_string(const server_address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return std::string(address.security == transport::tls ? "wss://" : "ws://") +
         (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port) +
         without_query(address.path);
}

result<std::vector<server_address>> parse_addresses(std::string_view list,
                                                    std::optional<std::uint16_t> default_port) {
  const std::string_view whole = list;
  std::vector<server_address> out;
  bool behind_query = false;
  while (true) {
    const auto comma = list.find(',');
    const std::string_view entry = trimmed(list.substr(0, comma));
    const std::string shown = shown_entry(whole, entry, out.size() + 1);
    if (entry.empty()) return bad(shown, "it is empty");
    if (behind_query && !names_scheme(entry)) {
      return bad(shown,
                 "behind an address with a ? it begins with ws:// or wss://, and a comma that "
                 "belongs to what stands behind the ? is written %2C");
    }
    result<server_address> one = parse_one(entry, shown, default_port);
    if (!one) return one.error();
    out.push_back(*std::move(one));
    if (comma == std::string_view::npos) return out;
    behind_query = behind_query || entry.find('?') != std::string_view::npos;
    list.remove_prefix(comma + 1);
  }
}

server_address core_alongside(std::optional<std::uint16_t> port) {
  return {.host = "localhost", .port = port.value_or(core_port)};
}

std::vector<server_address> each_port(const server_address& address) {
  std::vector<server_address> out{address};
  out.front().second_port.reset();
  if (!address.second_port) return out;
  out.push_back(out.front());
  out.back().port = *address.second_port;
  return out;
}

}  // namespace gantry::myko
