#include "executor/engine/docker_client.hpp"

#include "executor/engine/api_version.hpp"
#include "executor/engine/error.hpp"
#include "executor/engine/http_connection.hpp"
#include "executor/engine/messages.hpp"
#include "executor/engine/podman_log.hpp"
#include "executor/engine/requests.hpp"
#include "executor/engine/rfc3339.hpp"
#include "executor/engine/streams.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

using std::chrono::milliseconds;
using connection_ptr = std::unique_ptr<http_connection>;

// Of the body of an error, which is read for its message alone.
constexpr std::size_t error_body_bytes_max = 256 << 10;
// As Podman calls itself in the header Server.
constexpr std::string_view podman_product = "Libpod";

struct answer {
  http_head head;
  std::string body;
};

// A deadline whose failure is one of ours.
template <typename T>
awaitable<result<T>> within(milliseconds limit, std::string name, awaitable<result<T>> operation) {
  auto out = co_await net::with_deadline(limit, std::move(name), std::move(operation));
  if (!out && out.error().code == boost::system::errc::timed_out) {
    co_return fault(errc::timed_out, out.error().message);
  }
  co_return out;
}

// The failure, with what was being done in front.
failure about(std::string_view what, failure why) {
  why.message = std::string(what) + ": " + why.message;
  return why;
}

failure status_failure(const api_request& request, const http_head& head, std::string_view body) {
  return about(request.name,
               {make_status_code(head.status),
                error_text(body, head.reason) + " (HTTP " + std::to_string(head.status) + ")"});
}

std::string http_host(const endpoint& where) {
  if (std::holds_alternative<unix_endpoint>(where)) return "localhost";
  const std::string address = to_string(where);
  return address.substr(address.find("://") + 3);
}

// "Docker/20.10.24 (linux)", "Libpod/5.2.0 (linux)"
version_info describe(const http_head& ping, std::string api) {
  std::string_view server = ping.field("Server");
  server = server.substr(0, server.find(' '));
  const std::size_t slash = server.find('/');
  version_info out;
  out.api = std::move(api);
  out.product = server.substr(0, slash);
  if (slash != std::string_view::npos) out.engine = server.substr(slash + 1);
  return out;
}

// The answer to a request that the engine did not grant. Its body only adds words to the status, so
// that a body which breaks off, or is too long, is no further failure.
awaitable<result<answer>> read_refusal(http_connection& connection) {
  auto body = co_await connection.read_all(error_body_bytes_max);
  co_return answer{connection.head(), body ? *std::move(body) : std::string()};
}

// When does a stream's answer begin?
enum class stream_begin {
  at_once,
  with_data,  // perhaps as late as its first data
};

class docker_client final : public client {
 public:
  docker_client(boost::asio::any_io_executor executor, endpoint where, client_config config)
      : executor_(std::move(executor)), where_(std::move(where)), config_(config) {}
  docker_client(boost::asio::any_io_executor executor, locator& where, client_config config)
      : executor_(std::move(executor)), locator_(&where), config_(config) {}

  awaitable<result<version_info>> negotiate() override;
  awaitable<result<std::vector<container_summary>>> list() override;
  awaitable<result<container_details>> inspect(std::string id) override;
  awaitable<result<change>> start(std::string id) override;
  awaitable<result<change>> stop(std::string id,
                                 std::optional<std::chrono::seconds> grace) override;
  awaitable<result<change>> restart(std::string id,
                                    std::optional<std::chrono::seconds> grace) override;
  awaitable<result<std::unique_ptr<event_stream>>> events(std::optional<timestamp> since) override;
  awaitable<result<std::unique_ptr<log_stream>>> logs(log_request request) override;
  std::string address() const override {
    return locator_ == nullptr ? to_string(where_) : locator_->where();
  }

 private:
  // Connects, sends, and receives the head of the answer.
  awaitable<result<connection_ptr>> open(const api_request& request);
  // The same, and the body. Whatever the status, an answer is no failure here.
  awaitable<result<answer>> exchange(const api_request& request);

  // The three kinds of request, each with its deadline; their failures name the request.
  awaitable<result<answer>> ask(api_request request);
  awaitable<result<change>> perform(api_request request, milliseconds limit);
  awaitable<result<connection_ptr>> open_stream(api_request request, stream_begin begin);

  awaitable<result<std::unique_ptr<log_stream>>> open_log(log_request request);
  awaitable<result<std::unique_ptr<log_stream>>> follow_podman(log_request request);

  [[nodiscard]] std::string answering() const { return "the answer of the engine at " + address(); }
  [[nodiscard]] milliseconds patience(std::optional<std::chrono::seconds> grace) const {
    return config_.request_max + grace.value_or(config_.grace_default);
  }

  boost::asio::any_io_executor executor_;
  locator* locator_ = nullptr;
  endpoint where_;  // with a locator, not before negotiate()
  client_config config_;
  std::string version_;  // empty until negotiated
  bool is_podman_ = false;
};

awaitable<result<version_info>> docker_client::negotiate() {
  if (locator_ != nullptr) {
    auto found = co_await locator_->find();
    if (!found) co_return found.error();
    where_ = *std::move(found);
  }
  const auto pong = co_await ask(ping_request());
  if (!pong) co_return pong.error();
  const auto version = agree_on_version(pong->head.field("Api-Version"));
  if (!version) co_return about(address(), version.error());
  version_ = to_string(*version);
  auto out = describe(pong->head, version_);
  is_podman_ = out.product == podman_product;
  co_return out;
}

awaitable<result<std::vector<container_summary>>> docker_client::list() {
  const auto reply = co_await ask(list_request());
  if (!reply) co_return reply.error();
  co_return parse_list(reply->body);
}

awaitable<result<container_details>> docker_client::inspect(std::string id) {
  const auto reply = co_await ask(inspect_request(id));
  if (!reply) co_return reply.error();
  auto out = parse_inspect(reply->body);
  if (!out) co_return about("inspect " + id, out.error());
  co_return out;
}

awaitable<result<change>> docker_client::start(std::string id) {
  return perform(start_request(id), config_.request_max);
}

awaitable<result<change>> docker_client::stop(std::string id,
                                              std::optional<std::chrono::seconds> grace) {
  return perform(stop_request(id, grace), patience(grace));
}

awaitable<result<change>> docker_client::restart(std::string id,
                                                 std::optional<std::chrono::seconds> grace) {
  return perform(restart_request(id, grace), patience(grace));
}

awaitable<result<std::unique_ptr<event_stream>>> docker_client::events(
    std::optional<timestamp> since) {
  auto connection = co_await open_stream(events_request(since), stream_begin::at_once);
  if (!connection) co_return connection.error();
  co_return make_event_stream(*std::move(connection), config_.event_bytes_max);
}

awaitable<result<std::unique_ptr<log_stream>>> docker_client::logs(log_request request) {
  if (is_podman_ && request.follow) co_return co_await follow_podman(std::move(request));
  co_return co_await open_log(std::move(request));
}

awaitable<result<std::unique_ptr<log_stream>>> docker_client::follow_podman(log_request request) {
  const auto before = co_await ask(inspect_request(request.id));
  if (!before) co_return before.error();
  const auto details = parse_inspect(before->body);
  if (!details) co_return about("inspect " + request.id, details.error());
  // Streams outlive clients.
  const auto own = std::make_shared<docker_client>(*this);
  podman_log_source source;
  source.open = [own, request] { return own->open_log(request); };
  source.inspect = [own, id = request.id] { return own->inspect(id); };
  source.started_at = details->started_at;
  source.asked_at = parse_http_date(before->head.field("Date")).value_or(0);
  co_return make_podman_log_stream(std::move(source));
}

awaitable<result<std::unique_ptr<log_stream>>> docker_client::open_log(log_request request) {
  const stream_begin begin = request.follow ? stream_begin::with_data : stream_begin::at_once;
  auto connection = co_await open_stream(logs_request(request), begin);
  if (!connection) co_return connection.error();
  co_return make_log_stream(*std::move(connection));
}

awaitable<result<connection_ptr>> docker_client::open(const api_request& request) {
  auto stream = co_await within(config_.connect_max, "connecting to the engine at " + address(),
                                connect(executor_, where_));
  if (!stream) co_return stream.error();
  auto connection = std::make_unique<http_connection>(*std::move(stream));
  auto wire = to_http(request, version_, http_host(where_));
  const auto exchanged = co_await connection->exchange_heads(std::move(wire));
  if (!exchanged) co_return exchanged.error();
  co_return std::move(connection);
}

awaitable<result<answer>> docker_client::exchange(const api_request& request) {
  const auto connection = co_await open(request);
  if (!connection) co_return connection.error();
  const http_head& head = (*connection)->head();
  if (head.status >= 400) co_return co_await read_refusal(**connection);
  auto body = co_await (*connection)->read_all(config_.body_bytes_max);
  if (!body) co_return body.error();
  co_return answer{head, *std::move(body)};
}

awaitable<result<answer>> docker_client::ask(api_request request) {
  auto out = co_await within(config_.request_max, answering(), exchange(request));
  if (!out) co_return about(request.name, out.error());
  if (out->head.status != 200) co_return status_failure(request, out->head, out->body);
  co_return out;
}

awaitable<result<change>> docker_client::perform(api_request request, milliseconds limit) {
  const auto out = co_await within(limit, answering(), exchange(request));
  if (!out) co_return about(request.name, out.error());
  if (out->head.status == 304) co_return change::already;
  if (out->head.status == 204 || out->head.status == 200) co_return change::made;
  co_return status_failure(request, out->head, out->body);
}

awaitable<result<connection_ptr>> docker_client::open_stream(api_request request,
                                                             stream_begin begin) {
  auto opening = open(request);
  if (begin == stream_begin::at_once) {
    opening = within(config_.request_max, answering(), std::move(opening));
  }
  auto connection = co_await std::move(opening);
  if (!connection) co_return about(request.name, connection.error());
  const http_head& head = (*connection)->head();
  if (head.status == 200) co_return connection;
  const auto refused =
      co_await within(config_.request_max, answering(), read_refusal(**connection));
  if (!refused) co_return about(request.name, refused.error());
  co_return status_failure(request, head, refused->body);
}

}  // namespace

std::unique_ptr<client> create_docker_client(boost::asio::any_io_executor executor, endpoint where,
                                             client_config config) {
  return std::make_unique<docker_client>(std::move(executor), std::move(where), config);
}

std::unique_ptr<client> create_docker_client(boost::asio::any_io_executor executor, locator& where,
                                             client_config config) {
  return std::make_unique<docker_client>(std::move(executor), where, config);
}

}  // namespace gantry::engine
