// The server over TLS, with certificates of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/myko/server/server_harness.hpp"
#include "tests/support/temp_tls.hpp"

namespace gantry::myko {
namespace {

using gantry::test::temp_tls;
using test::awaitable;
using test::server_harness;
using test::with_tls;
using testing::HasSubstr;

server_config secured(const temp_tls& files, std::string client_ca = "") {
  server_config config;
  config.tls = tls_files{files.server_certificate(), files.server_key(), std::move(client_ca)};
  return config;
}

net::client_tls trusting(const temp_tls& files) {
  net::client_tls out;
  out.ca_file = files.ca();
  return out;
}

TEST(server_tls, speaks_to_who_trusts_its_authority) {
  const temp_tls files;
  server_harness harness(secured(files));
  harness.play([&]() -> awaitable<void> {
    auto peer = co_await harness.connect(with_tls(trusting(files)));
    const auto greeting = co_await peer->read();
    EXPECT_THAT(greeting.value(), HasSubstr("SetClientId"));
    const auto closed = co_await peer->close();
    EXPECT_TRUE(closed);
  });
  EXPECT_TRUE(harness.stop(stop_mode::orderly));
}

TEST(server_tls, is_refused_by_who_trusts_another) {
  const temp_tls files;
  const temp_tls others;
  server_harness harness(secured(files));
  harness.play([&]() -> awaitable<void> {
    const auto peer = co_await harness.attempt(with_tls(trusting(others)));
    EXPECT_FALSE(peer);
  });
}

TEST(server_tls, drops_plain_clients) {
  const temp_tls files;
  server_harness harness(secured(files));
  harness.play([&]() -> awaitable<void> {
    const auto peer = co_await harness.attempt();
    EXPECT_FALSE(peer);
  });
}

TEST(server_tls, asks_for_a_client_certificate) {
  const temp_tls files;
  server_harness harness(secured(files, files.ca()));
  harness.play([&]() -> awaitable<void> {
    const auto without = co_await harness.attempt(with_tls(trusting(files)));
    EXPECT_FALSE(without);
    net::client_tls known = trusting(files);
    known.certificate_file = files.client_certificate();
    known.key_file = files.client_key();
    const auto with = co_await harness.attempt(with_tls(known));
    EXPECT_TRUE(with);
  });
}

TEST(server_tls, names_the_file_that_cannot_be_used) {
  const temp_tls files;
  boost::asio::io_context context;
  const auto failure_of = [&](tls_files broken) {
    server_config config;
    config.tls = std::move(broken);
    server one(context.get_executor(), config, [](log_level, const std::string&) {});
    return one.listen().error().message;
  };
  EXPECT_THAT(failure_of({"/nowhere.crt", files.server_key(), ""}), HasSubstr("/nowhere.crt"));
  EXPECT_THAT(failure_of({files.server_certificate(), files.client_key(), ""}),
              HasSubstr(files.client_key()));
  EXPECT_THAT(failure_of({files.server_certificate(), files.server_key(), "/nowhere.ca"}),
              HasSubstr("/nowhere.ca"));
}

}  // namespace
}  // namespace gantry::myko
