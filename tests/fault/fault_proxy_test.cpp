// The proxy itself, between two sockets.
#include "tests/support/fault_proxy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>

#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "tests/support/co_test.hpp"

namespace gantry::test {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using asio::ip::tcp;
using boost::system::error_code;
using net::awaitable;

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

template <typename Protocol>
awaitable<void> echo_one(typename Protocol::socket socket, std::size_t& reads) {
  std::string buffer(4'096, '\0');
  while (true) {
    const auto [error, size] = co_await socket.async_read_some(asio::buffer(buffer), net::token);
    if (error) break;
    ++reads;
    const auto piece = asio::buffer(buffer.data(), size);
    const auto [refused, written] = co_await asio::async_write(socket, piece, net::token);
    if (refused) break;
  }
}

// Sends back what it gets.
template <typename Protocol>
awaitable<void> echo_all(typename Protocol::acceptor& acceptor, std::size_t& reads) {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(net::token);
    if (error) co_return;
    asio::co_spawn(acceptor.get_executor(), echo_one<Protocol>(std::move(socket), reads), rethrow);
  }
}

class fault_proxies : public testing::Test {
 protected:
  fault_proxies() : acceptor_(context, {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(context, echo_all<tcp>(acceptor_, reads), rethrow);
    proxy =
        std::make_unique<fault_proxy>(context.get_executor(), acceptor_.local_endpoint().port());
  }

  awaitable<tcp::socket> connect() {
    tcp::socket out(context);
    const tcp::endpoint where(asio::ip::address_v4::loopback(), proxy->port());
    const auto [error] = co_await out.async_connect(where, net::token);
    connect_error = error;
    co_return out;
  }

  static awaitable<void> write(tcp::socket& to, const std::string& text) {
    (void)co_await asio::async_write(to, asio::buffer(text), net::token);
  }

  // Exactly so many bytes, or how it ended.
  static awaitable<result<std::string>> take(tcp::socket& from, std::size_t size) {
    std::string out(size, '\0');
    const auto [error, read] = co_await asio::async_read(from, asio::buffer(out), net::token);
    if (error) co_return failure{error, error.message()};
    co_return out;
  }

  static awaitable<result<std::string>> read(tcp::socket& from, std::size_t size) {
    co_return co_await net::with_deadline(30s, "read", take(from, size));
  }

  // Where nothing is to come.
  static awaitable<result<std::string>> read_for_a_moment(tcp::socket& from) {
    co_return co_await net::with_deadline(300ms, "read", take(from, 1));
  }

  static awaitable<result<std::string>> there_and_back(tcp::socket& socket, std::string text) {
    co_await write(socket, text);
    co_return co_await net::with_deadline(30s, "read", take(socket, text.size()));
  }

  asio::io_context context{1};
  std::unique_ptr<fault_proxy> proxy;
  std::size_t reads = 0;  // of the upstream
  error_code connect_error;

 private:
  tcp::acceptor acceptor_;
};

TEST_F(fault_proxies, pass_bytes_both_ways) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket client = co_await connect();
    const std::string much(1'000'000, 'x');
    co_await write(client, "hello");
    EXPECT_EQ((co_await read(client, 5)).value(), "hello");
    asio::co_spawn(context, write(client, much), rethrow);
    EXPECT_EQ((co_await net::with_deadline(30s, "all", take(client, much.size()))).value(), much);
    client.shutdown(tcp::socket::shutdown_send);
    const auto end = co_await read(client, 1);
    EXPECT_EQ(end.error().code, asio::error::eof);
  });
  EXPECT_EQ(proxy->counters().connections, 1U);
  EXPECT_EQ(proxy->counters().bytes, 2U * 1'000'005U);
  EXPECT_EQ(proxy->counters().cuts, 0U);
}

TEST_F(fault_proxies, pass_bytes_to_unix_sockets) {
  const std::string path =
      (fs::temp_directory_path() / ("gantry-proxy-" + std::to_string(getpid()))).string();
  asio::local::stream_protocol::acceptor upstream(context, path);
  asio::co_spawn(context, echo_all<asio::local::stream_protocol>(upstream, reads), rethrow);
  proxy = std::make_unique<fault_proxy>(context.get_executor(), path);
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket client = co_await connect();
    const auto echoed = co_await there_and_back(client, "hello");
    EXPECT_EQ(echoed.value(), "hello");
  });
  fs::remove(path);
}

TEST_F(fault_proxies, cut_in_either_way) {
  run_script(context, [&]() -> awaitable<void> {
    for (const cut_kind how : {cut_kind::close, cut_kind::reset}) {
      tcp::socket client = co_await connect();
      const auto echoed = co_await there_and_back(client, "hello");
      EXPECT_TRUE(echoed.has_value());
      EXPECT_EQ(proxy->open(), 1U);
      proxy->cut(how);
      const auto end = co_await read(client, 1);
      EXPECT_EQ(end.error().code, how == cut_kind::close
                                      ? error_code(asio::error::eof)
                                      : error_code(asio::error::connection_reset));
    }
    tcp::socket client = co_await connect();
    const auto echoed = co_await there_and_back(client, "again");
    EXPECT_TRUE(echoed.has_value()) << "the next connection is as good as new";
  });
  EXPECT_EQ(proxy->counters().cuts, 2U);
}

TEST_F(fault_proxies, refuse_and_accept_on_the_same_port) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket early = co_await connect();
    const auto before = co_await there_and_back(early, "hello");
    EXPECT_TRUE(before.has_value());
    proxy->refuse();
    proxy->refuse();
    (void)co_await connect();
    EXPECT_EQ(connect_error, asio::error::connection_refused);
    const auto meanwhile = co_await there_and_back(early, "still");
    EXPECT_TRUE(meanwhile.has_value());
    proxy->accept();
    proxy->accept();
    tcp::socket late = co_await connect();
    const auto after = co_await there_and_back(late, "hello");
    EXPECT_TRUE(after.has_value());
  });
}

TEST_F(fault_proxies, stall_and_flow) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket early = co_await connect();
    const auto before = co_await there_and_back(early, "hello");
    EXPECT_TRUE(before.has_value());
    proxy->stall();
    tcp::socket late = co_await connect();
    EXPECT_FALSE(connect_error);
    co_await write(early, "early");
    co_await write(late, "later");
    const std::size_t reads_before = reads;
    const auto nothing = co_await read_for_a_moment(early);
    EXPECT_FALSE(nothing.has_value());
    EXPECT_EQ(reads, reads_before);
    proxy->flow();
    const auto echoed = co_await read(late, 5);
    EXPECT_EQ(echoed.value(), "later");
  });
}

TEST_F(fault_proxies, are_cut_while_they_stall) {
  run_script(context, [&]() -> awaitable<void> {
    proxy->stall();
    tcp::socket client = co_await connect();
    co_await write(client, "hello");
    co_await net::sleep(20ms);
    proxy->cut(cut_kind::reset);
    const auto end = co_await read(client, 1);
    EXPECT_EQ(end.error().code, asio::error::connection_reset);
  });
  EXPECT_EQ(proxy->open(), 0U);
}

TEST_F(fault_proxies, delay) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket client = co_await connect();
    proxy->delay(100ms);
    const auto begin = net::now().steady;
    const auto echoed = co_await there_and_back(client, "hello");
    EXPECT_TRUE(echoed.has_value());
    EXPECT_GE(net::now().steady - begin, 200ms) << "there and back";
  });
}

TEST_F(fault_proxies, slice) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket client = co_await connect();
    proxy->slice(3);
    const std::string text(10'000, 'y');
    const auto echoed = co_await there_and_back(client, text);
    EXPECT_EQ(echoed.value(), text);
  });
  EXPECT_GT(reads, 10U);
}

TEST_F(fault_proxies, cut_what_is_too_old) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket early = co_await connect();
    const auto echoed = co_await there_and_back(early, "hello");
    EXPECT_TRUE(echoed.has_value());
    proxy->cut_after(50ms);
    const auto end = co_await read(early, 1);
    EXPECT_EQ(end.error().code, asio::error::eof);
    tcp::socket next = co_await connect();
    const auto second_end = co_await read(next, 1);
    EXPECT_EQ(second_end.error().code, asio::error::connection_reset) << "the other way, by turns";
    proxy->heal();
    tcp::socket last = co_await connect();
    const auto nothing = co_await read_for_a_moment(last);
    EXPECT_EQ(nothing.error().code, boost::system::errc::timed_out) << "it lives";
  });
  EXPECT_EQ(proxy->counters().cuts, 2U);
}

TEST_F(fault_proxies, reset_where_there_is_no_upstream) {
  proxy = std::make_unique<fault_proxy>(context.get_executor(), "/nowhere/engine.sock");
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket client = co_await connect();
    const auto end = co_await read(client, 1);
    EXPECT_EQ(end.error().code, asio::error::connection_reset);
  });
}

TEST_F(fault_proxies, go_with_what_they_hold) {
  run_script(context, [&]() -> awaitable<void> {
    tcp::socket client = co_await connect();
    const auto echoed = co_await there_and_back(client, "hello");
    EXPECT_TRUE(echoed.has_value());
    proxy.reset();
    const auto end = co_await read(client, 1);
    EXPECT_EQ(end.error().code, asio::error::connection_reset);
  });
}

}  // namespace
}  // namespace gantry::test
