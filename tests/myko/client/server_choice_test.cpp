#include "myko/client/server_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "myko/error.hpp"

namespace gantry::myko {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::ElementsAre;
using verdict = server_choice::verdict;

const failure refused{errc::unreachable, "no connection"};

server_address at_port(std::uint16_t port, std::string host = "core") {
  return {.host = std::move(host), .port = port};
}
server_address without_port(std::string host = "core") {
  return {.host = std::move(host), .port = 80, .second_port = 5155};
}

// Waits of 100, 200, 400, 800 and 1,000 ms.
class ServerChoice : public testing::Test {
 protected:
  void of(std::vector<server_address> servers) {
    choice_.emplace(std::move(servers), backoff_config{}, 5s, [] { return std::uint64_t{0}; });
  }
  // Waits as it says; "HOST:PORT" of what is tried then.
  std::string next() {
    const server_choice::attempt out = choice_->next(now_);
    waited_ = out.wait;
    now_ += out.wait;
    EXPECT_EQ(out.server.second_port, std::nullopt) << "an address is one place";
    return out.server.host + ":" + std::to_string(out.server.port);
  }
  std::vector<std::string> refusals(int count) {
    std::vector<std::string> out;
    for (; count > 0; --count) {
      out.push_back(next());
      (void)choice_->no_connection(refused);
    }
    return out;
  }
  verdict serves(milliseconds lasted) {
    now_ += lasted;
    return choice_->ended(false, lasted, now_);
  }
  verdict refuses_events() {
    now_ += 10ms;
    return choice_->ended(true, 10ms, now_);
  }
  // Until it is doubted.
  void doubt() {
    for (int times = 1; times < server_choice::refusals_max; ++times) {
      EXPECT_EQ(refuses_events(), verdict::fine);
      (void)next();
    }
    EXPECT_EQ(refuses_events(), verdict::now_doubted);
  }

  server_choice::time_point now_{1h};
  milliseconds waited_{0};
  std::optional<server_choice> choice_;
};

// ---- The list -----------------------------------------------------------------------------------

TEST_F(ServerChoice, GoesThroughTheListOverAndOver) {
  of({at_port(1, "a"), at_port(2, "b")});
  EXPECT_THAT(refusals(5), ElementsAre("a:1", "b:2", "a:1", "b:2", "a:1"));
}

TEST_F(ServerChoice, WaitsBetweenRoundsOnly) {
  of({at_port(1, "a"), at_port(2, "b")});
  std::vector<std::int64_t> waits;
  for (int times = 0; times < 7; ++times) {
    (void)next();
    (void)choice_->no_connection(refused);
    waits.push_back(waited_.count());
  }
  EXPECT_THAT(waits, ElementsAre(0, 0, 100, 0, 200, 0, 400));
}

TEST_F(ServerChoice, TriesTheNextOfTheListWhenAConnectionEnds) {
  of({at_port(1, "a"), at_port(2, "b")});
  EXPECT_EQ(next(), "a:1");
  EXPECT_EQ(serves(1h), verdict::fine);
  EXPECT_EQ(next(), "b:2");
  EXPECT_EQ(waited_, 0ms);
}

TEST_F(ServerChoice, ForgetsFailuresAfterAStableConnection) {
  of({at_port(1)});
  (void)refusals(5);
  (void)next();
  (void)serves(1s);
  (void)next();
  EXPECT_EQ(waited_, 1s) << "not so stable";
  (void)serves(10s);
  (void)next();
  EXPECT_EQ(waited_, 100ms);
}

// ---- No port is named ---------------------------------------------------------------------------

TEST_F(ServerChoice, TriesTheSecondPortAtOnceWhereTheFirstRefuses) {
  of({without_port(), at_port(1, "b")});
  for (const failure& why : {refused, failure{errc::upgrade_refused, "HTTP 404"},
                             failure{make_error_code(boost::system::errc::timed_out), "late"}}) {
    EXPECT_EQ(next(), "core:80");
    EXPECT_EQ(choice_->no_connection(why), 5155);
    EXPECT_EQ(next(), "core:5155");
    EXPECT_EQ(waited_, 0ms);
    EXPECT_EQ(choice_->no_connection(refused), std::nullopt);
    EXPECT_EQ(next(), "b:1");
    EXPECT_EQ(choice_->no_connection(refused), std::nullopt);
  }
}

TEST_F(ServerChoice, TriesNoOtherPortWhereNoneCanAnswer) {
  of({without_port()});
  EXPECT_EQ(next(), "core:80");
  EXPECT_EQ(choice_->no_connection({errc::name_unknown, "no such name"}), std::nullopt);
  EXPECT_EQ(next(), "core:80");
}

TEST_F(ServerChoice, LeavesTheSecondPortAloneWhereTheFirstAnswers) {
  of({without_port(), at_port(1, "b")});
  EXPECT_EQ(next(), "core:80");
  (void)serves(1min);
  EXPECT_EQ(next(), "b:1");
}

TEST_F(ServerChoice, KeepsThePortThatAnsweredUntilItRefuses) {
  of({without_port()});
  EXPECT_THAT(refusals(1), ElementsAre("core:80"));
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(next(), "core:5155");
    (void)serves(1min);
  }
  EXPECT_EQ(next(), "core:5155");
  EXPECT_EQ(choice_->no_connection(refused), 80) << "perhaps it has a proxy now";
  EXPECT_THAT(refusals(3), ElementsAre("core:80", "core:80", "core:5155"));
}

// ---- Servers that take no events ----------------------------------------------------------------

TEST_F(ServerChoice, DoubtsAServerThatRefusesEventsFiveTimesInARow) {
  of({at_port(1)});
  (void)next();
  doubt();
  EXPECT_TRUE(choice_->is_doubted());
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(next(), "core:1");
    EXPECT_EQ(waited_, 5s);
    EXPECT_EQ(refuses_events(), verdict::still_doubted) << "this was said";
  }
}

TEST_F(ServerChoice, CountsThoseInARowOnly) {
  of({at_port(1)});
  (void)next();
  for (int times = 0; times < 4; ++times) {
    EXPECT_EQ(refuses_events(), verdict::fine);
    (void)next();
  }
  EXPECT_EQ(serves(2s), verdict::fine);
  (void)next();
  for (int times = 0; times < 4; ++times) {
    EXPECT_EQ(refuses_events(), verdict::fine);
    (void)next();
  }
  EXPECT_FALSE(choice_->is_doubted());
}

TEST_F(ServerChoice, TriesTheNextCoreInPlaceOfADoubtedOne) {
  of({at_port(1, "gateway"), at_port(2, "b")});
  for (int times = 0; times < server_choice::refusals_max; ++times) {
    EXPECT_EQ(next(), "gateway:1");
    (void)refuses_events();
    EXPECT_EQ(next(), "b:2");
    (void)choice_->no_connection(refused);
  }
  const auto doubted_since = now_;
  while (now_ + 1s < doubted_since + 5s) {
    EXPECT_EQ(next(), "b:2");
    (void)choice_->no_connection(refused);
    EXPECT_LE(waited_, 1s);
  }
  std::string tried;
  while (tried != "gateway:1") {
    tried = next();
    (void)choice_->no_connection(refused);
  }
  EXPECT_GE(now_, doubted_since + 5s - 10ms);
  EXPECT_LE(now_, doubted_since + 6s);
}

TEST_F(ServerChoice, TriesTheOtherPortOfADoubtedOne) {
  of({without_port()});
  (void)next();
  doubt();
  EXPECT_EQ(next(), "core:5155");
  EXPECT_FALSE(choice_->is_doubted());
  (void)serves(1min);
  EXPECT_EQ(next(), "core:5155");
}

TEST_F(ServerChoice, TrustsAServerThatTakesEventsAfterAll) {
  of({at_port(1)});
  (void)next();
  doubt();
  (void)next();
  choice_->takes_events();
  EXPECT_FALSE(choice_->is_doubted());
  EXPECT_EQ(serves(1min), verdict::fine);
  EXPECT_EQ(next(), "core:1");
  EXPECT_LE(waited_, 1s);
}

}  // namespace
}  // namespace gantry::myko
