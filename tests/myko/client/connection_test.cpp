// The client and servers in all kinds of trouble.
#include <boost/asio/ip/tcp.hpp>

#include "client_harness.hpp"
#include "myko/error.hpp"
#include "myko/net/deadline.hpp"
#include "scripted_core.hpp"

namespace gantry::myko::test {
namespace {

using testing::Each;
using testing::HasSubstr;

constexpr const char* set_client_id =
    R"({"event":"ws:m:command","data":{"commandId":"SetClientId",)"
    R"("command":{"tx":"id-tx","clientId":"late"}}})";
constexpr const char* exec = R"({"data":{"commandId":"ExecTargetAction","command":{"tx":"tx-1",)"
                             R"("action":{"id":"s:t:run"}}},"event":"ws:m:command"})";

class connection : public testing::Test, public client_harness {
 protected:
  scripted_core& script(std::vector<turn> turns) {
    return core_.emplace(context_.get_executor(), std::move(turns));
  }
  bool until_connections(std::size_t count) {
    return until([&] { return core_->connections() >= count; });
  }
  bool until_heard(const std::string& part, std::size_t times = 1) {
    return until([&] { return core_->times_heard(part) >= times; });
  }
  // A port that refuses.
  std::uint16_t closed_port() {
    boost::asio::ip::tcp::acceptor acceptor(context_, {boost::asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
  }
  // What takes its time is waited for longer than until() waits: what ends, ends for another
  // reason.
  void be_patient() {
    config_.websocket.connect_within = seconds(3'600);
    config_.websocket.write_within = seconds(3'600);
    config_.websocket.close_within = seconds(3'600);
    config_.session.leave_within = seconds(3'600);
    config_.session.heartbeat.ping_after = seconds(3'600);
    config_.session.heartbeat.dead_after = seconds(3'600);
  }
  // More than the socket's buffers take.
  static model::catalogue large() {
    auto out = one_target();
    for (int at = 0; at < 300; ++at) {
      const std::string id = "s:big" + std::to_string(at);
      out.put(model::target{.id = model::target_id(id), .name = std::string(100'000, 'x')});
    }
    return out;
  }

  std::optional<scripted_core> core_;
};

// ---- Generations, ids -------------------------------------------------------------------------

TEST_F(connection, adopts_a_late_client_id) {
  start(script({turn{}}).port());
  ASSERT_TRUE(until_heard("\"Available\""));
  EXPECT_EQ(client_->state().server_generation(), generation::rust);
  core_->say(set_client_id);
  ASSERT_TRUE(until_heard("\"clientId\":\"late\""));
  EXPECT_TRUE(until_heard("id-tx"));
  EXPECT_EQ(core_->connections(), 1U);
}

TEST_F(connection, sends_text_frames_to_the_path_myko) {
  start(script({turn{}}).port());
  ASSERT_TRUE(until_heard("\"Available\""));
  EXPECT_FALSE(core_->heard_binary());
  EXPECT_THAT(core_->request_header("Host"), "127.0.0.1:" + std::to_string(core_->port()));
  EXPECT_EQ(core_->request_header("Sec-WebSocket-Version"), "13");
  EXPECT_EQ(core_->request_header("Sec-WebSocket-Protocol"), "");
  EXPECT_EQ(core_->request_header("Authorization"), "");
}

// ---- Servers that start -------------------------------------------------------------------------

TEST_F(connection, tries_again_when_http_refuses_the_upgrade) {
  script({turn{.http_status = 500}, turn{.http_status = 404}, turn{.http_status = 426},
          turn{.http_status = 500}, turn{.says = {set_client_id}}});
  start(core_->port());
  ASSERT_TRUE(until_registered()) << whole_log();
  EXPECT_EQ(core_->connections(), 5U);
  EXPECT_EQ(logged(log_level::warning, "HTTP 500"), 1);  // not once a try
  EXPECT_EQ(logged(log_level::warning, "HTTP 404"), 1);
  EXPECT_TRUE(logged("is that its path?")) << whole_log();
  EXPECT_EQ(logged(log_level::warning, "HTTP 426"), 1);
}

TEST_F(connection, tries_again_when_it_is_refused) {
  const std::uint16_t port = closed_port();
  start(port);
  ASSERT_TRUE(until([&] { return logged("no connection"); })) << whole_log();
  EXPECT_TRUE(logged("(does a core run there, and is that its port?)")) << whole_log();
  server_config config;
  config.port = port;
  test_server server(context_, config);
  EXPECT_TRUE(until([&] { return holds_the_truth(server.state()); })) << whole_log();
}

TEST_F(connection, tries_again_when_the_upgrade_takes_too_long) {
  config_.websocket.connect_within = milliseconds(300);
  script({turn{.behaves = turn::manners::mute}, turn{}});
  start(core_->port());
  EXPECT_TRUE(until_registered()) << whole_log();
  EXPECT_TRUE(logged("the WebSocket upgrade took longer than 300 ms"));
}

TEST_F(connection, fails_over_to_the_next_server_and_back) {
  const std::uint16_t first_port = closed_port();
  auto second = std::make_unique<test_server>(context_, server_config{});
  start({plain(first_port), plain(second->port())});
  ASSERT_TRUE(until([&] { return holds_the_truth(second->state()); })) << whole_log();
  EXPECT_EQ(client_->connected_to(), plain(second->port()));
  server_config config;
  config.port = first_port;
  test_server first(context_, config);
  second.reset();
  EXPECT_TRUE(until([&] { return holds_the_truth(first.state()); })) << whole_log();
  EXPECT_EQ(client_->connected_to(), plain(first_port));
}

// Nobody named a port: a core of its own listens at another one than a proxy does.
TEST_F(connection, finds_the_other_port_where_the_first_refuses) {
  test_server server(context_, server_config{});
  server_address address = plain(closed_port());
  address.second_port = server.port();
  start({address});
  ASSERT_TRUE(until([&] { return holds_the_truth(server.state()); })) << whole_log();
  EXPECT_EQ(client_->connected_to(), plain(server.port()));
  EXPECT_TRUE(logged("no port is named, so " + std::to_string(server.port()) + " is tried"))
      << whole_log();
  EXPECT_TRUE(logged("connected to " + to_string(plain(server.port())))) << whole_log();
}

TEST_F(connection, keeps_the_other_port_where_the_first_is_a_web_server) {
  script({turn{.http_status = 404}});
  auto server = std::make_unique<test_server>(context_, server_config{});
  server_address address = plain(core_->port());
  address.second_port = server->port();
  start({address});
  ASSERT_TRUE(until([&] { return holds_the_truth(server->state()); })) << whole_log();
  const std::string again = to_string(plain(server->port())) + ": no connection";
  server.reset();
  ASSERT_TRUE(until([&] { return logged(again); })) << whole_log();
  EXPECT_EQ(core_->connections(), 1U) << "what answered was asked first";
  EXPECT_TRUE(until_connections(2)) << "and then it refused";
}

TEST_F(connection, says_what_a_gateway_is_that_may_only_be_read) {
  const turn gateway{.closes_at_event = true};
  script({gateway, gateway, gateway, gateway, gateway, gateway, turn{}});
  config_.doubted_every = milliseconds(1'000);
  start(core_->port());
  const std::string doubt = "it is a gateway that may only be read";
  ASSERT_TRUE(until([&] { return logged(doubt); })) << whole_log();
  EXPECT_EQ(core_->connections(), 5U);
  EXPECT_EQ(logged(log_level::info, "connected to "), 5) << whole_log();
  ASSERT_TRUE(until([&] { return logged("which takes events now"); })) << whole_log();
  EXPECT_EQ(core_->connections(), 7U);
  EXPECT_EQ(logged(log_level::warning, doubt), 1) << "once, and not at each try";
  EXPECT_TRUE(logged("core.server; this one is tried every 1 s")) << whole_log();
  EXPECT_EQ(logged(log_level::warning, "; trying again"), 5) << whole_log();
}

TEST_F(connection, goes_from_a_gateway_that_may_only_be_read_to_the_next_server) {
  script({turn{.closes_at_event = true}});
  test_server server(context_, server_config{});
  start({plain(core_->port()), plain(server.port())});
  EXPECT_TRUE(until([&] { return holds_the_truth(server.state()); })) << whole_log();
}

TEST_F(connection, keeps_what_an_address_hides_out_of_the_log) {
  server_address address = plain(closed_port());
  address.path = "/myko?token=s3cret";
  test_server server(context_, server_config{});
  server_address good = plain(server.port());
  good.path = address.path;
  start({address, good});
  ASSERT_TRUE(until_registered()) << whole_log();
  EXPECT_THAT(whole_log(), testing::Not(HasSubstr("s3cret")));
}

TEST_F(connection, connects_over_ipv6) {
  server_config config;
  config.address = "::1";
  test_server server(context_, config);
  start({plain(server.port(), "::1")});
  EXPECT_TRUE(until([&] { return holds_the_truth(server.state()); })) << whole_log();
}

TEST_F(connection, looks_names_up) {
  test_server server(context_, server_config{});
  start({plain(server.port(), "localhost")});
  EXPECT_TRUE(until([&] { return holds_the_truth(server.state()); })) << whole_log();
}

TEST_F(connection, tries_again_when_a_name_is_unknown) {
  start({plain(1, "no-such-name.invalid")});
  EXPECT_TRUE(until([&] { return logged("the name no-such-name.invalid cannot be resolved"); }))
      << whole_log();
}

// ---- Servers that end ---------------------------------------------------------------------------

TEST_F(connection, comes_back_when_the_server_closes_and_tells_its_reason) {
  script({turn{.says = {set_client_id}, .closes_with = 1012}, turn{}});
  start(core_->port());
  ASSERT_TRUE(until_connections(2));
  EXPECT_TRUE(until_registered());
  EXPECT_TRUE(logged("the server closed the connection (code 1012)")) << whole_log();
}

TEST_F(connection, gives_a_silent_server_up) {
  config_.session.heartbeat.ping_after = milliseconds(100);
  config_.session.heartbeat.dead_after = milliseconds(300);
  script({turn{.behaves = turn::manners::reads_never}, turn{}});
  start(core_->port());
  ASSERT_TRUE(until_connections(2)) << whole_log();
  EXPECT_TRUE(until_registered());
  EXPECT_TRUE(logged("nothing was read from the server")) << whole_log();
}

// What they are good for is the heartbeat's own test. Here they come: a server that answers them
// alone is known for one without echoes long before one that answers nothing.
TEST_F(connection, hears_pongs) {
  config_.session.delivery.echo_patience = milliseconds(10);
  config_.session.delivery.pong_patience = seconds(3'600);
  script({turn{.echoes_pings = false}});
  start(core_->port());
  queue({.emitter = model::emitter_id("s:t:output"), .data = {R"({"text":"read"})"}});
  EXPECT_TRUE(until([&] { return source_.acknowledged_count() == 1; })) << whole_log();
  EXPECT_TRUE(client_->state().without_echo());
  EXPECT_EQ(core_->connections(), 1U);
}

TEST_F(connection, gives_a_server_up_that_does_not_read) {
  be_patient();
  config_.websocket.write_within = milliseconds(300);
  script({turn{.behaves = turn::manners::reads_never}, turn{}});
  make_client({plain(core_->port())}).publish(large());
  run();
  ASSERT_TRUE(until_connections(2)) << whole_log();
  EXPECT_TRUE(logged("writing to the server took longer than 300 ms")) << whole_log();
}

TEST_F(connection, gives_a_server_up_when_too_much_waits_for_it) {
  be_patient();
  config_.outbox_bytes_max = 5U << 20U;
  script({turn{.behaves = turn::manners::reads_never}});
  make_client({plain(core_->port())}).publish(large());
  run();
  ASSERT_TRUE(until_connections(2)) << whole_log();
  EXPECT_TRUE(logged("the server reads too slowly")) << whole_log();
}

// ---- Bad input --------------------------------------------------------------------------------

TEST_F(connection, survives_every_bad_text) {
  be_patient();
  std::string deep(10'000, '[');
  script({turn{
      .says = {set_client_id, "Error parsing message", "", "\xEF\xBB\xBF{}", "{} {}",
               "{\"event\":", deep, "null", "[]", R"({"event":"ws:m:unheard-of","data":{}})",
               R"({"event":"ws:m:event","data":{"itemType":"Unheard","changeType":"SET",)"
               R"("item":{}}})",
               R"({"event":"ws:m:query-error","data":{"tx":"q","message":"m"}})",
               R"({"event":"ws:m:report-error","data":{"tx":"q","message":"m"}})",
               R"({"event":"ws:m:command-error","data":{"tx":"q"}})",
               R"({"event":"ws:m:ping","data":{"ts":1}})",
               R"({"event":"ws:m:ping","data":")" + std::string(20U << 20U, 'x') + "\"}", exec},
      .says_binary = {"\x80\x01", "{}", exec}}});
  start(core_->port());
  ASSERT_TRUE(until_heard("\"tx-1\"")) << whole_log();
  EXPECT_EQ(core_->times_heard(R"({"done":true})"), 1U);
  EXPECT_EQ(core_->times_heard("\"ts\""), 0U);  // its pings are not echoed
  EXPECT_EQ(core_->connections(), 1U);
}

TEST_F(connection, comes_back_after_a_frame_that_is_no_utf_8) {
  script({turn{.says = {"\xff\xfe"}}, turn{}});
  start(core_->port());
  EXPECT_TRUE(until_connections(2));
  EXPECT_TRUE(until_registered());
}

TEST_F(connection, comes_back_after_a_frame_that_is_too_large) {
  config_.websocket.message_bytes_max = 1'000;
  script({turn{.says = {std::string(2'000, ' ')}}, turn{}});
  start(core_->port());
  EXPECT_TRUE(until_connections(2));
  EXPECT_TRUE(until_registered());
}

// ---- permessage-deflate -------------------------------------------------------------------------

TEST_F(connection, does_not_offer_compression_by_default) {
  start(script({turn{}}).port());
  ASSERT_TRUE(until_registered());
  EXPECT_EQ(core_->request_header("Sec-WebSocket-Extensions"), "");
}

TEST_F(connection, compresses_when_it_is_told_to) {
  config_.websocket.compress = true;
  start(script({turn{.says = {exec}}}).port());
  EXPECT_TRUE(until_heard("\"tx-1\""));
  EXPECT_THAT(core_->request_header("Sec-WebSocket-Extensions"), HasSubstr("permessage-deflate"));
}

TEST_F(connection, does_without_compression_where_the_server_declines) {
  config_.websocket.compress = true;
  server_config config;
  config.plays = generation::rust;
  test_server server(context_, config);
  start(server.port());
  EXPECT_TRUE(until([&] { return holds_the_truth(server.state()); })) << whole_log();
}

// ---- Leaving ----------------------------------------------------------------------------------

TEST_F(connection, closes_with_code_1000_after_its_last_words) {
  be_patient();
  start(script({turn{}}).port());
  ASSERT_TRUE(until_registered());
  client_->leave();
  ASSERT_TRUE(until([&] { return !running_; }));
  EXPECT_TRUE(until([&] { return core_->close_code() == 1000; }));
  EXPECT_EQ(core_->times_heard("\"offline\""), 1U);
  EXPECT_THAT(core_->heard().back(), HasSubstr("ws:m:ping"));
  EXPECT_TRUE(client_->state().left());
}

TEST_F(connection, leaves_in_time_though_the_server_does_not_read) {
  be_patient();
  config_.session.leave_within = milliseconds(200);
  config_.websocket.close_within = milliseconds(200);
  script({turn{.behaves = turn::manners::reads_never}});
  make_client({plain(core_->port())}).publish(large());
  run();
  ASSERT_TRUE(until_registered());
  client_->leave();
  EXPECT_TRUE(until([&] { return !running_; })) << whole_log();
  EXPECT_FALSE(ending_);
}

TEST_F(connection, leaves_at_once_while_it_connects) {
  be_patient();
  script({turn{.behaves = turn::manners::mute}});
  start(core_->port());
  ASSERT_TRUE(until_connections(1));
  client_->leave();
  EXPECT_TRUE(until([&] { return !running_; }));
  EXPECT_FALSE(ending_);
}

TEST_F(connection, leaves_at_once_between_two_tries) {
  config_.backoff.first = config_.backoff.max = seconds(3'600);
  start(closed_port());
  ASSERT_TRUE(until([&] { return logged("no connection"); }));
  client_->leave();
  EXPECT_TRUE(until([&] { return !running_; }));
}

TEST_F(connection, does_not_run_at_all_after_it_left) {
  make_client({plain(script({turn{}}).port())});
  client_->leave();
  run();
  EXPECT_TRUE(until([&] { return !running_; }));
  EXPECT_EQ(core_->connections(), 0U);
}

// ---- Cancelling -------------------------------------------------------------------------------

class cancelled : public connection {
 protected:
  cancelled() { be_patient(); }
  void expect_run_ends() {
    cancel();
    ASSERT_TRUE(until([&] { return !running_; })) << whole_log();
    EXPECT_FALSE(client_->connected_to());
    EXPECT_FALSE(client_->state().registered());
    if (!ending_) return;
    try {
      std::rethrow_exception(ending_);
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), boost::asio::error::operation_aborted) << error.what();
    }
  }
};

TEST_F(cancelled, while_it_connects) {
  script({turn{.behaves = turn::manners::mute}});
  start(core_->port());
  ASSERT_TRUE(until_connections(1));
  expect_run_ends();
}

TEST_F(cancelled, while_it_is_connected) {
  start(script({turn{}}).port());
  ASSERT_TRUE(until_registered());
  expect_run_ends();
}

TEST_F(cancelled, while_it_waits_for_the_first_words) {
  config_.session.id_grace = seconds(3'600);
  start(script({turn{}}).port());
  ASSERT_TRUE(until([&] { return client_->connected_to().has_value(); }));
  expect_run_ends();
}

TEST_F(cancelled, while_it_writes) {
  script({turn{.behaves = turn::manners::reads_never}});
  make_client({plain(core_->port())}).publish(large());
  run();
  ASSERT_TRUE(until_registered());
  expect_run_ends();
}

TEST_F(cancelled, between_two_tries) {
  config_.backoff.first = config_.backoff.max = seconds(3'600);
  start(closed_port());
  ASSERT_TRUE(until([&] { return logged("no connection"); }));
  expect_run_ends();
}

TEST_F(cancelled, while_it_closes) {
  script({turn{.echoes_pings = false}});
  start(core_->port());
  ASSERT_TRUE(until_registered());
  client_->leave();
  expect_run_ends();
}

TEST_F(cancelled, and_run_again) {
  start(script({turn{}}).port());
  ASSERT_TRUE(until_registered());
  expect_run_ends();
  run();
  EXPECT_TRUE(until_registered());
  EXPECT_EQ(core_->connections(), 2U);
}

// ---- Pulses -------------------------------------------------------------------------------------

TEST_F(connection, says_when_pulses_can_go_and_when_not) {
  std::vector<bool> seen;
  on_change_ = [&] { seen.push_back(client_->state().takes_pulses()); };
  make_client({plain(script({turn{}}).port())}).publish(one_target());
  EXPECT_EQ(seen, std::vector<bool>{});
  run();
  ASSERT_TRUE(until_registered());
  EXPECT_EQ(seen, std::vector<bool>{true});
  client_->publish(one_target());
  EXPECT_EQ(seen, std::vector<bool>{true});
  client_->leave();
  ASSERT_TRUE(until([&] { return !running_; }));
  EXPECT_EQ(seen, (std::vector<bool>{true, false}));
}

TEST_F(connection, says_that_no_more_pulses_can_go_when_it_is_lost) {
  std::vector<bool> seen;
  on_change_ = [&] { seen.push_back(client_->state().takes_pulses()); };
  auto server = std::make_unique<test_server>(context_, server_config{});
  start(server->port());
  ASSERT_TRUE(until([&] { return seen == std::vector<bool>{true}; }));
  server.reset();
  EXPECT_TRUE(until([&] { return seen == std::vector<bool>{true, false}; }));
}

TEST_F(connection, says_nothing_while_there_is_nothing_published) {
  int times = 0;
  on_change_ = [&] { ++times; };
  make_client({plain(script({turn{}}).port())});
  run();
  ASSERT_TRUE(until_registered());
  EXPECT_EQ(times, 0);
  client_->publish(one_target());
  EXPECT_EQ(times, 1);
}

// As whoever keeps pulses does: it begins to load them, and may have some at once.
TEST_F(connection, lets_the_handler_of_changes_call_back) {
  int times = 0;
  on_change_ = [&] {
    ++times;
    if (!client_->state().takes_pulses()) return;
    queue({.emitter = model::emitter_id("s:t:output"), .data = {R"({"text":"at once"})"}});
    client_->leave();
    EXPECT_EQ(times, 1) << "called from within itself";
  };
  scripted_core& core = script({turn{}});
  start(core.port());
  ASSERT_TRUE(until([&] { return !running_; }));
  EXPECT_EQ(times, 2);
  EXPECT_EQ(core.times_heard("at once"), 1U);
  EXPECT_EQ(source_.acknowledged_count(), 1U);
}

TEST_F(connection, sends_what_is_in_flight_again_on_the_next_one) {
  // The first reads and echoes nothing: what it was sent counts as lost with it.
  script({turn{.behaves = turn::manners::reads_never}, turn{}});
  start(core_->port());
  queue({.emitter = model::emitter_id("s:t:output"), .data = {R"({"text":"again"})"}});
  ASSERT_TRUE(until([&] { return client_->state().in_flight() == 1; }));
  core_->cut();
  EXPECT_TRUE(until([&] { return source_.acknowledged_count() == 1; })) << whole_log();
  EXPECT_EQ(source_.rewinds(), 1);
  EXPECT_EQ(core_->times_heard("again"), 1U);
  EXPECT_EQ(core_->connections(), 2U);
}

}  // namespace
}  // namespace gantry::myko::test
