// Where the engine listens, from the values of Docker's own environment variables.
//
// Source: docs.docker.com, "Docker CLI: environment variables", and "Protect the Docker daemon
// socket". Nothing here reads the environment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/result.hpp"

namespace gantry::engine {

// The longest path that a socket can have: sockaddr_un::sun_path, less its zero.
inline constexpr std::size_t socket_path_max = 107;

struct unix_endpoint {
  std::string path;
  bool operator==(const unix_endpoint&) const = default;
};

struct tcp_endpoint {
  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 0;
  bool operator==(const tcp_endpoint&) const = default;
};

// PEM files: the authority that the engine's certificate must come from, and who we are.
struct tls_files {
  std::string authority;
  std::string certificate;
  std::string key;
  bool operator==(const tls_files&) const = default;
};

// The engine's certificate and host name are always verified.
struct tls_endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::optional<tls_files> files;  // none: the system's authorities, and we show no certificate
  bool operator==(const tls_endpoint&) const = default;
};

using endpoint = std::variant<unix_endpoint, tcp_endpoint, tls_endpoint>;

// As an operator would write it: unix:///var/run/docker.sock, tcp://10.0.0.1:2375,
// https://[fd00::1]:2376.
[[nodiscard]] std::string to_string(const endpoint& where);

// Values of the environment variables of the same names; empty where not set.
struct engine_environment {
  std::string docker_host;
  std::string docker_tls_verify;  // anything but empty asks for TLS, as with Docker's own client
  std::string docker_cert_path;   // a folder with ca.pem, cert.pem and key.pem
};

// Reads DOCKER_HOST, which must not be empty. Fails with bad_address.
[[nodiscard]] result<endpoint> parse_endpoint(const engine_environment& values);

struct usual_socket {
  std::string path;
  std::string product;  // Docker, Podman
  bool operator==(const usual_socket&) const = default;
};

// Where engines listen that nobody has configured, in the order in which they are tried: Docker
// before Podman, the system's before the user's, which lies in his XDG_RUNTIME_DIR, if any.
[[nodiscard]] std::vector<usual_socket> usual_sockets(std::string_view xdg_runtime_dir);

}  // namespace gantry::engine
