#include "myko/net/connect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <optional>

#include "myko/net/deadline.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/full_queue.hpp"

namespace gantry::net {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class connecting : public testing::Test {
 protected:
  // Answers, at 127.0.0.1.
  tcp::acceptor listener() { return {context_, {asio::ip::address_v4::loopback(), 0}}; }

  std::uint16_t closed_port() { return listener().local_endpoint().port(); }

  // Why it failed; empty: it connected.
  std::string connect(addresses where, std::uint16_t port, connect_limits limits = {}) {
    return why([=]() { return connect_tcp(where, port, limits); });
  }
  std::string why(std::function<awaitable<result<stream>>()> connect) {
    std::string out = "it did not end";
    test::run_script(context_, [&]() -> awaitable<void> {
      auto connecting = connect();
      const auto connected = co_await std::move(connecting);
      code_ = connected ? boost::system::error_code() : connected.error().code;
      out = connected ? "" : connected.error().message;
    });
    return out;
  }

  static constexpr connect_limits patient{.each = 1h, .all = 1h};

  asio::io_context context_;
  boost::system::error_code code_;
};

TEST_F(connecting, takes_the_second_address_where_the_first_drops_what_it_is_sent) {
  const auto good = listener();
  const test::full_queue silent("127.0.0.2", good.local_endpoint().port());
  EXPECT_EQ(connect({"127.0.0.2", "127.0.0.1"}, silent.port(), patient), "");
}

TEST_F(connecting, takes_the_second_address_where_the_first_refuses) {
  const auto good = listener();
  const connect_limits one_by_one{.next_after = 1h, .each = 1h, .all = 1h};
  EXPECT_EQ(connect({"127.0.0.3", "127.0.0.1"}, good.local_endpoint().port(), one_by_one), "");
  EXPECT_EQ(connect({"::1", "127.0.0.1"}, good.local_endpoint().port(), one_by_one), "");
}

TEST_F(connecting, tells_what_each_address_did) {
  const test::full_queue silent("127.0.0.2");
  const auto why = connect({"127.0.0.2", "127.0.0.3"}, silent.port(),
                           {.next_after = 1ms, .each = 100ms, .all = 1h});
  EXPECT_THAT(why,
              AllOf(HasSubstr("127.0.0.2: no answer"), HasSubstr("127.0.0.3: Connection refused")));
  EXPECT_EQ(code_, asio::error::connection_refused);
}

TEST_F(connecting, ends_with_the_time_for_all) {
  const test::full_queue silent("127.0.0.2");
  const auto why = connect({"127.0.0.2", "127.0.0.3"}, silent.port(),
                           {.next_after = 1h, .each = 1h, .all = 100ms});
  EXPECT_EQ(why, "127.0.0.2: no answer within 100 ms; not tried for lack of time: 1");
  EXPECT_EQ(code_, boost::system::errc::timed_out);
}

TEST_F(connecting, says_only_why_where_there_is_one_address) {
  EXPECT_EQ(connect({"127.0.0.1"}, closed_port()), "Connection refused");
}

TEST_F(connecting, waits_for_a_place_in_the_queue_of_a_unix_socket_and_gives_up) {
  const std::string path = testing::TempDir() + "/net" + std::to_string(getpid()) + ".sock";
  const auto full = test::full_queue::on_unix(path);
  const auto why = this->why([&] { return connect_unix(path, 100ms); });
  EXPECT_EQ(why, "no answer within 100 ms: it listens, but takes no connections (does it hang?)");
  EXPECT_EQ(code_, boost::system::errc::timed_out);
}

TEST_F(connecting, reaches_a_unix_socket) {
  const std::string path = testing::TempDir() + "/net" + std::to_string(getpid()) + ".sock";
  ::unlink(path.c_str());
  const asio::local::stream_protocol::acceptor good(context_, path);
  EXPECT_EQ(why([&] { return connect_unix(path, 1h); }), "");
  EXPECT_EQ(why([&] { return connect_unix(path + "x", 1h); }), "No such file or directory");
}

}  // namespace
}  // namespace gantry::net
