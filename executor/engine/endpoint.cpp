#include "executor/engine/endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "executor/engine/error.hpp"
#include "myko/printable.hpp"

namespace gantry::engine {
namespace {

constexpr std::uint16_t plain_port = 2375;
constexpr std::uint16_t tls_port = 2376;

failure unusable(const std::string& docker_host, std::string_view why) {
  return fault(errc::bad_address, "\"" + myko::printable_address(docker_host) +
                                      "\" is no address of an engine: " + std::string(why));
}

bool is_host_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_';
}

bool is_v6_byte(char byte) { return is_host_byte(byte) || byte == ':' || byte == '%'; }

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

struct host_and_port {
  std::string_view host;
  std::string_view port;  // empty: not given
};

// Takes HOST, HOST:PORT, [V6] or [V6]:PORT apart.
std::optional<host_and_port> split_authority(std::string_view text) {
  host_and_port out;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    out.host = text.substr(1, close - 1);
    if (!std::ranges::all_of(out.host, is_v6_byte)) return std::nullopt;
    text.remove_prefix(close + 1);
  } else {
    out.host = text.substr(0, text.find(':'));
    if (!std::ranges::all_of(out.host, is_host_byte)) return std::nullopt;
    text.remove_prefix(out.host.size());
  }
  if (out.host.empty()) return std::nullopt;
  if (text.empty()) return out;
  if (!text.starts_with(':') || text.size() == 1) return std::nullopt;
  out.port = text.substr(1);
  return out;
}

result<endpoint> parse_unix(const engine_environment& values, std::string_view path) {
  if (!path.starts_with('/')) {
    return unusable(values.docker_host,
                    "after unix:// it needs an absolute path, as in unix:///var/run/docker.sock");
  }
  if (path.size() > socket_path_max) {
    return unusable(values.docker_host, "the path of a socket can have at most " +
                                            std::to_string(socket_path_max) + " bytes");
  }
  // It stands in the log and in the core's UI as it is.
  if (std::ranges::any_of(path, [](unsigned char each) { return each < ' ' || each == 0x7f; })) {
    return unusable(values.docker_host, "the path of a socket holds a control character");
  }
  return endpoint(unix_endpoint{std::string(path)});
}

enum class security { plain, tls };

result<endpoint> parse_network(const engine_environment& values, std::string_view rest,
                               security wanted) {
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto parts = split_authority(rest);
  if (!parts) {
    return unusable(values.docker_host,
                    "it needs a host and perhaps a port, as in tcp://192.168.1.5:2375 or "
                    "tcp://[fd00::5]:2375");
  }
  std::uint16_t port = wanted == security::tls ? tls_port : plain_port;
  if (!parts->port.empty()) {
    const auto given = parse_port(parts->port);
    if (!given) return unusable(values.docker_host, "its port is not a number from 1 to 65535");
    port = *given;
  }
  std::string host(parts->host);
  if (wanted == security::plain) return endpoint(tcp_endpoint{std::move(host), port});
  tls_endpoint out{std::move(host), port, std::nullopt};
  if (!values.docker_cert_path.empty()) {
    const std::filesystem::path folder = values.docker_cert_path;
    out.files = tls_files{folder / "ca.pem", folder / "cert.pem", folder / "key.pem"};
  }
  return endpoint(std::move(out));
}

std::string authority(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

struct printer {
  std::string operator()(const unix_endpoint& where) const { return "unix://" + where.path; }
  std::string operator()(const tcp_endpoint& where) const {
    return "tcp://" + authority(where.host, where.port);
  }
  std::string operator()(const tls_endpoint& where) const {
    return "https://" + authority(where.host, where.port);
  }
};

}  // namespace

std::string to_string(const endpoint& where) { return std::visit(printer(), where); }

result<endpoint> parse_endpoint(const engine_environment& values) {
  const std::string_view text = values.docker_host;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) {
    return unusable(values.docker_host, "it must begin with unix://, tcp://, http:// or https://");
  }
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 3);
  const security verify = values.docker_tls_verify.empty() ? security::plain : security::tls;
  if (scheme == "unix") return parse_unix(values, rest);  // a local socket has no use for TLS
  if (scheme == "tcp") return parse_network(values, rest, verify);
  if (scheme == "https") return parse_network(values, rest, security::tls);
  if (scheme == "http") {
    if (verify == security::tls) {
      return unusable(values.docker_host,
                      "http:// contradicts DOCKER_TLS_VERIFY; write tcp:// or https://, or unset "
                      "DOCKER_TLS_VERIFY");
    }
    return parse_network(values, rest, security::plain);
  }
  return unusable(values.docker_host,
                  myko::printable_address(scheme) +
                      ":// is not supported; use unix://, tcp:// or https:// (for ssh, forward "
                      "the socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST)");
}

std::vector<usual_socket> usual_sockets(std::string_view xdg_runtime_dir) {
  const std::filesystem::path folder = xdg_runtime_dir;
  std::vector<usual_socket> out = {{"/var/run/docker.sock", "Docker"}};
  if (!folder.empty()) out.push_back({folder / "docker.sock", "Docker"});
  out.push_back({"/run/podman/podman.sock", "Podman"});
  if (!folder.empty()) out.push_back({folder / "podman" / "podman.sock", "Podman"});
  return out;
}

}  // namespace gantry::engine
