#include "tests/fault/recording_core.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <list>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "model/json.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"
#include "myko/parse.hpp"
#include "tests/support/seed.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;
using time_point = std::chrono::steady_clock::time_point;

constexpr std::size_t message_bytes_max = 16U << 20U;  // as the TypeScript server's

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

std::string string_at(const json::value& object, const char* key) {
  return std::string(json::find_string(object, key).value_or(""));
}

struct connection {
  connection(const asio::any_io_executor& executor, tcp::socket socket)
      : stream(std::move(socket)), timer(executor), changed(executor) {
    stream.read_message_max(message_bytes_max);
  }

  void reset() {
    over = true;
    error_code ignored;  // it may be gone already
    tcp::socket& socket = stream.next_layer();
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
    timer.cancel();
    changed.notify();
  }

  struct text_to_say {
    std::string text;
    time_point due;
    std::uint64_t behind = 0;  // pulses of outputs, in all
  };

  ws::stream<tcp::socket> stream;
  asio::steady_timer timer;
  net::signal changed;
  std::deque<text_to_say> to_say;
  bool over = false;
  bool available = false;      // its instance
  std::uint64_t outputs = 0;   // pulses of outputs that it has sent
  std::uint64_t answered = 0;  // of these
};

}  // namespace

class recording_core::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(asio::any_io_executor executor, recording_core_config config, pulse_sink record)
      : executor_(std::move(executor)),
        config_(config),
        record_(std::move(record)),
        chance_(config.seed),
        acceptor_(executor_) {}

  void start() {
    if (acceptor_.is_open()) return;
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port_);
    acceptor_.open(here.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(here);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(executor_, accept_all(shared_from_this()), rethrow);
  }

  void kill() {
    error_code ignored;  // nothing is left to be done about it
    acceptor_.close(ignored);
    const std::vector<std::shared_ptr<connection>> all(connections_.begin(), connections_.end());
    for (const auto& each : all) each->reset();
    connections_.clear();
    statuses_.clear();
  }

  [[nodiscard]] bool registered() const {
    return std::any_of(connections_.begin(), connections_.end(),
                       [](const auto& each) { return each->available; });
  }

  [[nodiscard]] std::uint64_t unanswered() const {
    std::uint64_t out = 0;
    for (const auto& each : connections_) out += each->outputs - each->answered;
    return out;
  }

  asio::any_io_executor executor_;
  recording_core_config config_;
  std::uint16_t port_ = 0;
  recording_core_counters counters_;
  std::map<std::string, std::string> statuses_;  // by target
  std::set<std::string> answered_;               // commands, by their tx

 private:
  // `self` keeps this alive for as long as the coroutine runs; so below.
  awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) co_return;
      ++counters_.connections;
      error_code ignored;  // it may be gone already
      socket.set_option(tcp::no_delay(true), ignored);
      const auto made = std::make_shared<connection>(executor_, std::move(socket));
      connections_.push_back(made);
      asio::co_spawn(executor_, serve(made, self), rethrow);
    }
  }

  awaitable<void> serve(std::shared_ptr<connection> with, std::shared_ptr<impl> self) {
    const auto [refused] = co_await with->stream.async_accept(net::token);
    if (!refused && !with->over) {
      say(*with,
          R"({"event":"ws:m:command","data":{"commandId":"SetClientId","command":)"
          R"({"tx":"id","clientId":"client-)" +
              std::to_string(counters_.connections) + R"("}}})",
          net::now().steady);
      asio::co_spawn(executor_, speak(with, self), rethrow);
      co_await listen(*with);
    }
    with->reset();
    connections_.remove(with);
  }

  awaitable<void> listen(connection& with) {
    beast::flat_buffer buffer;
    while (!with.over) {
      const auto [error, size] = co_await with.stream.async_read(buffer, net::token);
      if (error || with.over) co_return;  // killed: what came in with the kill was not read
      const auto bytes = buffer.cdata();
      const auto message = myko::parse({static_cast<const char*>(bytes.data()), bytes.size()});
      if (message) {
        take(with, *message);
      } else {
        ++counters_.unusable;
      }
      buffer.consume(buffer.size());
    }
  }

  void take(connection& with, const myko::message& message) {
    if (const auto* event = std::get_if<myko::event>(&message)) {
      take_event(with, *event);
    } else if (const auto* batch = std::get_if<myko::event_batch>(&message)) {
      for (const myko::event& each : batch->events) take_event(with, each);
    } else if (const auto* list = std::get_if<myko::message_list>(&message)) {
      for (const myko::message& each : list->messages) take(with, each);
    } else if (const auto* ping = std::get_if<myko::ping>(&message)) {
      const std::chrono::milliseconds held(
          chance_.upto(static_cast<std::size_t>(config_.withhold_max.count())));
      ++counters_.echoes;
      say(with, R"({"event":"ws:m:ping","data":)" + ping->data.bytes + "}",
          net::now().steady + held);
    } else if (const auto* response = std::get_if<myko::command_response>(&message)) {
      answered_.insert(response->tx);
    } else if (const auto* refusal = std::get_if<myko::command_error>(&message)) {
      answered_.insert(refusal->tx);
    }
  }

  void take_event(connection& with, const myko::event& event) {
    if (event.change != myko::change_type::set) return;
    const auto item = json::parse(event.item.bytes);
    if (!item) {
      ++counters_.unusable;
      return;
    }
    if (event.item_type == "Pulse") {
      static const json::value nothing;
      const json::value* data = json::find(*item, "data");
      ++counters_.pulses;
      const std::string emitter = string_at(*item, "emitterId");
      if (emitter.ends_with(":output")) ++with.outputs;
      record_(emitter, string_at(*item, "hash"), data == nullptr ? nothing : *data);
    } else if (event.item_type == "Instance") {
      with.available = string_at(*item, "status") == "Available";
    } else if (event.item_type == "TargetStatus") {
      statuses_[string_at(*item, "targetId")] = string_at(*item, "status");
    }
  }

  // In order: never before what is said already.
  static void say(connection& with, std::string text, time_point due) {
    if (!with.to_say.empty()) due = std::max(due, with.to_say.back().due);
    with.to_say.push_back({std::move(text), due, with.outputs});
    with.changed.notify();
  }

  awaitable<void> speak(std::shared_ptr<connection> with, std::shared_ptr<impl>) {
    while (!with->over) {
      if (with->to_say.empty()) {
        co_await with->changed.wait();
        continue;
      }
      if (with->to_say.front().due > net::now().steady) {
        with->timer.expires_at(with->to_say.front().due);
        (void)co_await with->timer.async_wait(net::token);
        continue;
      }
      const std::string text = std::move(with->to_say.front().text);
      with->answered = with->to_say.front().behind;
      with->to_say.pop_front();
      with->stream.text(true);
      const auto [error, size] = co_await with->stream.async_write(asio::buffer(text), net::token);
      if (error) co_return;
    }
  }

  pulse_sink record_;
  dice chance_;
  tcp::acceptor acceptor_;
  std::list<std::shared_ptr<connection>> connections_;
};

recording_core::recording_core(asio::any_io_executor executor, recording_core_config config,
                               pulse_sink record)
    : impl_(std::make_shared<impl>(std::move(executor), config, std::move(record))) {
  impl_->start();
}
recording_core::~recording_core() { impl_->kill(); }

void recording_core::kill() {
  ++impl_->counters_.kills;
  impl_->kill();
}
void recording_core::start() { impl_->start(); }
void recording_core::withhold(std::chrono::milliseconds most) {
  impl_->config_.withhold_max = most;
}
std::uint16_t recording_core::port() const { return impl_->port_; }
const recording_core_counters& recording_core::counters() const { return impl_->counters_; }
bool recording_core::registered() const { return impl_->registered(); }
std::uint64_t recording_core::unanswered() const { return impl_->unanswered(); }

bool recording_core::has_answer(const std::string& tx) const {
  return impl_->answered_.contains(tx);
}

std::string recording_core::status(const std::string& target) const {
  const auto found = impl_->statuses_.find(target);
  return found == impl_->statuses_.end() ? "" : found->second;
}

}  // namespace gantry::test
