#include "executor/engine/docker_client.hpp"

#include <boost/asio/this_coro.hpp>

#include "executor/engine/api_version.hpp"
#include "executor/engine/engine_calls.hpp"
#include "executor/engine/error.hpp"
#include "executor/engine/exec_run.hpp"
#include "executor/engine/exit_wait.hpp"
#include "executor/engine/image_messages.hpp"
#include "executor/engine/input_stream.hpp"
#include "executor/engine/json_fields.hpp"
#include "executor/engine/messages.hpp"
#include "executor/engine/podman_log.hpp"
#include "executor/engine/pull_stream.hpp"
#include "executor/engine/requests.hpp"
#include "executor/engine/rfc3339.hpp"
#include "executor/engine/stats_messages.hpp"
#include "executor/engine/streams.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

using std::chrono::milliseconds;
using grace_time = std::optional<std::chrono::seconds>;

// As Podman calls itself in the header Server.
constexpr std::string_view podman_product = "Libpod";
// Podman reads `since` as a floating-point number, which may come out after the very event.
constexpr timestamp podman_since_margin = 1'000;
// Podman needs some milliseconds to see that a container has ended, and more on a busy machine.
constexpr milliseconds inspect_again_after{50};
constexpr int inspections_max = 20;

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

class docker_client final : public client {
 public:
  docker_client(endpoint where, client_config config)
      : calls_(std::make_shared<engine_calls>(std::move(where), std::move(config))) {}
  docker_client(locator& where, client_config config)
      : calls_(std::make_shared<engine_calls>(endpoint(), std::move(config))), locator_(&where) {}

  awaitable<result<version_info>> negotiate() override;
  awaitable<result<void>> ping() override;
  [[nodiscard]] const traffic& seen() const override { return calls_->seen(); }
  awaitable<result<engine_info>> info() override { return read(info_request(), parse_info); }

  awaitable<result<std::vector<container_summary>>> list() override;
  awaitable<result<container_details>> inspect(std::string id) override;
  awaitable<result<container_hardening>> inspect_hardening(std::string id) override;
  awaitable<result<std::optional<stats_sample>>> stats(std::string id) override;

  awaitable<result<created_container>> create(container_spec spec) override {
    return read(create_request(spec), parse_created);
  }
  awaitable<result<change>> start(std::string id) override { return perform(start_request(id)); }
  awaitable<result<change>> stop(std::string id, grace_time grace) override {
    return calls_->perform(stop_request(id, grace), patience(grace));
  }
  awaitable<result<change>> restart(std::string id, grace_time grace) override {
    return calls_->perform(restart_request(id, grace), patience(grace));
  }
  awaitable<result<change>> kill(std::string id, std::string signal) override {
    return perform(kill_request(id, signal));
  }
  awaitable<result<change>> pause(std::string id) override { return perform(pause_request(id)); }
  awaitable<result<change>> unpause(std::string id) override {
    return perform(unpause_request(id));
  }
  awaitable<result<change>> remove(std::string id, removal how) override {
    return calls_->perform(remove_request(id, how), patience({}));
  }

  awaitable<result<std::unique_ptr<exit_wait>>> wait(std::string id,
                                                     wait_condition condition) override {
    return open_exit_wait(calls_, std::move(id), condition);
  }
  awaitable<result<std::unique_ptr<input_stream>>> attach_input(std::string id) override;
  awaitable<result<std::unique_ptr<exec_run>>> exec(std::string id, exec_spec spec) override {
    return open_exec(calls_, std::move(id), std::move(spec));
  }

  awaitable<result<std::optional<image_details>>> inspect_image(std::string image) override;
  awaitable<result<std::unique_ptr<pull_stream>>> pull(pull_request request) override;

  awaitable<result<std::unique_ptr<event_stream>>> events(std::optional<timestamp> since) override;
  awaitable<result<std::unique_ptr<log_stream>>> logs(log_request request) override;
  std::string address() const override {
    return locator_ == nullptr ? calls_->address() : locator_->where();
  }

 private:
  [[nodiscard]] timestamp up_to_now(timestamp since) const;

  // Asks, and understands the answer.
  template <typename T>
  awaitable<result<T>> read(api_request request, result<T> (*parse)(std::string_view)) {
    const auto reply = co_await calls_->ask(request);
    if (!reply) co_return reply.error();
    co_return understand(request, *reply, parse);
  }

  template <typename T>
  static result<T> understand(const api_request& request, const answer& reply,
                              result<T> (*parse)(std::string_view)) {
    auto out = parse(reply.body);
    if (!out) return about(request.name, out.error());
    return out;
  }

  awaitable<result<answer>> ask_inspect(std::string id);

  awaitable<result<change>> perform(api_request request) {
    return calls_->perform(std::move(request), calls_->config().request_max);
  }

  awaitable<std::optional<api_version>> oldest_version();
  awaitable<result<std::unique_ptr<log_stream>>> open_log(log_request request);
  awaitable<result<std::unique_ptr<log_stream>>> follow_podman(log_request request);

  [[nodiscard]] milliseconds patience(grace_time grace) const {
    const client_config& config = calls_->config();
    return config.request_max + grace.value_or(config.grace_default);
  }

  std::shared_ptr<engine_calls> calls_;
  locator* locator_ = nullptr;  // with one, the engine's place is not known before negotiate()
  bool is_podman_ = false;
  std::optional<timestamp> clock_;  // the engine's, in whole seconds, at the last negotiate()
  std::chrono::steady_clock::time_point clock_read_;
};

awaitable<result<version_info>> docker_client::negotiate() {
  if (locator_ != nullptr) {
    auto found = co_await locator_->find();
    if (!found) co_return found.error();
    calls_->move_to(*std::move(found));
  }
  auto pong = co_await calls_->ask(ping_request());
  // An engine's every answer says what it is.
  if (!pong && pong.error().code == errc::not_allowed) {
    pong = co_await calls_->ask(version_request());
  }
  if (!pong && pong.error().code == errc::not_allowed) {
    calls_->speak("");  // it answers in its newest
    co_return version_info{};
  }
  if (!pong) co_return pong.error();
  const std::string_view newest = pong->head.field("Api-Version");
  auto version = agree_on_version(newest);
  if (!version) co_return about(address(), version.error());
  // Only what is newer than all that we know can have given that up.
  if (*version == newest_known) version = agree_on_version(newest, co_await oldest_version());
  calls_->speak(to_string(*version));
  clock_ = parse_http_date(pong->head.field("Date"));
  clock_read_ = net::now().steady;
  auto out = describe(pong->head, calls_->version());
  is_podman_ = out.product == podman_product;
  co_return out;
}

awaitable<result<void>> docker_client::ping() {
  api_request request = ping_request();
  request.stays_open = true;
  const auto pong = co_await calls_->ask_again_and_again(request);
  if (!pong) co_return pong.error();
  const int status = pong->head.status;
  if (status >= 502 && status <= 504) co_return calls_->refusal(request, *pong);
  co_return result<void>();
}

// A proxy in front of an engine may keep its answer back: then nothing is known of it.
awaitable<std::optional<api_version>> docker_client::oldest_version() {
  const auto reply = co_await calls_->ask(version_request());
  if (!reply) co_return std::nullopt;
  const auto oldest = parse_oldest_version(reply->body);
  co_return oldest ? std::optional(*oldest) : std::nullopt;
}

// What Podman reads of a process in /proc it cannot read once that has just ended: it answers 500,
// "read /proc/1036/cgroup: no such process".
bool has_just_ended(const failure& why) {
  return why.code == errc::engine_error && why.message.find("/proc/") != std::string::npos &&
         why.message.find("no such") != std::string::npos;
}

awaitable<result<answer>> docker_client::ask_inspect(std::string id) {
  for (int count = 1;; ++count) {
    auto reply = co_await calls_->ask(inspect_request(id));
    if (reply || !has_just_ended(reply.error()) || count == inspections_max) co_return reply;
    co_await net::sleep(inspect_again_after);
  }
}

awaitable<result<std::vector<container_summary>>> docker_client::list() {
  std::vector<container_summary> out;
  const auto take = [this, &out](const json_item& item) {
    auto entry = item.is_large ? result<container_summary>(
                                     not_understood("list of containers", "an entry is too large"))
                               : parse_list_entry(item.text);
    if (!entry) {
      calls_->skipped()->add(item_kind::list_entry,
                             entry.error().message + " (" + std::to_string(item.bytes) + " bytes)");
      entry = unread_entry(item.text);
    }
    out.push_back(*std::move(entry));
  };
  const auto answered = co_await calls_->ask_list(list_request(), take);
  if (!answered) co_return answered.error();
  co_return out;
}

awaitable<result<std::optional<stats_sample>>> docker_client::stats(std::string id) {
  const auto out = co_await read(stats_request(id, calls_->version()), parse_stats);
  if (!out && out.error().code == errc::bad_response)
    calls_->skipped()->add(item_kind::measurement, out.error().message);
  co_return out;
}

awaitable<result<container_details>> docker_client::inspect(std::string id) {
  const auto reply = co_await ask_inspect(id);
  if (!reply) co_return reply.error();
  auto out = understand(inspect_request(id), *reply, parse_inspect);
  // What is asked for by a name may have any id.
  const bool is_id = id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (out && is_id && id.size() == out->summary.id.size() && id != out->summary.id) {
    const auto why = not_understood("description of a container", "it is that of another one");
    co_return about(inspect_request(id).name, why);
  }
  co_return out;
}

awaitable<result<container_hardening>> docker_client::inspect_hardening(std::string id) {
  const auto reply = co_await ask_inspect(id);
  if (!reply) co_return reply.error();
  co_return understand(inspect_request(id), *reply, parse_hardening);
}

awaitable<result<std::unique_ptr<input_stream>>> docker_client::attach_input(std::string id) {
  const api_request request = attach_input_request(id);
  auto connection = co_await calls_->open_stream(request, stream_begin::at_once);
  if (!connection) co_return connection.error();
  const auto executor = co_await boost::asio::this_coro::executor;
  co_return make_input_stream(executor, *std::move(connection), "input of " + short_id(id),
                              calls_->config().input_bytes_max);
}

awaitable<result<std::optional<image_details>>> docker_client::inspect_image(std::string image) {
  const api_request request = inspect_image_request(image);
  const auto reply = co_await calls_->ask_anything(request);
  if (!reply) co_return reply.error();
  if (reply->head.status != 200) {
    failure refused = calls_->refusal(request, *reply);
    if (refused.code == errc::not_found) co_return std::optional<image_details>();
    co_return refused;
  }
  auto out = parse_image(reply->body);
  if (!out) co_return about(request.name, out.error());
  co_return std::optional(*std::move(out));
}

awaitable<result<std::unique_ptr<pull_stream>>> docker_client::pull(pull_request request) {
  const auto wanted = pull_request_of(request);
  if (!wanted) co_return wanted.error();
  auto connection = co_await calls_->open_stream(*wanted, stream_begin::with_data);
  if (!connection) co_return connection.error();
  const json_limits limits{calls_->config().progress_bytes_max};
  co_return make_pull_stream(*std::move(connection), wanted->name, limits, calls_->skipped());
}

// A time that the engine's clock has not reached yet is no place in its events: the clock was set
// back, or an event lied, and engines would tell nothing until then.
timestamp docker_client::up_to_now(timestamp since) const {
  if (!clock_) return since;
  const auto passed = net::now().steady - clock_read_;
  const timestamp now = *clock_ + std::chrono::nanoseconds(passed).count();
  return since > now + nanos_per_second ? now : since;
}

awaitable<result<std::unique_ptr<event_stream>>> docker_client::events(
    std::optional<timestamp> since) {
  if (since) since = up_to_now(*since);
  if (since && is_podman_) *since -= podman_since_margin;
  auto connection = co_await calls_->open_stream(events_request(since), stream_begin::at_once);
  if (!connection) co_return connection.error();
  const json_limits limits{calls_->config().event_bytes_max};
  co_return make_event_stream(*std::move(connection), limits, calls_->skipped());
}

awaitable<result<std::unique_ptr<log_stream>>> docker_client::logs(log_request request) {
  if (is_podman_ && request.follow) co_return co_await follow_podman(std::move(request));
  co_return co_await open_log(std::move(request));
}

awaitable<result<std::unique_ptr<log_stream>>> docker_client::follow_podman(log_request request) {
  const auto before = co_await ask_inspect(request.id);
  if (!before) co_return before.error();
  const auto details = understand(inspect_request(request.id), *before, parse_inspect);
  if (!details) co_return details.error();
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
  auto connection = co_await calls_->open_stream(logs_request(request), begin);
  if (!connection) co_return connection.error();
  co_return make_log_stream(*std::move(connection));
}

}  // namespace

std::unique_ptr<client> create_docker_client(endpoint where, client_config config) {
  return std::make_unique<docker_client>(std::move(where), std::move(config));
}

std::unique_ptr<client> create_docker_client(locator& where, client_config config) {
  return std::make_unique<docker_client>(where, std::move(config));
}

}  // namespace gantry::engine
