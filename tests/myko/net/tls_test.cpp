#include "myko/net/tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdlib>
#include <string>

#include "tests/support/temp_tls.hpp"

namespace gantry::net {
namespace {

using testing::HasSubstr;

class client_tls_test : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = std::make_unique<test::temp_tls>(); }
  static void TearDownTestSuite() { files_.reset(); }

  static std::string why(const client_tls& config) {
    const auto context = create_client_context(config);
    return context ? "it was made" : context.error().message;
  }

  static std::unique_ptr<test::temp_tls> files_;
};

std::unique_ptr<test::temp_tls> client_tls_test::files_;

TEST_F(client_tls_test, verifies_by_default_and_speaks_tls_1_2_at_least) {
  const auto context = create_client_context({});
  ASSERT_TRUE(context);
  SSL_CTX* handle = (*context)->native_handle();
  EXPECT_EQ(SSL_CTX_get_verify_mode(handle), SSL_VERIFY_PEER);
  EXPECT_EQ(SSL_CTX_get_min_proto_version(handle), TLS1_2_VERSION);
}

TEST_F(client_tls_test, can_be_told_not_to_verify) {
  const auto context = create_client_context({.verify = verification::off});
  ASSERT_TRUE(context);
  EXPECT_EQ(SSL_CTX_get_verify_mode((*context)->native_handle()), SSL_VERIFY_NONE);
}

TEST_F(client_tls_test, takes_all_its_files) {
  EXPECT_EQ(why({.ca_file = files_->ca(),
                 .certificate_file = files_->client_certificate(),
                 .key_file = files_->client_key()}),
            "it was made");
}

TEST_F(client_tls_test, names_the_file_that_cannot_be_used) {
  EXPECT_THAT(why({.ca_file = "/no/ca"}), HasSubstr("the CA file /no/ca cannot be used"));
  EXPECT_THAT(why({.ca_file = files_->client_key()}), HasSubstr("the CA file"));
  EXPECT_THAT(why({.certificate_file = "/no/cert"}),
              HasSubstr("the client certificate /no/cert cannot be used"));
  EXPECT_THAT(why({.certificate_file = files_->client_certificate(), .key_file = "/no/key"}),
              HasSubstr("the key of the client certificate /no/key"));
  EXPECT_THAT(
      why({.certificate_file = files_->client_certificate(), .key_file = files_->server_key()}),
      HasSubstr("the key of the client certificate"));
}

// OpenSSL would ask the terminal for the passphrase, and wait.
TEST_F(client_tls_test, refuses_a_key_with_a_passphrase_without_asking_for_it) {
  const std::string locked = files_->client_key() + ".locked";
  const std::string command = "openssl pkcs8 -topk8 -in " + files_->client_key() + " -out " +
                              locked + " -passout pass:secret 2>/dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(why({.certificate_file = files_->client_certificate(), .key_file = locked}),
              HasSubstr("the key of the client certificate"));
}

TEST_F(client_tls_test, sends_the_name_of_the_host_but_no_address) {
  boost::asio::io_context io;
  const auto context = create_client_context({.verify = verification::off});
  using stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  stream named(io, **context);
  EXPECT_TRUE(expect_host(named.native_handle(), "core.local"));
  EXPECT_STREQ(SSL_get_servername(named.native_handle(), TLSEXT_NAMETYPE_host_name), "core.local");
  stream numbered(io, **context);
  EXPECT_TRUE(expect_host(numbered.native_handle(), "127.0.0.1"));
  EXPECT_EQ(SSL_get_servername(numbered.native_handle(), TLSEXT_NAMETYPE_host_name), nullptr);
  EXPECT_TRUE(expect_host(numbered.native_handle(), "fe80::1%lo")) << "with a zone";
}

TEST_F(client_tls_test, blames_the_certificate_only_where_it_is_verified) {
  boost::asio::io_context io;
  const auto why = [&](verification verify) {
    const auto context = create_client_context({.verify = verify});
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(io, **context);
    SSL_set_verify_result(stream.native_handle(), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
    return describe_handshake_failure(stream.native_handle(), boost::asio::error::connection_reset);
  };
  EXPECT_THAT(why(verification::on), HasSubstr("its certificate is refused"));
  EXPECT_THAT(why(verification::off), HasSubstr("TLS handshake: Connection reset"));
}

}  // namespace
}  // namespace gantry::net
