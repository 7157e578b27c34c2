// The server over real sockets: WebSocket rules, bad input, limits, two clients, stopping.
#include "myko/server/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/myko/server/core_driver.hpp"
#include "tests/myko/server/server_harness.hpp"

namespace gantry::myko {
namespace {

using test::awaitable;
using test::core_driver;
using test::server_harness;
using test::with_header;
using test::with_target;
using test::ws_peer;
using testing::HasSubstr;

constexpr const char* ping = R"({"event":"ws:m:ping","data":{"id":"p","timestamp":1}})";

server_config playing(generation plays) {
  server_config config;
  config.plays = plays;
  return config;
}

test::peer_options patient() {
  test::peer_options out;
  out.patience = std::chrono::seconds(20);
  return out;
}

std::vector<std::string> in_parts(const std::string& text) {
  return {text.substr(0, 3), "", text.substr(3, 9), text.substr(12)};
}

// The echo says that the server has read all before it, and is still there.
awaitable<void> expect_echo(ws_peer& peer) {
  (co_await peer.send(ping)).value();
  const auto echo = co_await peer.read_with(R"("id":"p")");
  EXPECT_EQ(echo.value(), ping);
}

TEST(server, greets_on_both_upgrade_paths) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    for (const char* target : {"/myko", "/myko?x=1"}) {
      auto peer = co_await harness.connect(with_target(target));
      const auto greeting = co_await peer->read();
      EXPECT_THAT(greeting.value(), HasSubstr("SetClientId"));
    }
  });
}

TEST(server, refuses_an_upgrade_elsewhere_as_recorded) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    for (const char* target : {"/", "/myko/", "/mykox"}) {
      const auto peer = co_await harness.attempt(with_target(target));
      EXPECT_FALSE(peer);
      EXPECT_EQ(peer.error().message, "HTTP 500");
    }
  });
}

TEST(server, accepts_compression_and_echoes_the_subprotocol) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto options = with_header("Sec-WebSocket-Protocol", "myko, other");
    options.compress = true;
    auto peer = co_await harness.connect(options);
    EXPECT_THAT(peer->response_header("Sec-WebSocket-Extensions"), HasSubstr("permessage-deflate"));
    EXPECT_EQ(peer->response_header("Sec-WebSocket-Protocol"), "myko");
    co_await expect_echo(*peer);
  });
}

TEST(server, rust_negotiates_nothing_and_says_nothing_first) {
  server_harness harness(playing(generation::rust));
  harness.play([&]() -> awaitable<void> {
    auto options = with_header("Sec-WebSocket-Protocol", "myko");
    options.compress = true;
    auto peer = co_await harness.connect(options);
    EXPECT_EQ(peer->response_header("Sec-WebSocket-Extensions"), "");
    EXPECT_EQ(peer->response_header("Sec-WebSocket-Protocol"), "");
    (co_await peer->send(ping)).value();
    const auto first = co_await peer->read();
    EXPECT_EQ(first.value(), ping);
  });
}

TEST(server, survives_every_bad_text) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    for (const char* text : {"{", "", "\xEF\xBB\xBF{}", "{}{}"}) {
      (co_await peer->send(text)).value();
      const auto answer = co_await peer->read_with("rror");
      EXPECT_EQ(answer.value(), "Error parsing message") << text;
    }
    co_await expect_echo(*peer);
  });
}

TEST(server, reads_binary_and_fragmented_messages) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    (co_await peer->send_binary("\x81\xA1x\x01")).value();
    (co_await peer->send_fragments(in_parts(ping))).value();
    const auto echo = co_await peer->read_with(R"("id":"p")");
    EXPECT_EQ(echo.value(), ping);
    EXPECT_EQ(harness.state().counters().frames_binary, 1U);
  });
}

TEST(server, closes_1007_on_invalid_utf8) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    (co_await peer->send("\"\xC3\x28\"")).value();
    const auto end = co_await peer->read_with("nothing is sent that has these words");
    EXPECT_FALSE(end);
    EXPECT_EQ(peer->close_code(), 1007);
  });
}

TEST(server, reads_15_mib_and_closes_1009_on_17) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect(patient());
    (co_await peer->send(R"({"event":"x","data":")" + std::string(15U << 20U, 'x') + "\"}"))
        .value();
    co_await expect_echo(*peer);
    (co_await peer->send("\"" + std::string(17U << 20U, 'x') + "\"")).value();
    const auto end = co_await peer->read_with("nothing is sent that has these words");
    EXPECT_FALSE(end);
    EXPECT_EQ(peer->close_code(), 1009);
  });
}

TEST(server, rust_reads_17_mib) {
  server_harness harness(playing(generation::rust));
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect(patient());
    (co_await peer->send(R"({"event":"ws:m:benchmark","data":")" + std::string(17U << 20U, 'x') +
                         "\"}"))
        .value();
    co_await expect_echo(*peer);
    EXPECT_EQ(harness.state().counters().benchmarks, 1U);
  });
}

TEST(server, rust_cuts_the_connection_on_too_large_a_message) {
  server_config config = playing(generation::rust);
  config.connection.frame_bytes_max = 1U << 20U;
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect(patient());
    (void)co_await peer->send("\"" + std::string(2U << 20U, 'x') + "\"");  // may fail half-way
    const auto end = co_await peer->read_with("nothing is sent that has these words");
    EXPECT_FALSE(end);
    EXPECT_EQ(peer->close_code(), 0);
  });
}

TEST(server, rust_refuses_cbor_with_a_line_in_its_log) {
  server_harness harness(playing(generation::rust));
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    (co_await peer->send_binary("\xA2\x65")).value();
    co_await expect_echo(*peer);
    EXPECT_THAT(harness.log(), testing::Contains(HasSubstr("CBOR")));
  });
}

TEST(server, rust_applies_a_window_by_the_clock) {
  server_harness harness(playing(generation::rust));
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    (co_await peer->send(
         core_driver::publish("Target", R"({"id":"t","name":"n","serviceId":"s","category":"c"})")))
        .value();
    co_await harness.until([&] { return !harness.state().items("Target").empty(); });
  });
}

TEST(server, relays_a_command_and_its_answer) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto executor = co_await harness.connect();
    auto caller = co_await harness.connect();
    for (const std::string& event :
         {core_driver::publish("Instance", R"({"id":"i","hash":"1"})"),
          core_driver::publish("TargetStatus", R"({"id":"i:t","hash":"1","targetId":"t",)"
                                               R"("instanceId":"i","status":"online"})")}) {
      (co_await executor->send(event)).value();
    }
    co_await expect_echo(*executor);
    (co_await caller->send(core_driver::command(
         "ExecTargetAction", R"({"tx":"c","action":{"id":"a","targetId":"t"},"data":5})")))
        .value();
    const auto command = co_await executor->read_with("ExecTargetAction");
    EXPECT_THAT(command.value(), HasSubstr(R"("instanceId":"i")"));
    (co_await executor->send(
         R"({"event":"ws:m:command-response","data":{"tx":"c","response":{"ok":true}}})"))
        .value();
    const auto answer = co_await caller->read_with("command-response");
    EXPECT_THAT(answer.value(), HasSubstr(R"("response":{"ok":true})"));
  });
}

TEST(server, sends_its_own_pings_by_the_clock) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    for (int count = 0; count < 3; ++count) {
      const auto own = co_await peer->read_with(R"("data":{"ts":)");
      EXPECT_TRUE(own) << count;
    }
  });
}

TEST(server, deletes_the_client_item_when_a_connection_aborts) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    co_await expect_echo(*peer);
    EXPECT_EQ(harness.state().items("Client").size(), 1U);
    peer->abort();
    co_await harness.until([&] { return harness.state().connections() == 0; });
    EXPECT_TRUE(harness.state().items("Client").empty());
  });
}

TEST(server, drops_a_reader_that_does_not_read) {
  server_config config;
  config.connection.outbox_bytes_max = 1U << 20U;
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    auto slow = co_await harness.connect();
    auto other = co_await harness.connect();
    (co_await slow->send(core_driver::query("GetAllPulses", "Pulse", "q"))).value();
    co_await harness.until([&] { return harness.state().counters().queries_started == 1; });
    const std::string bulk(256U << 10U, 'x');
    for (int hash = 0; harness.state().connections() == 2; ++hash) {
      (co_await other->send(core_driver::publish(
           "Pulse", R"({"id":"e","hash":)" + std::to_string(hash) + R"(,"data":")" + bulk + "\"}")))
          .value();
      co_await expect_echo(*other);
    }
    EXPECT_THAT(harness.log(), testing::Contains(HasSubstr("does not read")));
  });
}

TEST(server, drops_a_client_that_takes_nothing_for_too_long) {
  server_config config;
  config.connection.write_max = std::chrono::milliseconds(50);
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    auto stuck = co_await harness.connect();
    auto other = co_await harness.connect();
    (co_await stuck->send(core_driver::query("GetAllPulses", "Pulse", "q"))).value();
    co_await harness.until([&] { return harness.state().counters().queries_started == 1; });
    (co_await other->send(core_driver::publish(
         "Pulse", R"({"id":"e","data":")" + std::string(15U << 20U, 'x') + "\"}")))
        .value();
    co_await harness.until([&] { return harness.state().connections() == 1; });
    EXPECT_THAT(harness.log(), testing::Contains(HasSubstr("takes nothing")));
  });
}

TEST(server, pings_the_websocket) {
  server_config config;
  config.websocket_ping_every = std::chrono::milliseconds(5);
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    while (peer->pings() == 0) co_await expect_echo(*peer);
  });
}

TEST(server, refuses_connections_above_the_limit) {
  server_config config;
  config.connection.connections_max = 1;
  server_harness harness(config);
  harness.play([&]() -> awaitable<void> {
    auto first = co_await harness.connect();
    const auto second = co_await harness.attempt();
    EXPECT_FALSE(second);
    co_await expect_echo(*first);
  });
}

TEST(server, says_that_its_port_is_taken) {
  server_harness harness;
  boost::asio::io_context context;
  server_config config;
  config.port = harness.port();
  server second(context.get_executor(), config, [](log_level, const std::string&) {});
  const auto port = second.listen();
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, boost::system::errc::address_in_use);
  EXPECT_THAT(port.error().message, HasSubstr("127.0.0.1:" + std::to_string(harness.port())));
}

TEST(server, says_that_an_address_is_none) {
  boost::asio::io_context context;
  server_config config;
  config.address = "not-an-address";
  server one(context.get_executor(), config, [](log_level, const std::string&) {});
  const auto port = one.listen();
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error().message, HasSubstr("not-an-address"));
}

TEST(server, stops_orderly_with_a_close_frame) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    co_await expect_echo(*peer);
    harness.served().stop(stop_mode::orderly);
    const auto end = co_await peer->read_with("nothing is sent that has these words");
    EXPECT_FALSE(end);
    EXPECT_EQ(peer->close_code(), 1001);
  });
  EXPECT_TRUE(harness.stop(stop_mode::orderly));
}

TEST(server, stops_abruptly_without_one) {
  server_harness harness;
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect();
    co_await expect_echo(*peer);
    harness.served().stop(stop_mode::abrupt);
    const auto end = co_await peer->read_with("nothing is sent that has these words");
    EXPECT_FALSE(end);
    EXPECT_EQ(peer->close_code(), 0);
  });
  EXPECT_TRUE(harness.stop(stop_mode::abrupt));
}

TEST(server, ends_when_its_run_is_cancelled) {
  boost::asio::io_context context;
  server one(context.get_executor(), {}, [](log_level, const std::string&) {});
  ASSERT_TRUE(one.listen());
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  boost::asio::co_spawn(context, one.run(),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](const std::exception_ptr&) { ended = true; }));
  boost::asio::post(context, [&] { cancel.emit(boost::asio::cancellation_type::terminal); });
  context.run_for(gantry::test::test_max);
  EXPECT_TRUE(ended);
}

TEST(server, stops_orderly_although_a_client_never_answers) {
  server_config config;
  config.connection.close_max = std::chrono::milliseconds(50);
  server_harness harness(config);
  std::unique_ptr<ws_peer> silent;
  harness.play([&]() -> awaitable<void> {
    silent = co_await harness.connect();
    co_await expect_echo(*silent);
  });
  EXPECT_TRUE(harness.stop(stop_mode::orderly));
}

}  // namespace
}  // namespace gantry::myko
