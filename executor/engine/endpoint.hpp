// Where the engine listens, from the values of Docker's own environment variables.
//
// Source: docs.docker.com, "Docker CLI: environment variables", and "Protect the Docker daemon
// socket". Nothing here reads the environment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/result.hpp"

namespace gantry::engine {

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
  std::string xdg_runtime_dir;
};

// Reads DOCKER_HOST, which must not be empty. Fails with bad_address.
[[nodiscard]] result<endpoint> parse_endpoint(const engine_environment& values);

// Where engines listen that nobody has configured, the most usual first.
[[nodiscard]] std::vector<std::string> usual_sockets(const engine_environment& values);

// The first path that is a socket now. Looks at the disk.
[[nodiscard]] std::optional<std::string> first_socket(const std::vector<std::string>& paths);

// DOCKER_HOST, or without it the first usual socket that is there. Fails with bad_address.
[[nodiscard]] result<endpoint> find_endpoint(const engine_environment& values);

}  // namespace gantry::engine
