#include "myko/net/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>

#include "myko/net/deadline.hpp"
#include "myko/net/stream_layer.hpp"
#include "myko/net/tls.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/temp_tls.hpp"

namespace gantry::net {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

enum class security { plain, tls };

// Two ends of a connection over loopback.
class pair_of_streams : public testing::TestWithParam<security> {
 protected:
  static void SetUpTestSuite() { files_ = std::make_unique<test::temp_tls>(); }
  static void TearDownTestSuite() { files_.reset(); }

  pair_of_streams() {
    tcp::acceptor acceptor(context_, {asio::ip::address_v4::loopback(), 0});
    tcp::socket near(context_);
    near.connect(acceptor.local_endpoint());
    near_.emplace(make_stream(std::move(near)));
    far_socket_.emplace(acceptor.accept());
  }

  static std::shared_ptr<asio::ssl::context> server_context() {
    auto out = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    out->use_certificate_chain_file(files_->server_certificate());
    out->use_private_key_file(files_->server_key(), asio::ssl::context::pem);
    return out;
  }
  void make_client_context() {
    client_context_ = create_client_context({.ca_file = files_->ca()}).value();
  }

  awaitable<void> secure() {
    far_.emplace(make_stream(std::move(*far_socket_)));
    if (GetParam() == security::plain) co_return;
    make_client_context();
    co_await until_all(secure_near(), secure_far());
  }
  awaitable<void> secure_near() {
    (co_await near_->secure_as_client(client_context_, "localhost")).value();
  }
  awaitable<void> secure_far() { (co_await far_->secure_as_server(server_context())).value(); }

  static awaitable<std::string> read(stream& from) {
    std::array<char, 64> out{};
    const auto size = co_await from.read_some(asio::buffer(out));
    if (!size) co_return "<" + size.error().message + ">";
    co_return std::string(out.data(), *size);
  }
  // Until the peer's and our buffers are full.
  static awaitable<result<void>> write_all_day(stream& to) {
    const std::string bytes(1U << 20U, 'x');
    while (true) {
      const auto written = co_await to.write(bytes);
      if (!written) co_return written;
    }
  }
  void run(std::function<awaitable<void>()> script) { test::run_script(context_, script); }

  static inline std::unique_ptr<test::temp_tls> files_;
  asio::io_context context_;
  std::shared_ptr<asio::ssl::context> client_context_;
  std::optional<stream> near_;
  std::optional<tcp::socket> far_socket_;
  std::optional<stream> far_;
};

TEST_P(pair_of_streams, carries_bytes_both_ways) {
  run([&]() -> awaitable<void> {
    co_await secure();
    (co_await near_->write("there")).value();
    EXPECT_EQ(co_await read(*far_), "there");
    (co_await far_->write("back")).value();
    EXPECT_EQ(co_await read(*near_), "back");
  });
}

TEST_P(pair_of_streams, tells_an_end_while_the_other_way_stays_open) {
  run([&]() -> awaitable<void> {
    co_await secure();
    (co_await near_->close_writing()).value();
    EXPECT_EQ(co_await read(*far_), "");
    (co_await far_->write("still")).value();
    EXPECT_EQ(co_await read(*near_), "still");
  });
}

TEST_P(pair_of_streams, takes_a_cut_for_an_end) {
  run([&]() -> awaitable<void> {
    co_await secure();
    far_->close();
    EXPECT_EQ(co_await read(*near_), "");
  });
}

TEST_P(pair_of_streams, ends_in_order_where_the_peer_does) {
  run([&]() -> awaitable<void> {
    co_await secure();
    (co_await far_->write("unread")).value();
    (co_await near_->write("last")).value();
    co_await until_all(near_->finish(1h), far_->finish(1h));
    EXPECT_EQ(co_await read(*near_), "<Bad file descriptor>");
  });
}

TEST_P(pair_of_streams, ends_in_time_where_the_peer_says_nothing) {
  run([&]() -> awaitable<void> {
    co_await secure();
    co_await near_->finish(50ms);
    EXPECT_EQ(co_await read(*near_), "<Bad file descriptor>");
  });
}

TEST_P(pair_of_streams, ends_in_time_where_the_peer_reads_nothing_and_never_ends) {
  run([&]() -> awaitable<void> {
    co_await secure();
    const auto full = co_await with_deadline(100ms, "writing", write_all_day(*near_));
    EXPECT_FALSE(full);
    co_await near_->finish(50ms);
  });
}

TEST_P(pair_of_streams, is_ended_at_once_by_closing_it) {
  run([&]() -> awaitable<void> {
    co_await secure();
    std::optional<result<void>> written;
    std::optional<result<void>> ended;
    std::optional<std::string> read;
    const auto close_soon = [&]() -> awaitable<void> {
      co_await sleep(50ms);
      near_->close();
    };
    const auto write_and_end = [&]() -> awaitable<void> {
      written = co_await write_all_day(*near_);
      ended = co_await near_->close_writing();
    };
    co_await until_all(close_soon(), write_and_end(), keep(pair_of_streams::read(*near_), read));
    EXPECT_FALSE(*written);
    EXPECT_FALSE(*ended);
    EXPECT_THAT(*read, testing::StartsWith("<"));
  });
}

TEST_P(pair_of_streams, waits_for_bytes_and_can_be_told_not_to) {
  run([&]() -> awaitable<void> {
    co_await secure();
    const auto heard = co_await with_deadline(1ms, "hearing", near_->wait_readable());
    EXPECT_TRUE(!heard || GetParam() == security::tls) << "which sends tickets of its own";
    (co_await far_->write("now")).value();
    (co_await near_->wait_readable()).value();
    EXPECT_EQ(co_await read(*near_), "now");
  });
}

TEST_P(pair_of_streams, is_closed_by_whoever_is_asked_before_each_read) {
  run([&]() -> awaitable<void> {
    co_await secure();
    int left = 2;
    near_->before_each_read([&] { return left-- > 0; });
    std::optional<result<void>> written;
    std::string got = "something";
    const auto read_all = [&]() -> awaitable<void> {
      while (!got.empty() && got.front() != '<') got = co_await read(*near_);
    };
    co_await until_all(keep(write_all_day(*far_), written), read_all());
    EXPECT_EQ(got, "<Bad file descriptor>");
  });
}

INSTANTIATE_TEST_SUITE_P(over, pair_of_streams, testing::Values(security::plain, security::tls),
                         [](const testing::TestParamInfo<security>& info) {
                           return info.param == security::tls ? "tls" : "plain";
                         });

// A peer that may renegotiate may do so for ever.
TEST_P(pair_of_streams, does_not_renegotiate) {
  if (GetParam() == security::plain) return;
  make_client_context();
  const auto context = server_context();
  ::SSL_CTX_set_max_proto_version(context->native_handle(), TLS1_2_VERSION);
  asio::ssl::stream<tcp::socket&> far(*far_socket_, *context);
  const auto shake_hands = [&]() -> awaitable<void> {
    (void)co_await far.async_handshake(asio::ssl::stream_base::server, token);
  };
  run([&]() -> awaitable<void> {
    co_await until_all(secure_near(), shake_hands());
    EXPECT_EQ(::SSL_renegotiate(far.native_handle()), 1);
    (void)co_await asio::async_write(far, asio::buffer("x", 1), token);
    EXPECT_EQ(co_await read(*near_), "x");
    EXPECT_EQ(::SSL_CTX_sess_connect_renegotiate(client_context_->native_handle()), 0);
  });
}

}  // namespace
}  // namespace gantry::net
