#include "bench/counting_core.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <charconv>
#include <list>
#include <string_view>
#include <utility>

#include "executor/engine/rfc3339.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;
using stream = ws::stream<tcp::socket>;

constexpr std::size_t message_bytes_max = 16U << 20U;
constexpr std::string_view ping_begin = R"({"event":"ws:m:ping")";
constexpr std::string_view pulse_mark = R"("itemType":"Pulse")";
constexpr std::string_view target_mark = R"("itemType":"Target",)";
constexpr std::string_view lines_mark = R"("data":{"count":)";
constexpr std::string_view dropped_mark = R"("suppressed":)";
constexpr std::string_view time_mark = R"("time":")";
constexpr std::string_view client_id =
    R"({"event":"ws:m:command","data":{"commandId":"SetClientId","command":)"
    R"({"tx":"id","clientId":"bench"}}})";
constexpr std::size_t head_bytes = 512;  // in which the marks are, but for the last

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

// Behind the mark; 0 where it is not there.
std::uint64_t number_behind(std::string_view text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  std::uint64_t out = 0;
  if (at != std::string_view::npos) {
    std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), out);
  }
  return out;
}

// Of the first line of a pulse, as the engine has stamped it; 0: it cannot be found.
engine::timestamp time_of(std::string_view frame) {
  std::size_t at = frame.rfind(time_mark);
  if (at == std::string_view::npos) return 0;
  at += time_mark.size();
  return engine::parse_rfc3339(frame.substr(at, frame.find('"', at) - at)).value_or(0);
}

}  // namespace

class counting_core::impl : public std::enable_shared_from_this<impl> {
 public:
  explicit impl(asio::any_io_executor executor)
      : executor_(std::move(executor)), acceptor_(executor_) {}

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

  void stop() {
    error_code ignored;  // nothing is left to be done about it
    acceptor_.close(ignored);
    for (const auto& each : streams_) each->next_layer().close(ignored);
  }

  std::uint16_t port_ = 0;
  core_counts counts_;
  bool with_latencies_ = false;

 private:
  // `self` keeps this alive for as long as the coroutine runs; so below.
  awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) co_return;
      error_code ignored;  // it may be gone already
      socket.set_option(tcp::no_delay(true), ignored);
      asio::co_spawn(executor_, serve(std::make_shared<stream>(std::move(socket)), self), rethrow);
    }
  }

  awaitable<void> serve(std::shared_ptr<stream> with, [[maybe_unused]] std::shared_ptr<impl> self) {
    streams_.push_back(with);
    with->read_message_max(message_bytes_max);
    with->text(true);
    const auto [refused] = co_await with->async_accept(net::token);
    if (!refused) co_await listen(*with);
    streams_.remove(with);
  }

  awaitable<void> listen(stream& with) {
    const auto greeting = asio::buffer(client_id.data(), client_id.size());
    const auto [unsaid, said] = co_await with.async_write(greeting, net::token);
    if (unsaid) co_return;
    beast::flat_buffer buffer;
    while (true) {
      const auto [error, size] = co_await with.async_read(buffer, net::token);
      if (error) co_return;
      const auto bytes = buffer.cdata();
      const std::string_view frame(static_cast<const char*>(bytes.data()), bytes.size());
      if (frame.starts_with(ping_begin)) {
        const auto [broken, echoed] = co_await with.async_write(bytes, net::token);
        if (broken) co_return;
      } else {
        count(frame);
      }
      buffer.consume(buffer.size());
    }
  }

  void count(std::string_view frame) {
    ++counts_.frames;
    counts_.bytes += frame.size();
    const std::string_view head = frame.substr(0, head_bytes);
    if (head.find(pulse_mark) == std::string_view::npos) {
      counts_.targets += head.find(target_mark) != std::string_view::npos ? 1 : 0;
      return;
    }
    const std::uint64_t lines = number_behind(head, lines_mark);
    if (lines == 0) {
      counts_.dropped += number_behind(head, dropped_mark);
      return;
    }
    counts_.last = net::now();
    if (counts_.pulses == 0) {
      counts_.first = counts_.last;
      counts_.first_lines = lines;
    }
    ++counts_.pulses;
    counts_.lines += lines;
    if (with_latencies_) note_latency(frame);
  }

  void note_latency(std::string_view frame) {
    const std::chrono::nanoseconds stamp(time_of(frame));
    const auto age = counts_.last.wall.time_since_epoch() - stamp;
    counts_.latencies.push_back(std::chrono::duration<double, std::milli>(age).count());
  }

  asio::any_io_executor executor_;
  tcp::acceptor acceptor_;
  std::list<std::shared_ptr<stream>> streams_;
};

counting_core::counting_core(asio::any_io_executor executor)
    : impl_(std::make_shared<impl>(std::move(executor))) {
  impl_->start();
}
counting_core::~counting_core() { impl_->stop(); }

void counting_core::start() { impl_->start(); }
void counting_core::stop() { impl_->stop(); }
void counting_core::reset(bool with_latencies) {
  impl_->counts_ = {};
  impl_->with_latencies_ = with_latencies;
}
std::string counting_core::address() const { return "127.0.0.1:" + std::to_string(impl_->port_); }
const core_counts& counting_core::counts() const { return impl_->counts_; }

}  // namespace gantry::bench
