#include "executor/engine/podman_service.hpp"

#include <gmock/gmock.h>

#include <csignal>

#include "executor/engine/endpoint.hpp"
#include "executor/engine/error.hpp"
#include "fake_podman.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class service_of_podman : public testing::Test {
 protected:
  podman_service make(const fake_podman& podman) {
    podman_config config{.program = podman.program(), .socket = podman.socket()};
    config.again = {.first = 10ms, .max = 20ms};
    return {io_.get_executor(), config, [] { return 0.5; }, log_.sink()};
  }

  // The process that has said "I am NUMBER" last.
  pid_t last_one() {
    EXPECT_TRUE(run_until(io_, [&] { return !log_.last_with("I am ").empty(); }));
    const std::string line = log_.last_with("I am ");
    return std::stoi(line.substr(line.find("I am ") + 5));
  }

  boost::asio::io_context io_;
  log_lines log_;
};

TEST_F(service_of_podman, is_started_once_and_answers) {
  const fake_podman podman("service");
  podman_service service = make(podman);
  EXPECT_TRUE(run_beside(io_, service.run()));
  EXPECT_TRUE(run_beside(io_, service.run()));
  EXPECT_GT(last_one(), 0);
  EXPECT_THAT(log_.last_with("I am "), HasSubstr("system service --time=0"));
  EXPECT_EQ(std::ranges::count_if(log_.all,
                                  [](const auto& line) { return line.find("I am ") != line.npos; }),
            1);
}

TEST_F(service_of_podman, is_started_again_when_it_dies) {
  const fake_podman podman("dies");
  podman_service service = make(podman);
  ASSERT_TRUE(run_beside(io_, service.run()));
  const pid_t first = last_one();
  kill(first, SIGKILL);
  EXPECT_TRUE(run_beside(io_, service.run()));
  EXPECT_TRUE(run_until(io_, [&] { return last_one() != first; }));
  EXPECT_THAT(log_.last_with("ended"), HasSubstr("137"));
}

TEST_F(service_of_podman, that_cannot_serve_is_told_with_its_own_words) {
  const fake_podman podman("fails", "#!/bin/sh\necho no such storage driver >&2\nexit 125\n");
  podman_service service = make(podman);
  const auto out = run_beside(io_, service.run());
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, errc::unreachable);
  EXPECT_THAT(out.error().message, HasSubstr("exit status 125): no such storage driver"));
}

TEST_F(service_of_podman, needs_a_path_that_a_socket_can_have) {
  podman_service service(
      io_.get_executor(),
      {.program = "/bin/true", .socket = "/" + std::string(socket_path_max, 'a')},
      [] { return 0.5; }, log_.sink());
  const auto out = run_beside(io_, service.run());
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().message, HasSubstr("shorter state_dir"));
}

}  // namespace
}  // namespace gantry::engine
