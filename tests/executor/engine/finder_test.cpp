#include "executor/engine/finder.hpp"

#include <gmock/gmock.h>

#include "executor/engine/error.hpp"
#include "fake_engine.hpp"
#include "fake_podman.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

const scripted_answer pong = json_answer("200 OK", "OK", "Api-Version: 1.41\r\n");
const scripted_answer silence{{}, scripted_answer::ending::hang};

class found : public testing::Test {
 protected:
  finder make(finder_config config) {
    config.ping_max = 200ms;
    return {io_.get_executor(), std::move(config), [] { return 0.5; }, log_.sink()};
  }

  [[nodiscard]] podman_config podman() const {
    return {.program = podman_.program(), .socket = podman_.socket()};
  }

  static std::string path(const std::string& name) {
    return testing::TempDir() + "/" + name + std::to_string(getpid()) + ".sock";
  }

  boost::asio::io_context io_;
  log_lines log_;
  fake_podman podman_{"found"};
};

TEST_F(found, is_what_was_named_without_a_look) {
  finder finder = make({.named = tcp_endpoint{"box", 2375}, .sockets = {}, .podman = podman()});
  EXPECT_EQ(finder.where(), "tcp://box:2375");
  EXPECT_EQ(run_beside(io_, finder.find()).value(), endpoint(tcp_endpoint{"box", 2375}));
  EXPECT_EQ(finder.how(), "named by the configuration");
}

TEST_F(found, is_the_first_socket_that_answers_and_stays_so) {
  const std::string silent = path("silent");
  const std::string good = path("good");
  const auto first = fake_engine::on_unix(silent, {silence, pong});
  const auto second = fake_engine::on_unix(good, {pong});
  finder finder = make({.sockets = {{path("none"), "Docker"}, {silent, "Docker"}, {good, "Podman"}},
                        .podman = podman()});
  EXPECT_EQ(run_beside(io_, finder.find()).value(), endpoint(unix_endpoint{good}));
  EXPECT_EQ(run_beside(io_, finder.find()).value(), endpoint(unix_endpoint{good}));
  EXPECT_EQ(finder.how(), "Podman's usual socket");
  EXPECT_EQ(finder.where(), "unix://" + good);
  EXPECT_THAT(log_.last_with("passed over"), AllOf(HasSubstr("200 ms"), HasSubstr(silent)));
}

TEST_F(found, is_nothing_where_no_socket_answers_and_no_podman_is_started_beside_them) {
  const std::string silent = path("mute");
  const auto engine = fake_engine::on_unix(silent, {});
  finder finder =
      make({.sockets = {{silent, "Docker"}, {"/nowhere.sock", "Podman"}}, .podman = podman()});
  for (int n = 0; n < 2; ++n) {
    const auto out = run_beside(io_, finder.find());
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, errc::unreachable);
    EXPECT_THAT(out.error().message,
                AllOf(HasSubstr(silent), HasSubstr("no socket at /nowhere.sock"),
                      HasSubstr("DOCKER_HOST")));
  }
  EXPECT_EQ(log_.all.size(), 1U) << "the same trouble is one line";
}

TEST_F(found, is_a_podman_that_is_started_where_there_is_no_socket) {
  finder finder = make({.sockets = {{"/nowhere.sock", "Docker"}}, .podman = podman()});
  EXPECT_EQ(run_beside(io_, finder.find()).value(), endpoint(unix_endpoint{podman_.socket()}));
  EXPECT_EQ(run_beside(io_, finder.find()).value(), endpoint(unix_endpoint{podman_.socket()}));
  EXPECT_EQ(finder.how(), "Podman, started by gantry");
  finder.stop();
}

TEST_F(found, is_nothing_where_there_is_nothing_and_looked_for_again) {
  const std::string late = path("late");
  finder finder = make({.sockets = {{late, "Docker"}}});
  const auto out = run_beside(io_, finder.find());
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, errc::bad_address);
  const auto engine = fake_engine::on_unix(late, {pong});
  EXPECT_TRUE(run_beside(io_, finder.find()));
}

}  // namespace
}  // namespace gantry::engine
