#include "executor/engine/engine_calls.hpp"

#include "executor/engine/error.hpp"
#include "executor/engine/messages.hpp"
#include "executor/engine/permissions.hpp"
#include "executor/engine/refusal_status.hpp"
#include "executor/engine/transport.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

using std::chrono::milliseconds;

// Of the body of an error, which is read for its message alone.
constexpr std::size_t error_body_bytes_max = 256 << 10;

// A deadline whose failure is one of ours.
template <typename T>
awaitable<result<T>> within(milliseconds limit, std::string name, awaitable<result<T>> operation) {
  auto out = co_await net::with_deadline(limit, std::move(name), std::move(operation));
  if (!out && out.error().code == boost::system::errc::timed_out) {
    co_return fault(errc::timed_out, out.error().message);
  }
  co_return out;
}

std::string http_host(const endpoint& where) {
  if (std::holds_alternative<unix_endpoint>(where)) return "localhost";
  const std::string address = to_string(where);
  return address.substr(address.find("://") + 3);
}

// The answer to a request that the engine did not grant. Its body only adds words to the status, so
// that a body which breaks off, or is too long, is no further failure.
awaitable<result<answer>> read_refusal(http_connection& connection) {
  auto body = co_await connection.read_all(error_body_bytes_max);
  co_return answer{connection.head(), body ? *std::move(body) : std::string()};
}

failure too_long(std::size_t bytes_max) {
  return fault(errc::bad_response,
               "the engine's answer has more than " + std::to_string(bytes_max) + " bytes");
}

// A pull hands on what the registry answers: as JSON, for it is the engine that tells.
bool is_of_registry(const api_request& request, const answer& reply) {
  return request.target.starts_with("/images/create") && reply.body.starts_with("{") &&
         reply.body.find("authorization denied by plugin") == std::string::npos;
}

}  // namespace

failure about(std::string_view what, failure why) {
  why.message = std::string(what) + ": " + why.message;
  return why;
}

engine_calls::engine_calls(endpoint where, client_config config)
    : where_(std::move(where)),
      config_(std::move(config)),
      skipped_(std::make_shared<skipped_items>("the engine at " + address(), config_.log)) {}

void engine_calls::move_to(endpoint where) {
  if (where == where_) return;
  where_ = std::move(where);
  kept_.reset();
  skipped_->is_of("the engine at " + address());
}

failure engine_calls::refusal(const api_request& request, const answer& reply) const {
  failure out{make_status_code(refusal_status(reply.head.status, reply.body)),
              error_text(reply.body, reply.head.reason) + " (HTTP " +
                  std::to_string(reply.head.status) + ")"};
  if (out.code != errc::not_allowed) return about(request.name, out);
  // Registries say so, too, in the engine's words.
  if (is_of_registry(request, reply)) return about(request.name, fault(errc::refused, out.message));
  const std::string kind = call_kind(request);
  out.message = kind + " is not allowed: " + out.message + ". docker-socket-proxy allows it with " +
                proxy_switches(request);
  seen_->not_allowed.try_emplace(kind, out.message);
  return about(request.name, out);
}

void engine_calls::note_allowed(const api_request& request) const {
  if (!seen_->not_allowed.empty()) seen_->not_allowed.erase(call_kind(request));
}

awaitable<result<connection_ptr>> engine_calls::open() {
  auto stream = co_await connect(where_, config_.connect_max, config_.resolve);
  seen_->lack.reset();
  if (!stream && stream.error().code == errc::exhausted) seen_->lack = stream.error().message;
  if (!stream) co_return stream.error();
  co_return std::make_unique<http_connection>(*std::move(stream), seen_);
}

std::string engine_calls::wire(const api_request& request) const {
  return to_http(request, version_, http_host(where_));
}

awaitable<result<answer>> engine_calls::exchange(const api_request& request, milliseconds limit,
                                                 entry_sink take) {
  const auto connection = co_await open();
  if (!connection) co_return connection.error();
  auto asking = exchange_over(**connection, wire(request), std::move(take));
  co_return co_await within(limit, answering(), std::move(asking));
}

awaitable<result<answer>> engine_calls::exchange_over(http_connection& connection,
                                                      std::string request, entry_sink take) {
  const auto begun = co_await connection.exchange_heads(std::move(request));
  if (!begun) co_return begun.error();
  co_return co_await read_answer(connection, std::move(take));
}

awaitable<result<answer>> engine_calls::read_answer(http_connection& connection, entry_sink take) {
  const http_head& head = connection.head();
  if (head.status >= 400) co_return co_await read_refusal(connection);
  if (take) {
    const auto read = co_await read_list(connection, std::move(take));
    if (!read) co_return read.error();
    co_return answer{head, ""};
  }
  auto body = co_await read_body(connection);
  if (!body) co_return body.error();
  co_return answer{head, *std::move(body)};
}

awaitable<result<std::string>> engine_calls::read_body(http_connection& connection) const {
  json_items items(json_form::value, {config_.body_bytes_max});
  while (true) {
    const auto bytes = co_await connection.read();
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) items.end();
    items.feed(*bytes);
    const auto whole = items.next();
    if (items.is_large()) co_return too_long(config_.body_bytes_max);
    if (bytes->empty()) co_return whole ? std::string(whole->text) : std::string();
  }
}

awaitable<result<void>> engine_calls::read_list(http_connection& connection,
                                                entry_sink take) const {
  json_items items(json_form::list, {config_.entry_bytes_max});
  std::size_t taken = 0;
  while (true) {
    const auto bytes = co_await connection.read();
    if (!bytes) co_return bytes.error();
    items.feed(*bytes);
    while (const auto each = items.next()) {
      taken += each->text.size();
      if (taken > config_.body_bytes_max) co_return too_long(config_.body_bytes_max);
      take(*each);
    }
    if (!bytes->empty()) continue;
    if (items.is_whole_list()) co_return result<void>();
    co_return fault(errc::bad_response, "the engine's answer is no JSON array");
  }
}

awaitable<result<answer>> engine_calls::ask_list(api_request request, entry_sink take) {
  auto out = co_await exchange(request, config_.request_max, std::move(take));
  if (!out) co_return about(request.name, out.error());
  if (out->head.status != 200) co_return refusal(request, *out);
  note_allowed(request);
  co_return out;
}

awaitable<result<answer>> engine_calls::ask_anything(api_request request) {
  auto out = co_await exchange(request, config_.request_max);
  if (!out) co_return about(request.name, out.error());
  co_return out;
}

awaitable<result<answer>> engine_calls::ask_again_and_again(api_request request) {
  // Whoever closed it meanwhile, a proxy mostly, says so only now.
  const bool was_open = kept_ != nullptr;
  auto out = co_await exchange_over_kept(wire(request));
  if (!out && was_open && out.error().code == errc::disconnected) {
    out = co_await exchange_over_kept(wire(request));
  }
  if (!out) co_return about(request.name, out.error());
  co_return out;
}

awaitable<result<answer>> engine_calls::exchange_over_kept(std::string request) {
  const endpoint asked = where_;
  auto connection = std::exchange(kept_, nullptr);
  if (!connection) {
    auto opened = co_await open();
    if (!opened) co_return opened.error();
    connection = *std::move(opened);
  }
  auto exchanging = connection->exchange_next_heads(std::move(request));
  const auto begun = co_await within(config_.request_max, answering(), std::move(exchanging));
  if (!begun) co_return begun.error();
  auto reading = read_answer(*connection);
  auto out = co_await within(config_.request_max, answering(), std::move(reading));
  if (out && out->head.status == 200 && where_ == asked) kept_ = std::move(connection);
  co_return out;
}

awaitable<result<answer>> engine_calls::ask(api_request request) {
  auto out = co_await ask_anything(request);
  if (out && out->head.status != 200 && out->head.status != 201) co_return refusal(request, *out);
  if (out) note_allowed(request);
  co_return out;
}

awaitable<result<change>> engine_calls::perform(api_request request, milliseconds limit) {
  const auto out = co_await exchange(request, limit);
  if (!out) co_return about(request.name, out.error());
  const int status = out->head.status;
  if (status < 400) note_allowed(request);
  if (status == 304) co_return change::already;
  if (status == 204 || status == 200) co_return change::made;
  if (means_already(request, status, error_text(out->body, {}))) co_return change::already;
  co_return refusal(request, *out);
}

awaitable<result<connection_ptr>> engine_calls::send(api_request request) {
  auto out = co_await open();
  if (!out) co_return about(request.name, out.error());
  auto sending = (*out)->send(wire(request));
  const auto sent =
      co_await within(config_.request_max, "asking the engine at " + address(), std::move(sending));
  if (!sent) co_return about(request.name, sent.error());
  co_return out;
}

awaitable<result<void>> engine_calls::receive_head(api_request request, http_connection& connection,
                                                   stream_begin begin) {
  auto receiving = connection.receive_head();
  if (begin == stream_begin::at_once) {
    receiving = within(config_.request_max, answering(), std::move(receiving));
  }
  const auto received = co_await std::move(receiving);
  if (!received) co_return about(request.name, received.error());
  const int status = connection.head().status;
  // Of a proxy, for a browser: it would be taken for a stream with nothing in it.
  if (status == 200 && connection.head().field("Content-Type").starts_with("text/html")) {
    co_return about(request.name, fault(errc::bad_response, "the answer is a page of HTML"));
  }
  if (status == 200 || (status == 101 && request.hijack)) {
    note_allowed(request);
    co_return result<void>();
  }
  const auto refused = co_await within(config_.request_max, answering(), read_refusal(connection));
  if (!refused) co_return about(request.name, refused.error());
  co_return refusal(request, *refused);
}

awaitable<result<connection_ptr>> engine_calls::open_stream(api_request request,
                                                            stream_begin begin) {
  auto connection = co_await send(request);
  if (!connection) co_return connection.error();
  const auto begun = co_await receive_head(std::move(request), **connection, begin);
  if (!begun) co_return begun.error();
  co_return connection;
}

}  // namespace gantry::engine
