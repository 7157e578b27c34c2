// The recording core, as a client sees it: what it echoes it has recorded, and it dies as told.
#include "tests/fault/recording_core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/ws_peer.hpp"

namespace gantry::test {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using testing::ElementsAre;

std::string pulse(int number) {
  const std::string seq = std::to_string(number);
  return R"({"event":"ws:m:event","data":{"itemType":"Pulse","changeType":"SET","item":)"
         R"({"id":"s:t:output","emitterId":"s:t:output","hash":"h)" +
         seq + R"(","data":{"seq":)" + seq + "}}}}";
}

std::string item(const std::string& type, const std::string& fields) {
  return R"({"event":"ws:m:event","data":{"itemType":")" + type +
         R"(","changeType":"SET","item":{"id":"i","hash":"h",)" + fields + "}}}";
}

std::string ping(int number) {
  return R"({"event":"ws:m:ping","data":{"id":"p)" + std::to_string(number) +
         R"(","timestamp":1}})";
}

class recording_cores : public testing::Test {
 protected:
  void make(std::chrono::milliseconds withhold_max = 0ms) {
    recording_core_config config;
    config.withhold_max = withhold_max;
    core = std::make_unique<recording_core>(
        context.get_executor(), config,
        [this](const std::string& emitter, const std::string& hash, const json::value& data) {
          recorded.push_back(emitter + " " + hash + " " + json::write(data));
          if (recorded.size() == kill_at) core->kill();
        });
  }

  awaitable<result<std::unique_ptr<ws_peer>>> connect() {
    peer_options options;
    options.port = core->port();
    auto peer = co_await connect_peer(options);
    co_return peer;
  }

  boost::asio::io_context context{1};
  std::unique_ptr<recording_core> core;
  std::vector<std::string> recorded;
  std::size_t kill_at = 0;  // pulses
};

TEST_F(recording_cores, give_an_id_record_pulses_and_echo_behind_them) {
  make();
  run_script(context, [&]() -> awaitable<void> {
    const auto connected = co_await connect();
    ws_peer& peer = **connected;
    const auto hello = co_await peer.read();
    EXPECT_NE(hello->find("SetClientId"), std::string::npos);
    (void)co_await peer.send(pulse(1));
    (void)co_await peer.send("no message");
    (void)co_await peer.send(pulse(2));
    (void)co_await peer.send(ping(1));
    (void)co_await peer.send(ping(2));
    const auto first = co_await peer.read();
    EXPECT_EQ(first.value(), ping(1));
    EXPECT_THAT(recorded, ElementsAre(R"(s:t:output h1 {"seq":1})", R"(s:t:output h2 {"seq":2})"));
    const auto second = co_await peer.read();
    EXPECT_EQ(second.value(), ping(2));
  });
  EXPECT_EQ(core->counters().pulses, 2U);
  EXPECT_EQ(core->counters().echoes, 2U);
  EXPECT_EQ(core->counters().unusable, 1U);
}

TEST_F(recording_cores, know_which_pulses_of_outputs_are_unanswered) {
  make();
  run_script(context, [&]() -> awaitable<void> {
    const auto connected = co_await connect();
    ws_peer& peer = **connected;
    (void)co_await peer.read();  // the id
    (void)co_await peer.send(pulse(1));
    (void)co_await peer.send(item("Pulse", R"("emitterId":"s:t:state","data":{})"));
    while (recorded.size() < 2) co_await net::sleep(1ms);
    EXPECT_EQ(core->unanswered(), 1U);
    (void)co_await peer.send(ping(1));
    (void)co_await peer.read();
    EXPECT_EQ(core->unanswered(), 0U);
    (void)co_await peer.send(pulse(2));
    while (recorded.size() < 3) co_await net::sleep(1ms);
    EXPECT_EQ(core->unanswered(), 1U);
    core->kill();
    EXPECT_EQ(core->unanswered(), 0U);
  });
}

TEST_F(recording_cores, know_who_is_registered_and_online) {
  make();
  run_script(context, [&]() -> awaitable<void> {
    {
      const auto connected = co_await connect();
      ws_peer& peer = **connected;
      (void)co_await peer.send(item("Instance", R"("status":"Starting")"));
      (void)co_await peer.send(item("TargetStatus", R"("targetId":"s:t","status":"online")"));
      (void)co_await peer.send(ping(1));
      (void)co_await peer.read_with("ws:m:ping");
      EXPECT_FALSE(core->registered());
      EXPECT_EQ(core->status("s:t"), "online");
      EXPECT_EQ(core->status("s:other"), "");
      (void)co_await peer.send(item("Instance", R"("status":"Available")"));
      (void)co_await peer.send(ping(2));
      (void)co_await peer.read_with("ws:m:ping");
      EXPECT_TRUE(core->registered());
      core->kill();
      EXPECT_FALSE(core->registered());
      EXPECT_EQ(core->status("s:t"), "");
    }
    core->start();
    const auto connected = co_await connect();
    EXPECT_TRUE(connected.has_value()) << "the same port";
    EXPECT_FALSE(core->registered());
  });
}

TEST_F(recording_cores, hold_echoes_back_and_keep_their_order) {
  make(40ms);
  run_script(context, [&]() -> awaitable<void> {
    const auto connected = co_await connect();
    ws_peer& peer = **connected;
    (void)co_await peer.read();
    const auto begin = net::now().steady;
    for (int each = 0; each < 20; ++each) (void)co_await peer.send(ping(each));
    for (int each = 0; each < 20; ++each) {
      const auto echo = co_await peer.read();
      EXPECT_EQ(echo.value(), ping(each));
    }
    EXPECT_GT(net::now().steady - begin, 5ms);
  });
}

TEST_F(recording_cores, lose_what_they_had_not_read_when_they_are_killed) {
  make(10'000ms);
  kill_at = 3;
  run_script(context, [&]() -> awaitable<void> {
    const auto connected = co_await connect();
    ws_peer& peer = **connected;
    (void)co_await peer.read();
    for (int each = 1; each <= 10; ++each) (void)co_await peer.send(pulse(each));
    const auto end = co_await peer.read();
    EXPECT_FALSE(end.has_value());
    core->start();
    const auto again = co_await connect();
    EXPECT_TRUE(again.has_value());
  });
  EXPECT_EQ(recorded.size(), 3U);
  EXPECT_EQ(core->counters().kills, 1U);
}

TEST_F(recording_cores, refuse_while_they_are_dead) {
  make();
  run_script(context, [&]() -> awaitable<void> {
    core->kill();
    const auto refused = co_await connect();
    EXPECT_FALSE(refused.has_value());
  });
}

}  // namespace
}  // namespace gantry::test
