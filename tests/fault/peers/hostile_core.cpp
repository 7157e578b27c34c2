#include "tests/fault/peers/hostile_core.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <list>
#include <string_view>
#include <utility>

#include "myko/net/signal.hpp"
#include "myko/net/stream_layer.hpp"
#include "tests/myko/client/raw_core.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;

constexpr std::size_t queries_kept = 64;

void rethrow_of_core(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

std::string close_payload(std::uint16_t code) {
  if (code == 0) return {};
  return {static_cast<char>(code >> 8U), static_cast<char>(code & 255U)};
}

// The begin of a buffer as a frame of WebSocket.
struct frame_view {
  unsigned opcode = 0;
  bool is_last = false;
  std::size_t head_bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::array<unsigned char, 4> mask{};  // zeros: none

  [[nodiscard]] std::uint64_t bytes() const { return head_bytes + payload_bytes; }
  [[nodiscard]] std::string payload(std::string_view from) const {
    std::string out(from.substr(head_bytes, payload_bytes));
    for (std::size_t at = 0; at < out.size(); ++at) {
      out[at] = static_cast<char>(static_cast<unsigned char>(out[at]) ^ mask[at % 4]);
    }
    return out;
  }
};

// Nothing: its head is not all there.
std::optional<frame_view> frame_at(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  if (bytes.size() < 2) return std::nullopt;
  frame_view out;
  out.opcode = byte(0) & 15U;
  out.is_last = (byte(0) & 128U) != 0;
  const bool is_masked = (byte(1) & 128U) != 0;
  const unsigned length = byte(1) & 127U;
  const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  out.head_bytes = 2 + more + (is_masked ? 4 : 0);
  if (bytes.size() < out.head_bytes) return std::nullopt;
  out.payload_bytes = more == 0 ? length : 0;
  for (std::size_t at = 0; at < more; ++at) {
    out.payload_bytes = out.payload_bytes << 8U | byte(2 + at);
  }
  for (std::size_t at = 0; is_masked && at < 4; ++at) out.mask[at] = byte(2 + more + at);
  return out;
}

struct core_connection {
  core_connection(const asio::any_io_executor& executor, tcp::socket from)
      : client(std::move(from)), server(executor), changed(executor) {}

  tcp::socket client;
  tcp::socket server;  // the core behind
  net::signal changed;
  std::deque<std::string> to_client;  // whole frames
  std::deque<std::string> held;
  bool is_upgraded = false;
  bool in_message = false;  // the core's, of which more frames come
  bool over = false;
};
using core_connection_pointer = std::shared_ptr<core_connection>;

}  // namespace

std::string server_frame(unsigned opcode, const std::string& payload, bool is_last) {
  std::string out(1, static_cast<char>((is_last ? 128U : 0U) | opcode));
  const std::size_t size = payload.size();
  const int more = size < 126 ? 0 : size < 65'536 ? 2 : 8;
  out += static_cast<char>(more == 0 ? size : more == 2 ? 126 : 127);
  for (int at = more - 1; at >= 0; --at) {
    out += static_cast<char>(size >> (8U * static_cast<unsigned>(at)) & 255U);
  }
  return out + payload;
}

class hostile_core::impl : public std::enable_shared_from_this<impl> {
 public:
  impl(asio::any_io_executor executor, std::uint16_t behind)
      : executor_(std::move(executor)),
        behind_(behind),
        acceptor_(executor_),
        changed_(executor_) {}

  void listen() {
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port_);
    acceptor_ = tcp::acceptor(executor_, here);
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(executor_, accept_all(shared_from_this()), rethrow_of_core);
  }

  void behave(core_manners manners) {
    error_code ignored;
    if (manners.refuses && acceptor_.is_open()) acceptor_.close(ignored);
    if (!manners.refuses && !acceptor_.is_open()) listen();
    manners_ = std::move(manners);
    wake();
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    for (const auto& each : connections_) end(*each);
    wake();
  }

  void say(const std::string& bytes) {
    for (const auto& each : connections_) {
      if (!each->is_upgraded || each->over) continue;
      each->to_client.push_back(bytes);
      each->changed.notify();
    }
  }

  void command(const std::string& tx, const std::string& text) {
    for (const auto& each : connections_) {
      if (each->is_upgraded && !each->over) commands_.emplace_back(tx, each);
    }
    say(server_frame(1, text));
  }

  void reset(const std::string& bytes) {
    for (const auto& each : connections_) {
      if (!each->is_upgraded || each->over) continue;
      error_code ignored;
      each->client.non_blocking(true, ignored);
      each->client.write_some(asio::buffer(bytes), ignored);
      end(*each);
    }
  }

  asio::any_io_executor executor_;
  std::uint16_t behind_;
  std::uint16_t port_ = 0;
  core_manners manners_;
  hostile_core_counters counters_;
  std::vector<std::string> queries_;
  std::vector<std::pair<std::string, std::weak_ptr<core_connection>>> commands_;

 private:
  void wake() {
    changed_.notify();
    for (const auto& each : connections_) each->changed.notify();
  }

  // By RST: what was not read is lost.
  void end(core_connection& one) {
    if (std::exchange(one.over, true)) return;
    error_code ignored;
    one.client.set_option(asio::socket_base::linger(true, 0), ignored);
    one.client.close(ignored);
    one.server.close(ignored);
    one.changed.notify();
  }

  // `self` keeps this alive for as long as the coroutine runs; so below.
  awaitable<void> accept_all(std::shared_ptr<impl> self) {
    while (acceptor_.is_open()) {
      auto [error, socket] = co_await acceptor_.async_accept(net::token);
      if (error) co_return;
      ++counters_.connections;
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      const auto made = std::make_shared<core_connection>(executor_, std::move(socket));
      connections_.push_back(made);
      asio::co_spawn(executor_, serve(made, self), rethrow_of_core);
    }
  }

  awaitable<void> serve(core_connection_pointer with, std::shared_ptr<impl> self) {
    while (manners_.is_mute && !with->over) co_await changed_.wait();
    if (with->over) {
      // it was ended meanwhile
    } else if (manners_.http || manners_.closes_with) {
      co_await misbehave(*with);
    } else {
      const tcp::endpoint there(asio::ip::address_v4::loopback(), behind_);
      const auto [error] = co_await with->server.async_connect(there, net::token);
      if (!error && !with->over) {
        auto up = pass_up(*with);
        auto down = pass_down(*with);
        auto written = write_down(*with);
        (void)co_await net::until_first(std::move(up), std::move(down), std::move(written));
      }
    }
    end(*with);
    connections_.remove(with);
    (void)self;
  }

  // Takes the socket away: a raw_core's scripts want a stream of theirs.
  awaitable<void> misbehave(core_connection& with) {
    net::stream stream = net::make_stream(std::move(with.client));
    with.client = tcp::socket(executor_);
    if (manners_.http) {
      std::array<char, 4096> buffer;
      const std::string answer = *manners_.http;
      (void)co_await stream.read_some(asio::buffer(buffer));
      (void)co_await stream.write(answer);
    } else {
      const std::string frame = server_frame(8, close_payload(*manners_.closes_with));
      co_await myko::test::grant_upgrade(stream);
      (void)co_await stream.write(frame);
    }
    co_await stream.finish(std::chrono::milliseconds(200));
  }

  // ---- From the client to the core

  awaitable<void> pass_up(core_connection& with) {
    std::array<char, 65'536> buffer;
    std::string bytes;
    while (!with.over) {
      while (manners_.reads_nothing && !with.over) co_await with.changed.wait();
      const auto [error, size] =
          co_await with.client.async_read_some(asio::buffer(buffer), net::token);
      if (error) co_return;
      if (!with.is_upgraded) {
        const std::string_view head(buffer.data(), size);
        const auto [failed, done] = co_await asio::async_write(
            with.server, asio::buffer(head.data(), head.size()), net::token);
        if (failed) co_return;
        continue;
      }
      bytes.append(buffer.data(), size);
      const bool goes_on = co_await pass_frames(with, bytes);
      if (!goes_on) co_return;
    }
  }

  awaitable<bool> pass_frames(core_connection& with, std::string& bytes) {
    while (const auto frame = frame_at(bytes)) {
      if (manners_.frame_bytes_max > 0 && frame->payload_bytes > manners_.frame_bytes_max) {
        co_await refuse_large(with);
        co_return false;
      }
      if (bytes.size() < frame->bytes()) break;
      look_at(frame->payload(bytes));
      const auto [error, done] = co_await asio::async_write(
          with.server, asio::buffer(bytes.data(), frame->bytes()), net::token);
      if (error) co_return false;
      bytes.erase(0, frame->bytes());
    }
    co_return true;
  }

  awaitable<void> refuse_large(core_connection& with) {
    ++counters_.too_large;
    std::size_t& least = counters_.frame_bytes_least;
    if (least == 0 || manners_.frame_bytes_max < least) least = manners_.frame_bytes_max;
    with.to_client.push_back(server_frame(8, close_payload(1'009)));
    with.changed.notify();
    // Reads on for a moment: unread bytes would make a reset of the close, which nobody then reads.
    std::array<char, 65'536> buffer;
    for (int at = 0; at < 500 && !with.over; ++at) {
      const auto [error, size] =
          co_await with.client.async_read_some(asio::buffer(buffer), net::token);
      if (error) co_return;
    }
  }

  void look_at(const std::string& message) {
    if (message.find(R"("event":"ws:m:query")") == std::string::npos) return;
    const std::string key = R"("tx":")";
    const std::size_t at = message.find(key);
    if (at == std::string::npos || queries_.size() == queries_kept) return;
    const std::size_t begin = at + key.size();
    queries_.push_back(message.substr(begin, message.find('"', begin) - begin));
  }

  // ---- From the core to the client

  awaitable<void> pass_down(core_connection& with) {
    std::array<char, 16'384> buffer;
    std::string bytes;
    while (!with.over) {
      const auto [error, size] =
          co_await with.server.async_read_some(asio::buffer(buffer), net::token);
      if (error) co_return;
      bytes.append(buffer.data(), size);
      if (!with.is_upgraded) {
        const std::size_t end = bytes.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        with.to_client.push_back(bytes.substr(0, end + 4));
        bytes.erase(0, end + 4);
        with.is_upgraded = true;
      }
      for (auto frame = frame_at(bytes); frame && bytes.size() >= frame->bytes();
           frame = frame_at(bytes)) {
        hand_down(with, bytes.substr(0, frame->bytes()));
        bytes.erase(0, frame->bytes());
      }
      with.changed.notify();
    }
  }

  void hand_down(core_connection& with, std::string frame) const {
    const bool is_echo = frame.find("ws:m:ping") != std::string::npos;
    const bool holds = manners_.holds_all || (manners_.holds_echoes && is_echo);
    (holds ? with.held : with.to_client).push_back(std::move(frame));
  }

  awaitable<void> write_down(core_connection& with) {
    while (!with.over) {
      if (!manners_.holds_all && !manners_.holds_echoes) {
        for (; !with.held.empty(); with.held.pop_front()) {
          with.to_client.push_back(std::move(with.held.front()));
        }
      }
      if (with.to_client.empty()) {
        co_await with.changed.wait();
        continue;
      }
      const std::string bytes = std::move(with.to_client.front());
      with.to_client.pop_front();
      const auto [error, size] =
          co_await asio::async_write(with.client, asio::buffer(bytes), net::token);
      if (error) co_return;
    }
  }

  tcp::acceptor acceptor_;
  net::signal changed_;
  std::list<core_connection_pointer> connections_;
};

hostile_core::hostile_core(asio::any_io_executor executor, std::uint16_t behind)
    : impl_(std::make_shared<impl>(std::move(executor), behind)) {
  impl_->listen();
}
hostile_core::~hostile_core() { impl_->stop(); }

std::uint16_t hostile_core::port() const { return impl_->port_; }
const hostile_core_counters& hostile_core::counters() const { return impl_->counters_; }
void hostile_core::behave(core_manners manners) { impl_->behave(std::move(manners)); }
void hostile_core::say(const std::string& bytes) { impl_->say(bytes); }
void hostile_core::command(const std::string& tx, const std::string& text) {
  impl_->command(tx, text);
}
void hostile_core::reset(const std::string& bytes) { impl_->reset(bytes); }
const std::vector<std::string>& hostile_core::queries() const { return impl_->queries_; }
std::vector<sent_command> hostile_core::commands() const {
  std::vector<sent_command> out;
  for (const auto& [tx, where] : impl_->commands_) {
    const auto connection = where.lock();
    out.push_back({tx, connection && !connection->over});
  }
  return out;
}

}  // namespace gantry::test
