// The client against a whole server, in each of the three generations.
#include "myko/client/client.hpp"

#include "client_harness.hpp"
#include "myko/net/deadline.hpp"
#include "tests/support/ws_peer.hpp"

namespace gantry::myko::test {
namespace {

using testing::HasSubstr;

class client_of : public testing::TestWithParam<generation>, public client_harness {
 protected:
  test_server& start_server(std::uint16_t port = 0) {
    server_config config;
    config.plays = GetParam();
    config.port = port;
    server_ = std::make_unique<test_server>(context_, config);
    return *server_;
  }
  void stop_server() { server_.reset(); }
  const core& held() const { return server_->state(); }

  bool until_true(model::liveness liveness = model::liveness::online,
                  milliseconds limit = seconds(10)) {
    return until([&] { return holds_the_truth(held(), liveness); }, limit);
  }

  // An operator runs this command and gets its answer.
  std::string answer_to(const std::string& frame, const std::string& tx) {
    std::optional<std::string> out;
    boost::asio::co_spawn(context_, ask(frame, tx), [&](std::exception_ptr bug, std::string text) {
      out = bug ? "no answer" : text;
    });
    EXPECT_TRUE(until([&] { return out.has_value(); }));
    return out.value_or("");
  }
  net::awaitable<std::string> ask(std::string frame, std::string tx) {
    gantry::test::peer_options options;
    options.port = server_->port();
    auto peer = (co_await gantry::test::connect_peer(options)).value();
    (co_await peer->send(frame)).value();
    co_return (co_await peer->read_with("\"" + tx + "\"")).value();
  }

  std::unique_ptr<test_server> server_;
};

INSTANTIATE_TEST_SUITE_P(generations, client_of,
                         testing::Values(generation::docs, generation::ts, generation::rust),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST_P(client_of, connects_and_publishes) {
  start(start_server().port());
  EXPECT_TRUE(until_true()) << whole_log();
  EXPECT_EQ(client_->state().server_generation(), GetParam());
  EXPECT_EQ(client_->connected_to(), plain(server_->port()));
  EXPECT_EQ(held().counters().items_dropped, 0U);
  for (const std::string& each : held().rejections()) ADD_FAILURE() << each;
}

TEST_P(client_of, carries_the_client_id_of_its_connection) {
  start(start_server().port());
  ASSERT_TRUE(until_true());
  const auto clients = held().items("Client");
  const std::string carried = field(held().items("Instance").at("m:s"), "clientId");
  EXPECT_FALSE(carried.empty());
  if (GetParam() != generation::docs) {
    ASSERT_EQ(clients.size(), 1U);
    EXPECT_EQ(clients.begin()->first, carried);
  }
}

TEST_P(client_of, publishes_what_changes) {
  start(start_server().port());
  ASSERT_TRUE(until_true());
  auto more = one_target();
  more.put(
      model::target{.id = model::target_id("s:u"), .name = "u", .service = model::service_id("s")});
  client_->publish(more);
  EXPECT_TRUE(until([&] { return held().items("Target").contains("s:u"); }));
  client_->publish(one_target());
  EXPECT_TRUE(until_true());
}

TEST_P(client_of, performs_a_command_and_answers) {
  std::optional<action_request> seen;
  on_action_ = [&](const action_request& request) {
    seen = request;
    client_->answer(request.ticket, action_done{{R"({"run":"r-1"})"}});
  };
  start(start_server().port());
  ASSERT_TRUE(until_true());
  EXPECT_THAT(answer_to(R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction",)"
                        R"("command":{"tx":"tx-1","createdAt":"2026-11-21T09:00:00Z",)"
                        R"("instanceId":"m:s","action":{"id":"s:t:run","targetId":"s:t"},)"
                        R"("data":{"n":1}}}})",
                        "tx-1"),
              HasSubstr("r-1"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->action.value, "s:t:run");
  EXPECT_EQ(seen->data, json::text{R"({"n":1})"});
}

TEST_P(client_of, delivers_queued_pulses_and_frees_them) {
  start(start_server().port());
  ASSERT_TRUE(until_true());
  for (int at = 1; at <= 500; ++at) {
    queue({.emitter = model::emitter_id("s:t:output"),
           .data = {R"({"text":"line )" + std::to_string(at) + "\"}"},
           .timestamp = at});
  }
  client_->set_latest({.emitter = model::emitter_id("s:t:state"), .data = {R"({"text":"up"})"}});
  EXPECT_TRUE(until([&] { return client_->state().pulses_acknowledged() == 500; })) << whole_log();
  EXPECT_EQ(source_.size(), 0U);
  EXPECT_TRUE(until([&] { return held().items("Pulse").size() == 2; }));
  EXPECT_THAT(held().items("Pulse").at("s:t:output"), HasSubstr("line 500"));
}

// A flood of pulses, from a source that always has more, holds up neither answers nor changes.
TEST_P(client_of, answers_and_publishes_while_pulses_flow_without_end) {
  start(start_server().port());
  ASSERT_TRUE(until_true());
  source_.never_end([made = std::int64_t{0}]() mutable -> model::pulse {
    return {.emitter = model::emitter_id("s:t:output"),
            .data = {R"({"text":")" + std::string(1'000, 'x') + "\"}"},
            .timestamp = ++made};
  });
  client_->pump();
  for (int round = 0; round < 3; ++round) {
    const std::string tx = "tx-" + std::to_string(round);
    EXPECT_THAT(answer_to(R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction",)"
                          R"("command":{"tx":")" +
                              tx +
                              R"(","createdAt":"2026-11-21T09:00:00Z","instanceId":"m:s",)"
                              R"("action":{"id":"s:t:run","targetId":"s:t"}}}})",
                          tx),
                HasSubstr("done"));
    auto changed = one_target();
    changed.targets.begin()->second.name = tx;
    client_->publish(changed);
    EXPECT_TRUE(
        until([&] { return field(held().items("Target").at("s:t"), "name") == tx; }, seconds(10)));
  }
  EXPECT_GT(client_->state().pulses_acknowledged(), 0U);
  EXPECT_LT(client_->state().in_flight(), 2'000U);
}

// The server is killed and comes back with nothing, on the same port.
TEST_P(client_of, has_told_a_returned_server_the_truth_within_two_seconds) {
  config_.backoff = {};  // as it is deployed
  config_.session.id_grace = session_config{}.id_grace;
  const std::uint16_t port = start_server().port();
  start(port);
  ASSERT_TRUE(until_true());
  for (int round = 0; round < 2; ++round) {
    stop_server();
    ASSERT_TRUE(until([&] { return !client_->connected_to(); }));
    queue({.emitter = model::emitter_id("s:t:output"),
           .data = {R"({"text":"meanwhile )" + std::to_string(round) + "\"}"}});
    start_server(port);
    EXPECT_TRUE(until_true(model::liveness::online, seconds(2))) << whole_log();
    EXPECT_TRUE(until([&] { return source_.size() == 0; }));
    EXPECT_THAT(held().items("Pulse").at("s:t:output"),
                HasSubstr("meanwhile " + std::to_string(round)));
  }
}

TEST_P(client_of, tells_what_changed_while_the_server_was_away) {
  const std::uint16_t port = start_server().port();
  start(port);
  ASSERT_TRUE(until_true());
  stop_server();
  ASSERT_TRUE(until([&] { return !client_->connected_to(); }));
  auto changed = one_target();
  changed.put(model::target_status{.target = model::target_id("s:t"),
                                   .instance = model::instance_id("m:s"),
                                   .status = model::liveness::offline});
  client_->publish(changed);
  start_server(port);
  EXPECT_TRUE(until([&] {
    const auto statuses = held().items("TargetStatus");
    return statuses.size() == 1 && field(statuses.begin()->second, "status") == "offline";
  }));
}

TEST_P(client_of, says_offline_and_closes_when_it_leaves) {
  start(start_server().port());
  ASSERT_TRUE(until_true());
  const auto begin = std::chrono::steady_clock::now();
  client_->leave();
  ASSERT_TRUE(until([&] { return !running_; }));
  EXPECT_FALSE(ending_);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(2));
  EXPECT_TRUE(until_true(model::liveness::offline));  // rust holds it for a moment
  EXPECT_TRUE(until([&] { return held().connections() == 0; }));
  EXPECT_FALSE(client_->connected_to());
}

TEST_P(client_of, says_offline_though_it_has_hardly_arrived) {
  const std::uint16_t port = start_server().port();
  config_.session.id_grace = seconds(5);
  config_.session.machine.publish = machine_publishing::always;  // no time to ask whose it is
  start(port);
  ASSERT_TRUE(until([&] { return client_->connected_to().has_value(); }));
  client_->leave();
  ASSERT_TRUE(until([&] { return !running_; }));
  EXPECT_TRUE(until_true(model::liveness::offline));
}

// What is larger than the server reads: it closes with 1009, or cuts the connection (rust).
TEST_P(client_of, goes_on_behind_a_pulse_that_is_too_large_for_the_server) {
  server_config small;
  small.plays = GetParam();
  small.connection.frame_bytes_max = 2U << 20U;
  server_ = std::make_unique<test_server>(context_, small);
  start(server_->port());
  ASSERT_TRUE(until_true());
  queue({.emitter = model::emitter_id("s:t:output"),
         .data = {R"({"text":")" + std::string(3U << 20U, 'x') + "\"}"}});
  queue({.emitter = model::emitter_id("s:t:output"), .data = {R"({"text":"behind it"})"}});
  EXPECT_TRUE(until([&] { return source_.size() == 0; })) << whole_log();
  EXPECT_TRUE(until([&] {
    const auto& pulses = held().items("Pulse");
    return pulses.contains("s:t:output") &&
           pulses.at("s:t:output").find("behind it") != std::string::npos;
  })) << whole_log();
  EXPECT_TRUE(until_true());
  if (GetParam() == generation::docs) return;  // it took it, and counts as having read it
  EXPECT_EQ(logged(log_level::error, "the largest on its way was Pulse s:t:output"), 1);
  const int most = GetParam() == generation::ts ? 2 : frame_limit::suspected_times + 1;
  EXPECT_LE(client_->state().counters().connections, static_cast<std::uint64_t>(most));
}

}  // namespace
}  // namespace gantry::myko::test
