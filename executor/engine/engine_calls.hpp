// Requests to one engine, each on a connection of its own, with their deadlines.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "executor/engine/docker_client.hpp"
#include "executor/engine/http_connection.hpp"
#include "executor/engine/json_items.hpp"
#include "executor/engine/requests.hpp"
#include "executor/engine/skipped_items.hpp"
#include "executor/engine/traffic.hpp"

namespace gantry::engine {

using connection_ptr = std::unique_ptr<http_connection>;

struct answer {
  http_head head;
  std::string body;
};

// The failure, with what was being done in front.
[[nodiscard]] failure about(std::string_view what, failure why);

// When does a stream's answer begin?
enum class stream_begin {
  at_once,
  with_data,  // perhaps as late as its first data
};

// Failures name the request. Held by all that may ask later on: the client, and what it started.
class engine_calls {
 public:
  engine_calls(endpoint where, client_config config);

  // A request and its whole answer, whose status is 200 or 201.
  [[nodiscard]] awaitable<result<answer>> ask(api_request request);
  // The same, for whoever knows what to make of some refusals.
  [[nodiscard]] awaitable<result<answer>> ask_anything(api_request request);
  // The same, for a list, whose elements go to `take` as they come. Fails with bad_response, though
  // elements may have been taken, when the answer is no whole list.
  using entry_sink = std::function<void(const json_item&)>;
  [[nodiscard]] awaitable<result<answer>> ask_list(api_request request, entry_sink take);
  // Something that is done, or was done before.
  [[nodiscard]] awaitable<result<change>> perform(api_request request,
                                                  std::chrono::milliseconds limit);
  // An answer whose head is received, with status 200, or 101 if a hijack was asked for.
  [[nodiscard]] awaitable<result<connection_ptr>> open_stream(api_request request,
                                                              stream_begin begin);
  // A request and its whole answer, whatever its status, over a connection that stays open for the
  // next one. One at a time.
  [[nodiscard]] awaitable<result<answer>> ask_again_and_again(api_request request);
  // A request without its answer.
  [[nodiscard]] awaitable<result<connection_ptr>> send(api_request request);
  // Receives the head of the answer; as late as it likes, or within the usual time.
  [[nodiscard]] awaitable<result<void>> receive_head(api_request request,
                                                     http_connection& connection,
                                                     stream_begin begin);

  [[nodiscard]] failure refusal(const api_request& request, const answer& reply) const;

  [[nodiscard]] const client_config& config() const { return config_; }
  // What was passed over of all that this engine sent.
  [[nodiscard]] const std::shared_ptr<skipped_items>& skipped() const { return skipped_; }
  [[nodiscard]] std::string address() const { return to_string(where_); }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const engine::traffic& seen() const { return *seen_; }
  void move_to(endpoint where);
  void speak(std::string version) { version_ = std::move(version); }

 private:
  void note_allowed(const api_request& request) const;
  awaitable<result<connection_ptr>> open();
  awaitable<result<answer>> exchange(const api_request& request, std::chrono::milliseconds limit,
                                     entry_sink take = {});
  awaitable<result<answer>> exchange_over(http_connection& connection, std::string request,
                                          entry_sink take);
  awaitable<result<answer>> read_answer(http_connection& connection, entry_sink take = {});
  awaitable<result<std::string>> read_body(http_connection& connection) const;
  awaitable<result<void>> read_list(http_connection& connection, entry_sink take) const;
  awaitable<result<answer>> exchange_over_kept(std::string request);
  [[nodiscard]] std::string wire(const api_request& request) const;
  [[nodiscard]] std::string answering() const { return "the answer of the engine at " + address(); }

  endpoint where_;
  client_config config_;
  std::string version_;  // empty until negotiated
  std::shared_ptr<skipped_items> skipped_;
  std::shared_ptr<traffic> seen_ = std::make_shared<traffic>();
  connection_ptr kept_;  // by ask_again_and_again(), between two
};

}  // namespace gantry::engine
