// wss: who is trusted, who we are, and what the log says.
#include <fstream>

#include "client_harness.hpp"
#include "tests/support/temp_tls.hpp"

namespace gantry::myko::test {
namespace {

class wss : public testing::Test, public client_harness {
 protected:
  // Keys take a while: once for all.
  static void SetUpTestSuite() {
    ours_ = std::make_unique<gantry::test::temp_tls>();
    strange_ = std::make_unique<gantry::test::temp_tls>();
  }
  static void TearDownTestSuite() {
    ours_.reset();
    strange_.reset();
  }

  static server_config secure() {
    server_config out;
    out.tls = tls_files{ours_->server_certificate(), ours_->server_key(), ""};
    return out;
  }
  void serve(const server_config& config) {
    server_ = std::make_unique<test_server>(context_, config);
  }
  void start_to(const std::string& host) { start({tls(server_->port(), host)}); }
  bool until_true() {
    return until([this] { return holds_the_truth(server_->state()); });
  }
  bool until_logged(const std::string& part) {
    return until([&] { return logged(part); });
  }
  void write_token(const std::string& token) { std::ofstream(token_file_) << token << "\n"; }

  static std::unique_ptr<gantry::test::temp_tls> ours_;
  static std::unique_ptr<gantry::test::temp_tls> strange_;
  const std::string token_file_ = testing::TempDir() + "gantry-token-" +
                                  testing::UnitTest::GetInstance()->current_test_info()->name();
  std::unique_ptr<test_server> server_;
};

std::unique_ptr<gantry::test::temp_tls> wss::ours_;
std::unique_ptr<gantry::test::temp_tls> wss::strange_;

TEST_F(wss, connects_by_name_and_by_address) {
  config_.websocket.tls.ca_file = ours_->ca();
  serve(secure());
  start_to("localhost");
  EXPECT_TRUE(until_true()) << whole_log();
  EXPECT_EQ(logged(log_level::warning, "NOT verified"), 0);
}

TEST_F(wss, checks_the_certificate_against_an_address) {
  config_.websocket.tls.ca_file = ours_->ca();
  serve(secure());
  start_to("127.0.0.1");
  EXPECT_TRUE(until_true()) << whole_log();
}

TEST_F(wss, refuses_a_certificate_of_another_authority) {
  config_.websocket.tls.ca_file = strange_->ca();
  serve(secure());
  start_to("localhost");
  EXPECT_TRUE(until_logged("its certificate is refused")) << whole_log();
  EXPECT_EQ(server_->state().counters().frames_received, 0U);
}

TEST_F(wss, trusts_the_systems_authorities_by_default_and_not_ours) {
  serve(secure());
  start_to("localhost");
  EXPECT_TRUE(until_logged("its certificate is refused")) << whole_log();
}

TEST_F(wss, refuses_a_certificate_for_another_host) {
  config_.websocket.tls.ca_file = ours_->ca();
  auto elsewhere = secure();
  elsewhere.address = "127.0.0.2";  // not in the certificate
  serve(elsewhere);
  start_to("127.0.0.2");
  EXPECT_TRUE(until_logged("IP address mismatch")) << whole_log();
}

TEST_F(wss, warns_on_every_connect_when_verification_is_off) {
  config_.websocket.tls.verify = net::verification::off;
  auto elsewhere = secure();
  elsewhere.address = "127.0.0.2";
  serve(elsewhere);
  start_to("127.0.0.2");
  EXPECT_TRUE(until_true()) << whole_log();
  EXPECT_EQ(logged(log_level::warning, "NOT verified"), 1);
  elsewhere.port = server_->port();
  server_.reset();
  serve(elsewhere);
  EXPECT_TRUE(until_true());
  EXPECT_GE(logged(log_level::warning, "NOT verified"), 2);
}

TEST_F(wss, does_not_speak_tls_to_a_plain_server) {
  config_.websocket.tls.ca_file = ours_->ca();
  serve(server_config{});
  start_to("localhost");
  EXPECT_TRUE(until_logged("TLS handshake")) << whole_log();
}

TEST_F(wss, shows_its_own_certificate_where_one_is_demanded) {
  auto strict = secure();
  strict.tls->client_ca = ours_->ca();
  config_.websocket.tls.ca_file = ours_->ca();
  config_.websocket.tls.certificate_file = ours_->client_certificate();
  config_.websocket.tls.key_file = ours_->client_key();
  serve(strict);
  start_to("localhost");
  EXPECT_TRUE(until_true()) << whole_log();
}

TEST_F(wss, is_refused_without_the_certificate_that_is_demanded) {
  auto strict = secure();
  strict.tls->client_ca = ours_->ca();
  config_.websocket.tls.ca_file = ours_->ca();
  serve(strict);
  start_to("localhost");
  EXPECT_TRUE(until_logged("trying again")) << whole_log();
  EXPECT_EQ(server_->state().connections(), 0U);
}

TEST_F(wss, names_a_file_that_cannot_be_used) {
  serve(secure());
  config_.websocket.tls.ca_file = "/no/such/ca.pem";
  start_to("localhost");
  EXPECT_TRUE(until_logged("the CA file /no/such/ca.pem cannot be used")) << whole_log();
}

// ---- Tokens -----------------------------------------------------------------------------------

TEST_F(wss, sends_a_token_from_a_file) {
  write_token("s3cret");
  auto guarded = secure();
  guarded.token = "s3cret";
  config_.websocket.tls.ca_file = ours_->ca();
  config_.websocket.token_file = token_file_;
  serve(guarded);
  start_to("localhost");
  EXPECT_TRUE(until_true()) << whole_log();
  EXPECT_EQ(whole_log().find("s3cret"), std::string::npos);
}

TEST_F(wss, is_refused_without_the_token_that_is_demanded) {
  auto guarded = secure();
  guarded.token = "s3cret";
  config_.websocket.tls.ca_file = ours_->ca();
  serve(guarded);
  start_to("localhost");
  EXPECT_TRUE(until_logged("in place of a WebSocket (is the token right?)")) << whole_log();
}

TEST_F(wss, reads_a_renewed_token_at_the_next_try) {
  write_token("old");
  auto guarded = secure();
  guarded.token = "new";
  config_.websocket.tls.ca_file = ours_->ca();
  config_.websocket.token_file = token_file_;
  serve(guarded);
  start_to("localhost");
  ASSERT_TRUE(until_logged("HTTP 401")) << whole_log();
  write_token("new");
  EXPECT_TRUE(until_true()) << whole_log();
}

TEST_F(wss, reads_no_endless_token_file) {
  config_.websocket.token_file = "/dev/zero";
  config_.websocket.tls.ca_file = ours_->ca();
  serve(secure());
  start_to("localhost");
  EXPECT_TRUE(until_logged("the token file /dev/zero cannot be used: it is no regular file"))
      << whole_log();
}

TEST_F(wss, tries_again_without_its_token_file) {
  config_.websocket.token_file = "/no/such/token";
  config_.websocket.tls.ca_file = ours_->ca();
  serve(secure());
  start_to("localhost");
  EXPECT_TRUE(until_logged("the token file /no/such/token cannot be used")) << whole_log();
}

}  // namespace
}  // namespace gantry::myko::test
