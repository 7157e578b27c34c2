#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "executor/engine/docker_client.hpp"
#include "executor/engine/error.hpp"
#include "fake_engine.hpp"
#include "run.hpp"

namespace gantry::engine {
namespace {

using testing::HasSubstr;

// An authority with certificates for an engine and for a client, and an authority that nobody
// has heard of. Made once: keys take a while.
class docker_client_tls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = testing::TempDir() + "/eng-tls" + std::to_string(getpid());
    std::filesystem::create_directories(folder_);
    make_authority("ca");
    make_authority("stranger");
    make_certificate("server", "ca", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    make_certificate("elsewhere", "ca", "subjectAltName=DNS:elsewhere.example");
    make_certificate("cert", "ca", "extendedKeyUsage=clientAuth");
    make_certificate("impostor", "stranger", "extendedKeyUsage=clientAuth");
  }

  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static std::string file(const std::string& name) { return folder_ + "/" + name + ".pem"; }

  static void shell(const std::string& command) {
    const std::string quiet = "cd " + folder_ + " && (" + command + ") >>log 2>&1";
    ASSERT_EQ(std::system(quiet.c_str()), 0) << command;
  }

  static void make_authority(const std::string& name) {
    shell("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name + " -keyout " +
          name + "-key.pem -out " + name + ".pem");
  }

  static void make_certificate(const std::string& name, const std::string& authority,
                               const std::string& extension) {
    shell("openssl req -newkey rsa:2048 -nodes -subj /CN=" + name + " -keyout " + name +
          "-key.pem -out " + name + ".csr && echo " + extension + " >" + name +
          ".ext && openssl x509 -req -days 2 -in " + name + ".csr -CA " + authority +
          ".pem -CAkey " + authority + "-key.pem -CAcreateserial -extfile " + name + ".ext -out " +
          name + ".pem");
  }

  // An engine that shows this certificate and wants one from the client, by our authority.
  void serve(const std::string& certificate) {
    engine_.emplace(fake_engine::on_tls({file(certificate), file(certificate + "-key"), file("ca")},
                                        {json_answer("200 OK", "OK", "Api-Version: 1.41\r\n")}));
  }

  static tls_files ours() { return {file("ca"), file("cert"), file("cert-key")}; }

  result<version_info> negotiate(const std::string& host, tls_files files) {
    const auto docker = create_docker_client(tls_endpoint{host, engine_->port(), std::move(files)});
    return run(io_, docker->negotiate());
  }

  static inline std::string folder_;
  std::optional<fake_engine> engine_;
  boost::asio::io_context io_;
};

TEST_F(docker_client_tls, trusts_the_right_host) {
  serve("server");
  const auto version = negotiate("localhost", ours());
  ASSERT_TRUE(version) << version.error().message;
  EXPECT_EQ(version->api, "1.41");
}

TEST_F(docker_client_tls, trusts_the_right_address) {
  serve("server");
  const auto version = negotiate("127.0.0.1", ours());
  EXPECT_TRUE(version) << version.error().message;
}

TEST_F(docker_client_tls, refuses_a_certificate_for_another_host) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    serve("elsewhere");
    const auto version = negotiate(host, ours());
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().code, errc::untrusted);
    EXPECT_THAT(version.error().message, HasSubstr("mismatch"));
  }
}

TEST_F(docker_client_tls, refuses_a_certificate_of_another_authority) {
  serve("server");
  tls_files files = ours();
  files.authority = file("stranger");
  const auto version = negotiate("localhost", files);
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::untrusted);
  EXPECT_THAT(version.error().message, HasSubstr("self-signed certificate"));
}

TEST_F(docker_client_tls, trusts_no_self_made_authority_by_default) {
  serve("server");
  const auto docker =
      create_docker_client(tls_endpoint{"localhost", engine_->port(), std::nullopt});
  EXPECT_EQ(run(io_, docker->negotiate()).error().code, errc::untrusted);
}

TEST_F(docker_client_tls, fails_when_the_engine_does_not_accept_us) {
  serve("server");
  tls_files files = ours();
  files.certificate = file("impostor");
  files.key = file("impostor-key");
  // With TLS 1.3 the engine's refusal arrives after the handshake.
  const auto version = negotiate("localhost", files);
  ASSERT_FALSE(version);
  EXPECT_THAT(version.error().message, HasSubstr("alert"));
}

TEST_F(docker_client_tls, names_the_file_that_is_missing) {
  serve("server");
  tls_files files = ours();
  files.key = file("missing");
  const auto version = negotiate("localhost", files);
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::untrusted);
  EXPECT_THAT(version.error().message, HasSubstr(file("missing") + " cannot be used"));
  EXPECT_THAT(version.error().message, HasSubstr("No such file"));
  EXPECT_THAT(version.error().message, HasSubstr("DOCKER_CERT_PATH is the folder"));
}

TEST_F(docker_client_tls, does_not_take_a_plain_engine_for_a_secure_one) {
  engine_.emplace(fake_engine::on_tcp({{{"HTTP/1.1 400 Bad Request\r\n\r\n"}}}));
  const auto version = negotiate("localhost", ours());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::untrusted);
}

// The end of the input is a close_notify, after which the connection still stands.
TEST_F(docker_client_tls, ends_an_input_in_order) {
  engine_.emplace(fake_engine::on_tls(
      {file("server"), file("server-key"), file("ca")},
      {{{"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n"}, scripted_answer::ending::collect}}));
  const auto docker = create_docker_client(tls_endpoint{"localhost", engine_->port(), ours()});
  const auto input = run(io_, docker->attach_input("web")).value();
  EXPECT_TRUE(run(io_, input->write("hello")));
  const auto closed = run(io_, input->close_input());
  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_THAT(engine_->requests().back(), testing::EndsWith("hello<end>"));
}

// Without a close_notify an end is a cut.
TEST_F(docker_client_tls, tells_an_ended_input_from_a_dropped_one) {
  engine_.emplace(fake_engine::on_tls(
      {file("server"), file("server-key"), file("ca")},
      {{{"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n"}, scripted_answer::ending::collect}}));
  const auto docker = create_docker_client(tls_endpoint{"localhost", engine_->port(), ours()});
  auto input = run(io_, docker->attach_input("web")).value();
  EXPECT_TRUE(run(io_, input->write("hello")));
  input.reset();
  EXPECT_THAT(engine_->requests().back(), testing::EndsWith("hello<cut>"));
}

// TLS sends tickets of its own before the answer, which must not pass for it.
TEST_F(docker_client_tls, waits_for_an_end) {
  engine_.emplace(fake_engine::on_tls({file("server"), file("server-key"), file("ca")},
                                      {stream_answer({"{\"StatusCode\":3}", ""})}));
  const auto docker = create_docker_client(tls_endpoint{"localhost", engine_->port(), ours()});
  const auto wait = run(io_, docker->wait("web", wait_condition::next_exit));
  ASSERT_TRUE(wait) << wait.error().message;
  EXPECT_EQ(run(io_, (*wait)->finish()).value().code, 3);
}

}  // namespace
}  // namespace gantry::engine
