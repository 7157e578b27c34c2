// Cores that hold on to a connection in every way there is, over TCP and TLS: the client goes on to
// the next connection, and it leaves in time whatever state it is in.
#include "client_harness.hpp"
#include "myko/net/side_by_side.hpp"
#include "raw_core.hpp"
#include "tests/support/full_queue.hpp"
#include "tests/support/temp_tls.hpp"

namespace gantry::myko::test {
namespace {

using boost::asio::awaitable;
using net::stream;

std::string repeated(const std::string& frame, int times) {
  std::string out;
  for (int at = 0; at < times; ++at) out += frame;
  return out;
}

// Scripts that have come to where they hold on to their connection.
int holding = 0;

// After the upgrade, sends that and reads what comes.
raw_script says(std::string bytes) {
  return [bytes](stream& to) -> awaitable<void> {
    co_await grant_upgrade(to);
    (void)co_await to.write(bytes);
    ++holding;
    co_await read_for_ever(to);
  };
}

raw_script floods(std::string begin, std::string frame) {
  return [begin, bytes = repeated(frame, 500)](stream& to) -> awaitable<void> {
    co_await grant_upgrade(to);
    (void)co_await to.write(begin);
    ++holding;
    auto reading = read_for_ever(to);
    auto writing = write_for_ever(to, bytes);
    co_await net::until_all(std::move(reading), std::move(writing));
  };
}

// Without a byte being read.
raw_script floods_and_reads_nothing(std::string frame) {
  return [bytes = repeated(frame, 500)](stream& to) -> awaitable<void> {
    co_await grant_upgrade(to);
    ++holding;
    co_await write_for_ever(to, bytes);
  };
}

raw_script says_and_reads_nothing(std::string bytes) {
  return [bytes](stream& to) -> awaitable<void> {
    co_await grant_upgrade(to);
    (void)co_await to.write(bytes);
    ++holding;
  };
}

raw_script ends_writing(std::string bytes) {
  return [bytes](stream& to) -> awaitable<void> {
    co_await grant_upgrade(to);
    (void)co_await to.write(bytes);
    (void)co_await to.close_writing();
    ++holding;
    co_await read_for_ever(to);
  };
}

raw_script answers_nothing() {
  return [](stream& to) -> awaitable<void> {
    ++holding;
    co_await read_for_ever(to);
  };
}

const std::string close_frame("\x88\x02\x03\xe8", 4);

struct misbehaviour {
  const char* name;
  raw_script script;
  const char* logged;  // what the log says of it
};

const std::vector<misbehaviour>& all_of_them() {
  static const std::vector<misbehaviour> out = {
      {"closes_and_stays", says(close_frame), "the server closed the connection (code 1000)"},
      {"closes_and_reads_nothing", says_and_reads_nothing(close_frame), "(code 1000)"},
      {"masks_a_frame", says(std::string("\x81\x80\0\0\0\0", 6)), "the connection was lost"},
      {"uses_a_reserved_opcode", says(std::string("\x83\0", 2)), "the connection was lost"},
      {"sets_reserved_bits", says(std::string("\xf1\0", 2)), "the connection was lost"},
      {"half_closes", ends_writing(""), "the connection was lost"},
      {"half_closes_in_a_frame", ends_writing("\x81\x05he"), "the connection was lost"},
      {"closes_and_half_closes", ends_writing(close_frame), "(code 1000)"},
      {"sends_empty_fragments_for_ever", floods(std::string("\x01\0", 2), std::string("\0\0", 2)),
       "nothing but empty or binary frames"},
      {"sends_empty_messages_for_ever", floods("", std::string("\x81\0", 2)),
       "nothing but empty or binary frames"},
      {"sends_binary_messages_for_ever", floods("", "\x82\x01x"),
       "nothing but empty or binary frames"},
      {"pings_for_ever", floods("", std::string("\x89\0", 2)),
       "nothing but empty or binary frames"},
      {"pings_for_ever_and_reads_no_pong", floods_and_reads_nothing(std::string("\x89\0", 2)), ""},
      {"never_answers_the_upgrade", answers_nothing(), "the WebSocket upgrade took longer than"},
  };
  return out;
}

using how = std::tuple<std::size_t, transport>;

class hostile_core : public testing::TestWithParam<how>, public client_harness {
 protected:
  static void SetUpTestSuite() { files_ = std::make_unique<gantry::test::temp_tls>(); }
  static void TearDownTestSuite() { files_.reset(); }

  // What does not belong to the closing of connections is waited for longer than until() waits.
  hostile_core() {
    config_.websocket.connect_within = milliseconds(500);
    config_.websocket.write_within = milliseconds(500);
    config_.websocket.close_within = milliseconds(200);
    config_.websocket.tls.ca_file = files_->ca();
    config_.session.leave_within = milliseconds(200);
    config_.session.heartbeat.ping_after = seconds(3'600);
    config_.session.heartbeat.dead_after = seconds(3'600);
  }

  void serve(const raw_script& script, transport security, bool shakes_hands = true) {
    const raw_tls tls{.certificate = files_->server_certificate(),
                      .key = files_->server_key(),
                      .shakes_hands = shakes_hands};
    core_.emplace(context_.get_executor(), security == transport::tls ? &tls : nullptr, script);
  }
  server_address address(transport security) const {
    return security == transport::tls ? tls(core_->port()) : plain(core_->port());
  }
  void expect_it_leaves() {
    client_->leave();
    EXPECT_TRUE(until([this] { return !running_; })) << whole_log();
    EXPECT_FALSE(ending_);
  }

  static inline std::unique_ptr<gantry::test::temp_tls> files_;
  std::optional<raw_core> core_;
};

class hostile : public hostile_core {
 protected:
  hostile() {
    holding = 0;
    const auto [at, security] = GetParam();
    serve(all_of_them()[at].script, security);
  }
  // And the client has heard it, most likely: in whatever state it is then, it must end in time.
  void until_it_holds_on() {
    ASSERT_TRUE(until([] { return holding > 0; })) << whole_log();
    for (int turn = 0; turn < 20; ++turn) context_.run_one_for(milliseconds(1));
  }
  [[nodiscard]] const misbehaviour& present() const {
    return all_of_them()[std::get<0>(GetParam())];
  }
  [[nodiscard]] server_address where() const { return address(std::get<1>(GetParam())); }
};

TEST_P(hostile, is_left_for_the_next_connection) {
  start({where()});
  EXPECT_TRUE(until([this] { return core_->connections() >= 3; })) << whole_log();
  EXPECT_TRUE(logged(present().logged)) << whole_log();
}

TEST_P(hostile, does_not_keep_the_client_from_leaving) {
  start({where()});
  until_it_holds_on();
  expect_it_leaves();
}

TEST_P(hostile, does_not_keep_the_client_from_being_cancelled) {
  start({where()});
  until_it_holds_on();
  cancel();
  EXPECT_TRUE(until([this] { return !running_; })) << whole_log();
}

std::string name_of(const testing::TestParamInfo<how>& info) {
  const auto [at, security] = info.param;
  return std::string(all_of_them()[at].name) + (security == transport::tls ? "_tls" : "_plain");
}

INSTANTIATE_TEST_SUITE_P(core, hostile,
                         testing::Combine(testing::Range(std::size_t(0), all_of_them().size()),
                                          testing::Values(transport::plain, transport::tls)),
                         name_of);

using holding_core = hostile_core;

TEST_F(holding_core, never_shakes_hands) {
  serve(answers_nothing(), transport::tls, false);
  start({address(transport::tls)});
  ASSERT_TRUE(until([this] { return core_->connections() >= 2; })) << whole_log();
  EXPECT_TRUE(logged("the TLS handshake took longer than 500 ms")) << whole_log();
  expect_it_leaves();
}

// More than the socket's buffers take, and none of it is read.
TEST_F(holding_core, never_reads) {
  for (const transport security : {transport::plain, transport::tls}) {
    serve([](stream& to) -> awaitable<void> { co_await grant_upgrade(to); }, security);
    auto large = one_target();
    for (int at = 0; at < 150; ++at) {
      const std::string id = "s:big" + std::to_string(at);
      large.put(model::target{.id = model::target_id(id), .name = std::string(100'000, 'x')});
    }
    make_client({address(security)}).publish(std::move(large));
    run();
    ASSERT_TRUE(until([this] { return core_->connections() >= 2; })) << whole_log();
    EXPECT_TRUE(logged("writing to the server took longer than 500 ms")) << whole_log();
    expect_it_leaves();
  }
}

// A decent core that answers our Close, but never closes TLS or TCP.
TEST_F(holding_core, answers_a_close_and_stays) {
  for (const transport security : {transport::plain, transport::tls}) {
    serve(
        [](stream& to) -> awaitable<void> {
          co_await grant_upgrade(to);
          (void)co_await to.write(std::string("\x81\x02{}", 4));
          std::array<char, 4096> last;
          (void)co_await to.read_some(boost::asio::buffer(last));
          (void)co_await to.write(close_frame);
        },
        security);
    start({address(security)});
    ASSERT_TRUE(until([this] { return client_->connected_to().has_value(); })) << whole_log();
    expect_it_leaves();
  }
}

TEST_F(holding_core, has_an_address_that_drops_what_it_is_sent_and_a_good_one) {
  test_server good(context_, server_config{});
  const gantry::test::full_queue silent("127.0.0.2", good.port());
  config_.websocket.connect_within = seconds(3'600);
  config_.websocket.resolve = [](const std::string&) {
    return net::addresses{"127.0.0.2", "127.0.0.1"};
  };
  start({plain(good.port(), "core.test")});
  EXPECT_TRUE(until([&] { return holds_the_truth(good.state()); })) << whole_log();
}

TEST_F(holding_core, does_not_keep_the_client_from_leaving_while_it_connects) {
  const gantry::test::full_queue silent("127.0.0.2");
  config_.websocket.connect_within = seconds(3'600);
  start({plain(silent.port(), "127.0.0.2")});
  for (int turn = 0; turn < 20; ++turn) context_.run_one_for(milliseconds(1));
  expect_it_leaves();
}

// Small fragments with something in them, as many as a message can have, are no reason.
TEST_F(holding_core, that_sends_a_large_message_in_small_fragments_is_kept) {
  serve(
      [](stream& to) -> awaitable<void> {
        co_await grant_upgrade(to);
        const std::string part = repeated(std::string("\0\x04    ", 6), 1'000);
        (void)co_await to.write(std::string("\x01\0", 2));
        for (int at = 0; at < 100; ++at) (void)co_await to.write(part);
        (void)co_await to.write(std::string("\x80\0", 2));
      },
      transport::plain);
  start({address(transport::plain)});
  ASSERT_TRUE(until([this] { return core_->scripts_ended() > 0; })) << whole_log();
  EXPECT_EQ(core_->connections(), 1);
  EXPECT_FALSE(logged("nothing but empty or binary frames")) << whole_log();
}

}  // namespace
}  // namespace gantry::myko::test
