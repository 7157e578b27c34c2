#include "tests/integration/tiny_registry.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace gantry::test {
namespace {

std::string digest_of(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("no SHA-256");
  std::string out = "sha256:";
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned int at = 0; at < size; ++at) {
    out += digits[hash.at(at) >> 4U];
    out += digits[hash.at(at) & 15U];
  }
  return out;
}

std::string entry(const std::string& type, const std::string& bytes) {
  return R"({"mediaType":")" + type + R"(","size":)" + std::to_string(bytes.size()) +
         R"(,"digest":")" + digest_of(bytes) + "\"}";
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// The head of a request, which has no body.
std::string read_head(int socket) {
  std::string out;
  std::array<char, 4096> some{};
  while (out.find("\r\n\r\n") == std::string::npos) {
    const ssize_t got = ::recv(socket, some.data(), some.size(), 0);
    if (got <= 0) return "";
    out.append(some.data(), static_cast<std::size_t>(got));
  }
  return out;
}

}  // namespace

tiny_registry::tiny_registry(const std::string& layer) {
  const std::string prefix = "application/vnd.docker.";
  const std::string config =
      R"({"architecture":"amd64","os":"linux","config":{"Cmd":["sh"]},"rootfs":{"type":"layers",)"
      R"("diff_ids":[")" +
      digest_of(layer) + "\"]}}";
  const std::string config_type = prefix + "container.image.v1+json";
  const std::string layer_type = prefix + "image.rootfs.diff.tar.gzip";
  const std::string manifest_type = prefix + "distribution.manifest.v2+json";
  const std::string manifest = R"({"schemaVersion":2,"mediaType":")" + manifest_type +
                               R"(","config":)" + entry(config_type, config) + R"(,"layers":[)" +
                               entry(layer_type, layer) + "]}";
  layer_path_ = "/v2/tiny/blobs/" + digest_of(layer);
  pages_["/v2/"] = {"application/json", "{}"};
  pages_["/v2/tiny/manifests/1"] = {manifest_type, manifest};
  pages_["/v2/tiny/manifests/" + digest_of(manifest)] = {manifest_type, manifest};
  pages_["/v2/tiny/blobs/" + digest_of(config)] = {"application/octet-stream", config};
  pages_[layer_path_] = {"application/octet-stream", layer};

  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, where, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, where, &size) != 0) {
    throw std::runtime_error("the registry cannot listen");
  }
  port_ = ntohs(address.sin_port);
  serving_ = std::thread([this] { serve(); });
}

tiny_registry::~tiny_registry() {
  ending_ = true;
  let_go();
  ::shutdown(listener_, SHUT_RDWR);
  serving_.join();
  for (std::thread& each : answering_) each.join();
  ::close(listener_);
}

std::string tiny_registry::image() const {
  return "127.0.0.1:" + std::to_string(port_) + "/tiny:1";
}

void tiny_registry::let_go() {
  {
    const std::scoped_lock lock(mutex_);
    let_go_ = true;
  }
  changed_.notify_all();
}

void tiny_registry::serve() {
  while (!ending_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    answering_.emplace_back([this, socket] {
      answer(socket);
      ::close(socket);
    });
  }
}

// One request for each connection. What is no HTTP, such as TLS, is not answered.
void tiny_registry::answer(int socket) {
  constexpr timeval patience{.tv_sec = 2, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::array<char, 1> first{};
  constexpr char tls_handshake = 22;
  if (::recv(socket, first.data(), 1, MSG_PEEK) != 1 || first[0] == tls_handshake) return;
  const std::string head = read_head(socket);
  const auto begin = head.find(' ');
  if (begin == std::string::npos) return;
  const std::string path = head.substr(begin + 1, head.find(' ', begin + 1) - begin - 1);
  const auto found = pages_.find(path);
  if (found == pages_.end()) {
    return send_all(socket,
                    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
                    "Connection: close\r\n\r\n");
  }
  const page& its = found->second;
  send_all(socket,
           "HTTP/1.1 200 OK\r\nDocker-Distribution-Api-Version: registry/2.0\r\n"
           "Connection: close\r\nContent-Type: " +
               its.type + "\r\nDocker-Content-Digest: " + digest_of(its.body) +
               "\r\nContent-Length: " + std::to_string(its.body.size()) + "\r\n\r\n");
  if (head.starts_with("HEAD")) return;
  if (path == layer_path_) wait_for_leave();
  send_all(socket, its.body);
}

void tiny_registry::wait_for_leave() {
  asked_ = true;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return let_go_; });
}

}  // namespace gantry::test
