// The client and the decoder against a real engine, Docker's and Podman's. It makes containers
// named eng-* there, and removes them.
#include <gmock/gmock.h>
#include <unistd.h>

#include "executor/engine/error.hpp"
#include "executor/engine/log_decoder.hpp"
#include "log_bytes.hpp"
#include "real_engine.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

class docker_engine : public real_engine {
 protected:
  // Feeds one opening of the log to its orderly end.
  void feed_log(log_request request, log_decoder& decoder, std::vector<log_line>& out) {
    request.since = decoder.since();
    auto log = run(io_, client_->logs(request));
    if (!log) throw std::runtime_error(log.error().message);
    while (true) {
      const auto bytes = run(io_, (*log)->read());
      if (!bytes) throw std::runtime_error(bytes.error().message);
      if (bytes->empty()) break;
      EXPECT_TRUE(decoder.feed(*bytes, out));
    }
    decoder.ended(out);
  }

  static bool on_podman() { return test::engine_for_tests().podman; }

  void wait_for_end(const std::string& name) {
    while (run(io_, client_->inspect(name)).value().summary.state == container_state::running) {
      ::usleep(10'000);
    }
  }

  // After a followed log has ended: the engine may have kept back what it stored last.
  void finish_log(const std::string& name, log_decoder& decoder, std::vector<log_line>& out) {
    wait_for_end(name);
    decoder.reopened();
    feed_log({name, {}, false}, decoder, out);
    decoder.finish(out);
  }

  // All that the container prints until it stops.
  std::vector<log_line> read_log(const std::string& name, bool tty = false) {
    log_decoder decoder(tty);
    std::vector<log_line> out;
    feed_log({name, {}, true}, decoder, out);
    finish_log(name, decoder, out);
    return out;
  }

  static std::vector<std::string> texts(const std::vector<log_line>& lines) {
    std::vector<std::string> out;
    for (const log_line& each : lines) out.push_back(each.text);
    return out;
  }
};

// A program that runs until it is told to stop, and then stops at once.
const std::string until_stopped = R"(trap "exit 7" TERM; echo ready; while :; do sleep 0.1; done)";

TEST_F(docker_engine, says_who_it_is) {
  const auto version = run(io_, client_->negotiate()).value();
  EXPECT_THAT(version.product, testing::AnyOf("Docker", "Libpod"));
  EXPECT_FALSE(version.engine.empty());
}

TEST_F(docker_engine, lists_and_inspects) {
  const std::string name = create("exit 3", "--label color=red --tty --stop-signal SIGINT");
  const auto list = run(io_, client_->list());
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_THAT(*list, Contains(AllOf(Field(&container_summary::name, name),
                                    Field(&container_summary::state, container_state::created))));

  auto details = run(io_, client_->inspect(name));
  ASSERT_TRUE(details) << details.error().message;
  EXPECT_EQ(details->summary.name, name);
  EXPECT_EQ(details->summary.image,
            on_podman() ? "docker.io/library/" + std::string(image) + ":latest" : image);
  EXPECT_EQ(details->summary.labels.at("color"), "red");
  EXPECT_GT(details->summary.created, 1'700'000'000);
  EXPECT_TRUE(details->tty);
  EXPECT_EQ(details->stop_signal, on_podman() ? "2" : "SIGINT");
  EXPECT_FALSE(details->log_driver.empty());
  EXPECT_EQ(details->started_at, 0);

  start(name);
  read_log(name, true);  // until it has ended
  details = run(io_, client_->inspect(details->summary.id));
  EXPECT_EQ(details->summary.state, container_state::exited);
  EXPECT_EQ(details->exit_code, 3);
  EXPECT_GT(details->started_at, noon);
  EXPECT_GT(details->finished_at, noon);  // not always later: the engine takes them from two clocks
}

TEST_F(docker_engine, starts_stops_and_restarts) {
  const std::string name = create(until_stopped);
  const change stopped = run(io_, client_->stop(name, 1s)).value();
  // Podman stops what has never run, and says so.
  EXPECT_EQ(stopped, on_podman() ? change::made : change::already);
  start(name);
  EXPECT_EQ(run(io_, client_->start(name)).value(), change::already);
  EXPECT_EQ(run(io_, client_->inspect(name)).value().summary.state, container_state::running);
  EXPECT_EQ(run(io_, client_->restart(name, 5s)).value(), change::made);
  EXPECT_EQ(run(io_, client_->stop(name, 5s)).value(), change::made);
  EXPECT_EQ(run(io_, client_->stop(name, 5s)).value(), change::already);
  const auto details = run(io_, client_->inspect(name)).value();
  EXPECT_EQ(details.summary.state, container_state::exited);
  EXPECT_EQ(details.exit_code, 7);
  EXPECT_THAT(texts(read_log(name)), ElementsAre("ready", "ready"));  // of both runs
}

TEST_F(docker_engine, kills_what_does_not_stop) {
  const std::string name = create("trap : TERM; while :; do sleep 0.1; done");
  start(name);
  EXPECT_EQ(run(io_, client_->stop(name, 1s)).value(), change::made);
  EXPECT_EQ(run(io_, client_->inspect(name)).value().exit_code, 137);
}

TEST_F(docker_engine, refuses_in_its_own_words) {
  const auto absent = run(io_, client_->inspect("eng-absent"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, errc::not_found);
  EXPECT_THAT(absent.error().message, HasSubstr("o such container"));
  EXPECT_EQ(run(io_, client_->start("eng-absent")).error().code, errc::not_found);
  EXPECT_EQ(run(io_, client_->logs({"eng-absent", {}, true})).error().code, errc::not_found);

  const std::string name = create("true", "--entrypoint /no/such/program");
  const auto broken = run(io_, client_->start(name));
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("/no/such/program"));
}

TEST_F(docker_engine, tells_of_events) {
  auto stream = run(io_, client_->events({})).value();
  const std::string name = create("exit 5");
  start(name);
  std::vector<std::string> actions;
  timestamp died_at = 0;
  while (died_at == 0) {
    const auto next = run(io_, stream->next());
    ASSERT_TRUE(next) << next.error().message;
    if ((*next)->attributes.at("name") != name) continue;
    actions.push_back((*next)->action);
    if ((*next)->action != "die") continue;
    died_at = (*next)->time;
    EXPECT_EQ((*next)->attributes.at("exitCode"), "5");
  }
  EXPECT_THAT(actions, testing::IsSupersetOf({"create", "start", "die"}));

  // `since` is inclusive, to the nanosecond.
  stream = run(io_, client_->events(died_at)).value();
  auto again = run(io_, stream->next()).value();
  // Podman has others of about that time.
  while (again->action != "die") again = run(io_, stream->next()).value();
  EXPECT_EQ(again->time, died_at);
}

TEST_F(docker_engine, gives_both_streams_of_a_log) {
  const std::string name = create("echo out; sleep 0.1; echo err >&2; sleep 0.1; printf end");
  start(name);
  const auto lines = read_log(name);
  ASSERT_THAT(texts(lines), ElementsAre("out", "err", "end"));
  EXPECT_EQ(lines[0].stream, stream_kind::stdout_stream);
  EXPECT_EQ(lines[1].stream, stream_kind::stderr_stream);
  if (on_podman()) {  // it stamps whole seconds
    EXPECT_GE(lines[1].time, lines[0].time);
  } else {
    EXPECT_GT(lines[1].time, lines[0].time);
  }
}

TEST_F(docker_engine, loses_nothing_of_a_container_of_50_ms) {
  const std::string name = create("for n in 1 2 3 4 5; do echo $n; sleep 0.01; done");
  start(name);
  EXPECT_THAT(texts(read_log(name)), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(docker_engine, joins_a_line_of_100_kb) {
  const std::string name = create("head -c 100000 /dev/zero | tr \"\\\\0\" x; echo; echo next");
  start(name);
  EXPECT_TRUE(texts(read_log(name)) ==
              (std::vector<std::string>{std::string(100'000, 'x'), "next"}));
}

TEST_F(docker_engine, joins_a_line_of_100_kb_of_a_terminal) {
  const std::string name =
      create("head -c 100000 /dev/zero | tr \"\\\\0\" x; echo; echo next", "--tty");
  start(name);
  EXPECT_TRUE(texts(read_log(name, true)) ==
              (std::vector<std::string>{std::string(100'000, 'x'), "next"}));
}

TEST_F(docker_engine, gives_the_lines_of_a_terminal) {
  const std::string name = create("echo out; echo; echo err >&2; printf end", "--tty");
  start(name);
  const auto lines = read_log(name, true);
  EXPECT_THAT(texts(lines), ElementsAre("out", "", "err", "end"));
  EXPECT_EQ(lines[0].stream, stream_kind::tty);
}

TEST_F(docker_engine, gives_only_what_is_new_when_asked_to) {
  const std::string name = create(
      R"(echo old; trap "new=new" USR1; while :; do sleep 0.1; [ -z "$new" ] || echo $new; done)");
  start(name);
  auto old = run(io_, client_->logs({name, {}, true})).value();
  EXPECT_FALSE(run(io_, old->read()).value().empty());  // it is printed by now
  auto log = run(io_, client_->logs({name, {}, true, 0})).value();
  EXPECT_GT(log->opened_at(), noon);
  EXPECT_EQ(shell("kill --signal USR1 " + name).status, 0);
  log_decoder decoder(false);
  std::vector<log_line> lines;
  while (lines.empty()) {
    const auto bytes = run(io_, log->read()).value();
    ASSERT_FALSE(bytes.empty());
    EXPECT_TRUE(decoder.feed(bytes, lines));
  }
  EXPECT_THAT(texts(lines), testing::Each("new"));
}

TEST_F(docker_engine, gives_each_line_once_though_the_stream_is_cut_again_and_again) {
  const int count = 20'000;
  const std::string name =
      create("seq 1 " + std::to_string(count) + " & seq 1 " + std::to_string(count) + " >&2; wait");
  start(name);
  if (on_podman()) wait_for_end(name);
  log_decoder decoder(false);
  std::vector<log_line> lines;
  int openings = 0;
  for (bool at_end = false; !at_end; ++openings) {
    // Followed, it would end with its container on Podman, which has by now.
    const log_request request{name, decoder.since(), !on_podman()};
    const auto log = run(io_, client_->logs(request)).value();
    // Every opening but the last is dropped after some new lines, wherever that is.
    const std::size_t enough = lines.size() + 5000;
    while (!at_end && lines.size() < enough) {
      const auto bytes = run(io_, log->read()).value();
      at_end = bytes.empty();
      ASSERT_TRUE(decoder.feed(bytes, lines));
    }
    if (!at_end) decoder.reopened();
  }
  decoder.ended(lines);
  finish_log(name, decoder, lines);
  EXPECT_GT(openings, 2);
  EXPECT_EQ(decoder.count().frames_released, 0u);
  std::array<int, 2> last = {0, 0};
  for (const log_line& line : lines) {
    int& each = last[static_cast<std::size_t>(line.stream)];
    ASSERT_EQ(line.text, std::to_string(each + 1));
    ++each;
  }
  EXPECT_THAT(last, ElementsAre(count, count));
}

TEST_F(docker_engine, reads_a_million_bytes_without_following) {
  const std::string name = create("seq 1 150000");
  start(name);
  ASSERT_EQ(read_log(name).size(), 150'000u);
  const auto log = run(io_, client_->logs({name, {}, false})).value();
  std::size_t bytes = 0;
  while (true) {
    const auto piece = run(io_, log->read()).value();
    if (piece.empty()) break;
    bytes += piece.size();
  }
  EXPECT_GT(bytes, 1'000'000u);
}

}  // namespace
}  // namespace gantry::engine
