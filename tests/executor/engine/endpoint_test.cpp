#include "executor/engine/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

engine_environment host(std::string docker_host) {
  engine_environment out;
  out.docker_host = std::move(docker_host);
  return out;
}

engine_environment with_tls(std::string docker_host, std::string cert_path) {
  engine_environment out = host(std::move(docker_host));
  out.docker_tls_verify = "1";
  out.docker_cert_path = std::move(cert_path);
  return out;
}

TEST(endpoint, is_a_socket) {
  EXPECT_EQ(parse_endpoint(host("unix:///run/docker.sock")).value(),
            endpoint(unix_endpoint{"/run/docker.sock"}));
  // A local socket has no use for TLS, whatever else is set.
  EXPECT_EQ(parse_endpoint(with_tls("unix:///run/docker.sock", "/c")).value(),
            endpoint(unix_endpoint{"/run/docker.sock"}));
}

TEST(endpoint, is_a_host_and_port) {
  EXPECT_EQ(parse_endpoint(host("tcp://10.0.0.5")).value(),
            endpoint(tcp_endpoint{"10.0.0.5", 2375}));
  EXPECT_EQ(parse_endpoint(host("tcp://box_1.local:4000")).value(),
            endpoint(tcp_endpoint{"box_1.local", 4000}));
  EXPECT_EQ(parse_endpoint(host("http://box/")).value(), endpoint(tcp_endpoint{"box", 2375}));
  EXPECT_EQ(parse_endpoint(host("tcp://[fd00::5]")).value(),
            endpoint(tcp_endpoint{"fd00::5", 2375}));
  EXPECT_EQ(parse_endpoint(host("tcp://[fe80::1%eth0]:99")).value(),
            endpoint(tcp_endpoint{"fe80::1%eth0", 99}));
}

TEST(endpoint, is_secured_when_asked_for) {
  EXPECT_EQ(parse_endpoint(host("https://box")).value(),
            endpoint(tls_endpoint{"box", 2376, std::nullopt}));
  EXPECT_EQ(parse_endpoint(with_tls("tcp://box", "/certs")).value(),
            endpoint(tls_endpoint{
                "box", 2376, tls_files{"/certs/ca.pem", "/certs/cert.pem", "/certs/key.pem"}}));
  EXPECT_EQ(parse_endpoint(with_tls("tcp://[::1]:1", "")).value(),
            endpoint(tls_endpoint{"::1", 1, std::nullopt}));
}

TEST(endpoint, needs_docker_tls_verify_and_not_only_certificates) {
  engine_environment values = host("tcp://box");
  values.docker_cert_path = "/certs";
  EXPECT_EQ(parse_endpoint(values).value(), endpoint(tcp_endpoint{"box", 2375}));
}

TEST(endpoint, prints_as_it_is_written) {
  for (const char* text : {"unix:///run/docker.sock", "tcp://10.0.0.5:2375", "https://box:2376",
                           "tcp://[fd00::5]:2375"}) {
    EXPECT_EQ(to_string(parse_endpoint(host(text)).value()), text);
  }
}

TEST(endpoint, is_refused_with_words_that_help) {
  const struct {
    const char* docker_host;
    const char* part_of_message;
  } cases[] = {
      {"/var/run/docker.sock", "must begin with unix://"},
      {"unix://docker.sock", "absolute path"},
      {"npipe:////./pipe/docker_engine", "npipe:// is not supported"},
      {"fd://", "fd:// is not supported"},
      {"tcp://", "needs a host"},
      {"tcp://:2375", "needs a host"},
      {"tcp://box:", "needs a host"},
      {"tcp://[::1", "needs a host"},
      {"tcp://[::1]x", "needs a host"},
      {"tcp://box/path", "needs a host"},
      {"tcp://box:0", "from 1 to 65535"},
      {"tcp://box:65536", "from 1 to 65535"},
      {"tcp://box:2375x", "from 1 to 65535"},
  };
  for (const auto& [docker_host, part] : cases) {
    const auto out = parse_endpoint(host(docker_host));
    ASSERT_FALSE(out) << docker_host;
    EXPECT_EQ(out.error().code, errc::bad_address);
    EXPECT_THAT(out.error().message, HasSubstr(part));
    EXPECT_THAT(out.error().message,
                HasSubstr("\"" + std::string(docker_host) + "\" is no address of an engine: "));
  }
}

TEST(endpoint, is_refused_without_a_word_of_what_may_be_secret) {
  const struct {
    const char* docker_host;
    const char* message;
  } cases[] = {
      {"ssh://me:s3cret@box", "\"...@box\" is no address of an engine: ssh:// is not supported"},
      {"tcp://me:s3cret@box", "\"...@box\" is no address of an engine: its port is not"},
      {"tcp://box/?token=s3cret", "\"tcp://box/?...\" is no address of an engine: it needs a host"},
      {"me:s3cret@x://box",
       "\"...@x://box\" is no address of an engine: ...@x:// is not supported"},
      {"unix:///run/x\x1b[31m.sock",
       "\"unix:///run/x?[31m.sock\" is no address of an engine: the path of a socket holds"},
      {"tcp://box\r\nX: y\x1b[31m",
       "\"tcp://box??X: y?[31m\" is no address of an engine: it needs"},
  };
  for (const auto& [docker_host, message] : cases) {
    const auto out = parse_endpoint(host(docker_host));
    ASSERT_FALSE(out) << docker_host;
    EXPECT_EQ(out.error().code, errc::bad_address);
    EXPECT_THAT(out.error().message, testing::StartsWith(message));
  }
}

TEST(endpoint, refuses_a_path_that_no_socket_can_have) {
  EXPECT_TRUE(parse_endpoint(host("unix:///" + std::string(106, 'a'))));
  EXPECT_FALSE(parse_endpoint(host("unix:///" + std::string(107, 'a'))));
}

TEST(endpoint, refuses_plain_http_where_tls_is_asked_for) {
  const auto out = parse_endpoint(with_tls("http://box", "/certs"));
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().message, HasSubstr("contradicts DOCKER_TLS_VERIFY"));
}

TEST(endpoint, has_usual_places) {
  EXPECT_THAT(usual_sockets(""), ElementsAre(usual_socket{"/var/run/docker.sock", "Docker"},
                                             usual_socket{"/run/podman/podman.sock", "Podman"}));
  EXPECT_THAT(usual_sockets("/run/user/7"),
              ElementsAre(usual_socket{"/var/run/docker.sock", "Docker"},
                          usual_socket{"/run/user/7/docker.sock", "Docker"},
                          usual_socket{"/run/podman/podman.sock", "Podman"},
                          usual_socket{"/run/user/7/podman/podman.sock", "Podman"}));
}

}  // namespace
}  // namespace gantry::engine
