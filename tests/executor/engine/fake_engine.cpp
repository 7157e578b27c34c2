#include "fake_engine.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <optional>
#include <thread>

namespace gantry::engine {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using generic_protocol = asio::generic::stream_protocol;
using boost::system::error_code;

std::string hex(std::size_t number) {
  std::array<char, 20> out{};
  return {out.data(), std::size_t(std::snprintf(out.data(), out.size(), "%zx", number))};
}

// A TLS greeting has no end that plain HTTP would know: it is answered at once, as by real servers.
constexpr char tls_greeting = 0x16;

// Of head and body, as soon as the head is there.
std::size_t bytes_of_request(const std::string& begin) {
  const std::size_t head = begin.find("\r\n\r\n");
  if (head == std::string::npos) return std::string::npos;
  const std::string name = "\r\nContent-Length: ";
  const std::size_t length = begin.find(name);
  const bool has_body = length != std::string::npos && length < head;
  return head + 4 + (has_body ? std::stoul(begin.substr(length + name.size())) : 0);
}

template <typename Stream>
std::string read_request(Stream& stream) {
  std::string out;
  std::array<char, 1024> buffer;
  error_code error;
  while (!error && !out.starts_with(tls_greeting) && out.size() < bytes_of_request(out)) {
    out.append(buffer.data(), stream.read_some(asio::buffer(buffer), error));
  }
  return out;
}

template <typename Stream>
void collect(Stream& stream, std::string& request) {
  std::array<char, 1024> buffer;
  error_code error;
  while (!error) request.append(buffer.data(), stream.read_some(asio::buffer(buffer), error));
  request += error == asio::error::eof ? "<end>" : "<cut>";
}

template <typename Stream>
void wait_until_gone(Stream& stream) {
  pollfd watched{stream.lowest_layer().native_handle(), POLLRDHUP, 0};
  ::poll(&watched, 1, 10'000);
}

template <typename Stream>
void answer(Stream& stream, const scripted_answer& script, std::string& request) {
  error_code error;
  for (const std::string& piece : script.pieces) {
    asio::write(stream, asio::buffer(piece), error);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  char byte = 0;
  if (script.then == scripted_answer::ending::hang) {
    stream.read_some(asio::buffer(&byte, 1), error);  // until the client goes away
  }
  if (script.then == scripted_answer::ending::finish) {
    ::shutdown(stream.lowest_layer().native_handle(), SHUT_WR);
  }
  if (script.then == scripted_answer::ending::finish ||
      script.then == scripted_answer::ending::deaf) {
    wait_until_gone(stream);
  }
  if (script.then == scripted_answer::ending::collect) collect(stream, request);
}

}  // namespace

scripted_answer json_answer(const std::string& status, const std::string& body,
                            const std::string& fields) {
  return {{"HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body}};
}

std::string chunk(const std::string& data) { return hex(data.size()) + "\r\n" + data + "\r\n"; }

scripted_answer stream_answer(const std::vector<std::string>& chunks) {
  scripted_answer out;
  out.pieces = {
      "HTTP/1.1 200 OK\r\nDate: Wed, 01 May 2024 12:00:00 GMT\r\n"
      "Transfer-Encoding: chunked\r\n\r\n"};
  for (const std::string& each : chunks) out.pieces.push_back(chunk(each));
  return out;
}

class fake_engine::impl {
 public:
  impl(const generic_protocol::endpoint& address, std::optional<server_certificate> certificate,
       std::vector<scripted_answer> script)
      : script_(std::move(script)), certificate_(std::move(certificate)) {
    listener_ = ::socket(address.protocol().family(), SOCK_STREAM, 0);
    if (::bind(listener_, address.data(), socklen_t(address.size())) != 0 ||
        ::listen(listener_, 16) != 0) {
      throw std::runtime_error("the fake engine cannot listen");
    }
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &size);
    port_ = ntohs(bound.sin_port);
    family_ = address.protocol().family();
    thread_ = std::thread([this] { serve(); });
  }

  ~impl() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(listener_);
  }

  std::uint16_t port_ = 0;
  std::vector<std::string> requests_;

 private:
  void serve() {
    for (std::size_t at = 0;; ++at) {
      const int accepted = ::accept(listener_, nullptr, nullptr);
      if (accepted < 0) return;
      asio::io_context io;
      generic_protocol::socket socket(io, generic_protocol(family_, 0), accepted);
      if (at < script_.size()) serve_one(std::move(socket), script_[at]);
    }
  }

  void serve_one(generic_protocol::socket socket, const scripted_answer& script) {
    if (!certificate_) {
      requests_.push_back(read_request(socket));
      return answer(socket, script, requests_.back());
    }
    ssl::context context(ssl::context::tls_server);
    context.use_certificate_chain_file(certificate_->certificate_file);
    context.use_private_key_file(certificate_->key_file, ssl::context::pem);
    if (!certificate_->client_authority_file.empty()) {
      context.load_verify_file(certificate_->client_authority_file);
      context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    }
    ssl::stream<generic_protocol::socket> stream(std::move(socket), context);
    error_code error;
    stream.handshake(ssl::stream_base::server, error);
    if (error) return;
    requests_.push_back(read_request(stream));
    answer(stream, script, requests_.back());
  }

  std::vector<scripted_answer> script_;
  std::optional<server_certificate> certificate_;
  int listener_ = -1;
  int family_ = 0;
  std::thread thread_;
};

fake_engine::fake_engine(std::unique_ptr<impl> made) : impl_(std::move(made)) {}
fake_engine::~fake_engine() = default;
fake_engine::fake_engine(fake_engine&&) noexcept = default;

fake_engine fake_engine::on_unix(std::string path, std::vector<scripted_answer> script) {
  ::unlink(path.c_str());
  const generic_protocol::endpoint address{asio::local::stream_protocol::endpoint(path)};
  return fake_engine(std::make_unique<impl>(address, std::nullopt, std::move(script)));
}

namespace {

generic_protocol::endpoint loopback() {
  return {asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
}

}  // namespace

fake_engine fake_engine::on_tcp(std::vector<scripted_answer> script) {
  return fake_engine(std::make_unique<impl>(loopback(), std::nullopt, std::move(script)));
}

fake_engine fake_engine::on_tls(server_certificate certificate,
                                std::vector<scripted_answer> script) {
  return fake_engine(std::make_unique<impl>(loopback(), std::move(certificate), std::move(script)));
}

std::uint16_t fake_engine::port() const { return impl_->port_; }

std::vector<std::string> fake_engine::requests() {
  impl_->stop();
  return impl_->requests_;
}

}  // namespace gantry::engine
