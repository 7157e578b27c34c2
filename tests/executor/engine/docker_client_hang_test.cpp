// Engines that hang, at each step: a call ends in time, with words that say where.
#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>

#include "client_fixture.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/connect.hpp"
#include "myko/net/deadline.hpp"
#include "tests/support/full_queue.hpp"
#include "tests/support/temp_tls.hpp"

namespace gantry::engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;

class hanging_engine : public client_fixture {
 protected:
  // The calls take what ends first for an answer: the step's own deadline, or the test's.
  hanging_engine() {
    config_.connect_max = milliseconds(200);
    config_.request_max = milliseconds(200);
  }

  failure why_not(endpoint where) {
    client_ = create_docker_client(std::move(where), config_);
    const auto version = run(io_, client_->negotiate());
    return version ? failure{{}, "it answered"} : version.error();
  }
  static tls_endpoint over_tls(std::uint16_t port) {
    return {"127.0.0.1", port,
            tls_files{files().ca(), files().client_certificate(), files().client_key()}};
  }
  static const test::temp_tls& files() {
    static const test::temp_tls out;
    return out;
  }
  static fake_engine secure_engine(std::vector<scripted_answer> script) {
    return fake_engine::on_tls({files().server_certificate(), files().server_key(), ""},
                               std::move(script));
  }
};

TEST_F(hanging_engine, takes_no_connection_on_its_socket) {
  const auto full = test::full_queue::on_unix(path_);
  const failure why = why_not(unix_endpoint{path_});
  EXPECT_EQ(why.code, errc::unreachable);
  EXPECT_THAT(why.message, HasSubstr("cannot connect to the engine at unix://" + path_));
  EXPECT_THAT(why.message, HasSubstr("it listens, but takes no connections"));
}

TEST_F(hanging_engine, takes_no_connection_over_tcp) {
  const test::full_queue full("127.0.0.2");
  const failure why = why_not(tcp_endpoint{"127.0.0.2", full.port()});
  EXPECT_EQ(why.code, errc::unreachable);
  EXPECT_THAT(why.message, HasSubstr("no answer within"));
}

TEST_F(hanging_engine, has_an_address_that_drops_what_it_is_sent_and_a_good_one) {
  config_.connect_max = hours(1);
  engine_.emplace(fake_engine::on_tcp({pong}));
  const test::full_queue silent("127.0.0.2", engine_->port());
  config_.resolve = [](const std::string&) { return net::addresses{"127.0.0.2", "127.0.0.1"}; };
  EXPECT_EQ(why_not(tcp_endpoint{"engine.test", engine_->port()}).message, "it answered");
}

TEST_F(hanging_engine, has_a_name_that_is_not_resolved) {
  auto released = std::make_shared<std::atomic<bool>>(false);
  config_.resolve = [released](const std::string&) {
    released->wait(false);
    return net::addresses{"127.0.0.1"};
  };
  const failure why = why_not(tcp_endpoint{"engine.test", 1});
  EXPECT_EQ(why.code, errc::unreachable);
  EXPECT_THAT(why.message, HasSubstr("resolving the name engine.test took longer than"));
  *released = true;
  released->notify_all();
}

TEST_F(hanging_engine, is_no_matter_of_a_name_server_that_hangs_for_the_core) {
  auto released = std::make_shared<std::atomic<bool>>(false);
  const net::name_resolver hanging = [released](const std::string&) {
    released->wait(false);
    return net::addresses{};
  };
  bool core_ended = false;
  boost::asio::co_spawn(
      io_, net::look_up("core.test", hours(1), hanging),
      [&](const std::exception_ptr&, const result<net::addresses>&) { core_ended = true; });
  engine_.emplace(fake_engine::on_tcp({pong}));
  config_.connect_max = hours(1);
  EXPECT_EQ(why_not(tcp_endpoint{"localhost", engine_->port()}).message, "it answered");
  EXPECT_FALSE(core_ended);
  *released = true;
  released->notify_all();
  while (!core_ended) io_.run_one();
}

TEST_F(hanging_engine, never_shakes_hands) {
  engine_.emplace(fake_engine::on_tcp({{.pieces = {}, .then = scripted_answer::ending::deaf}}));
  const failure why = why_not(over_tls(engine_->port()));
  EXPECT_EQ(why.code, errc::unreachable);
  EXPECT_THAT(why.message, HasSubstr("the TLS handshake took longer than"));
}

TEST_F(hanging_engine, never_begins_its_answer) {
  const scripted_answer silence{.pieces = {}, .then = scripted_answer::ending::deaf};
  engine_.emplace(fake_engine::on_unix(path_, {silence}));
  EXPECT_EQ(why_not(unix_endpoint{path_}).code, errc::timed_out);
  engine_.emplace(secure_engine({silence}));
  const failure why = why_not(over_tls(engine_->port()));
  EXPECT_EQ(why.code, errc::timed_out);
  EXPECT_THAT(why.message, HasSubstr("took longer than 200 ms"));
}

// What fills the socket, so that not even the end of the input can be told.
TEST_F(hanging_engine, reads_no_input_over_tls) {
  config_.connect_max = config_.request_max = hours(1);
  const scripted_answer deaf{.pieces = {"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n"},
                             .then = scripted_answer::ending::deaf};
  engine_.emplace(secure_engine({deaf}));
  client_ = create_docker_client(over_tls(engine_->port()), config_);
  auto input = run(io_, client_->attach_input("web")).value();
  const std::string much(4U << 20U, 'x');
  while (run(io_, net::with_deadline(milliseconds(200), "writing", input->write(much)))) {
  }
  const auto closed =
      run(io_, net::with_deadline(milliseconds(200), "closing", input->close_input()));
  EXPECT_FALSE(closed);
  input.reset();
}

}  // namespace
}  // namespace gantry::engine
