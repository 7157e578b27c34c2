// What an operator does with a container, against a real engine: see real_engine.hpp.
#include <gmock/gmock.h>

#include "executor/engine/error.hpp"
#include "executor/engine/events.hpp"
#include "executor/engine/log_decoder.hpp"
#include "myko/net/deadline.hpp"
#include "real_engine.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class docker_operator_engine : public real_engine {
 protected:
  static bool on_podman() { return test::engine_for_tests().podman; }

  // A container of this spec that runs `script`; it is removed in the end.
  std::string create_by_api(container_spec spec, const std::string& script) {
    spec.name = "eng-" + std::to_string(getpid()) + "-api" + std::to_string(made_.size());
    made_.push_back(spec.name);
    spec.image = image;
    spec.command = {"sh", "-c", script};
    spec.network_mode = "none";
    const auto made = run(io_, client_->create(spec));
    if (!made) throw std::runtime_error(made.error().message);
    EXPECT_EQ(made->id.size(), 64u);
    return spec.name;
  }

  std::int64_t run_to_end(const std::string& name) {
    const auto wait = run(io_, client_->wait(name, wait_condition::next_exit)).value();
    start(name);
    return run(io_, wait->finish()).value().code;
  }

  std::string output(const std::string& name) {
    const auto log = run(io_, client_->logs({name, {}, false})).value();
    log_decoder decoder(false);
    std::vector<log_line> lines;
    while (true) {
      const auto bytes = run(io_, log->read()).value();
      if (bytes.empty()) break;
      EXPECT_TRUE(decoder.feed(bytes, lines));
    }
    decoder.ended(lines);
    decoder.finish(lines);
    std::string out;
    for (const log_line& each : lines) out += each.text + "\n";
    return out;
  }

  result<std::int64_t> exec(const std::string& name, std::vector<std::string> command,
                            exec_output& output) {
    exec_spec spec;
    spec.command = std::move(command);
    auto program = run(io_, client_->exec(name, spec));
    if (!program) return program.error();
    auto code = run(io_, (*program)->finish());
    output = (*program)->output();
    return code;
  }
};

const std::string idle = "while :; do sleep 0.05; done";

TEST_F(docker_operator_engine, tells_of_itself) {
  const auto info = run(io_, client_->info());
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_FALSE(info->version.empty());
  EXPECT_EQ(info->os, "linux");
  EXPECT_FALSE(info->architecture.empty());
  EXPECT_GT(info->images, 0);
  EXPECT_GT(info->memory_bytes, 0);
  EXPECT_THAT(info->cgroup_version, AnyOf("", "1", "2"));
}

TEST_F(docker_operator_engine, pauses_and_kills) {
  const std::string name = create(idle);
  const auto state = [&] { return run(io_, client_->inspect(name)).value().summary.state; };
  EXPECT_EQ(run(io_, client_->kill(name, "SIGKILL")).value(), change::already);
  EXPECT_EQ(run(io_, client_->kill(name, "SIGHUP")).error().code, errc::conflict);
  EXPECT_EQ(run(io_, client_->pause(name)).error().code, errc::conflict);
  EXPECT_EQ(run(io_, client_->unpause(name)).value(), change::already);
  start(name);
  EXPECT_EQ(run(io_, client_->unpause(name)).value(), change::already);
  EXPECT_EQ(run(io_, client_->pause(name)).value(), change::made);
  EXPECT_EQ(run(io_, client_->pause(name)).value(), change::already);
  EXPECT_EQ(state(), container_state::paused);
  EXPECT_EQ(run(io_, client_->unpause(name)).value(), change::made);
  EXPECT_EQ(state(), container_state::running);
  const auto unknown = run(io_, client_->kill(name, "SIGWHAT"));
  EXPECT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("SIGWHAT"));
  const auto wait = run(io_, client_->wait(name, wait_condition::not_running)).value();
  EXPECT_EQ(run(io_, client_->kill(name, "KILL")).value(), change::made);
  EXPECT_EQ(run(io_, wait->finish()).value().code, 137);
  EXPECT_EQ(run(io_, client_->kill("eng-absent", "KILL")).error().code, errc::not_found);
}

TEST_F(docker_operator_engine, removes) {
  const std::string name = create(idle);
  start(name);
  EXPECT_EQ(run(io_, client_->remove(name, {})).error().code, errc::conflict);
  const auto wait = run(io_, client_->wait(name, wait_condition::removed)).value();
  EXPECT_EQ(run(io_, client_->remove(name, {true, true})).value(), change::made);
  // Podman before 5 knows no code of what is not there any more.
  const auto code = run(io_, wait->finish()).value().code;
  EXPECT_TRUE(code == 137 || (on_podman() && code == 0)) << code;
  EXPECT_EQ(run(io_, client_->remove(name, {})).error().code, errc::not_found);
}

TEST_F(docker_operator_engine, creates_what_was_described) {
  container_spec spec;
  spec.environment = {{"GREETING", "hello"}};
  spec.labels = {{"color", "red"}};
  spec.working_dir = "/tmp";
  spec.stop_signal = "SIGINT";
  spec.log = log_config{};
  const std::string name = create_by_api(spec, "echo $GREETING; pwd; exit 3");
  EXPECT_EQ(run_to_end(name), 3);
  EXPECT_EQ(output(name), "hello\n/tmp\n");
  const auto details = run(io_, client_->inspect(name)).value();
  EXPECT_EQ(details.summary.labels.at("color"), "red");
  EXPECT_EQ(details.stop_signal, on_podman() ? "2" : "SIGINT");
  EXPECT_EQ(details.log_driver, "json-file");
  EXPECT_FALSE(details.auto_remove);
  EXPECT_EQ(details.pid, 0);
  EXPECT_FALSE(details.health);
}

TEST_F(docker_operator_engine, keeps_a_container_in_its_bounds) {
  container_spec spec;
  spec.user = "1000:1000";
  spec.cap_drop = {"ALL"};
  spec.security_opt = {"no-new-privileges"};
  spec.read_only_root = true;
  spec.pids_limit = 16;
  spec.memory_bytes = 32 << 20;
  spec.cpus = 0.5;
  spec.tmpfs = {{"/tmp", "rw,size=1m"}};
  spec.mounts = {{container_mount::kind::bind, testing::TempDir(), "/mnt", true}};
  const std::string name = create_by_api(
      spec,
      "id -u; touch /x 2>/dev/null || echo root; touch /mnt/x 2>/dev/null || echo mount; "
      "touch /tmp/x && echo tmp; grep CapEff /proc/self/status");
  EXPECT_EQ(run_to_end(name), 0);
  EXPECT_EQ(output(name), "1000\nroot\nmount\ntmp\nCapEff:\t0000000000000000\n");
  const auto out = run(io_, client_->inspect_hardening(name)).value();
  EXPECT_EQ(out.user, "1000:1000");
  // Podman lists what it would have given.
  EXPECT_THAT(out.cap_drop, testing::Contains(on_podman() ? "SETUID" : "ALL"));
  EXPECT_THAT(out.security_opt, ElementsAre("no-new-privileges"));
  EXPECT_TRUE(out.read_only_root);
  EXPECT_EQ(out.pids_limit, 16);
  EXPECT_EQ(out.memory_bytes, 32 << 20);
  EXPECT_EQ(out.nano_cpus, 500'000'000);
  EXPECT_EQ(out.network_mode, "none");
  EXPECT_EQ(out.tmpfs.count("/tmp"), 1u);
  EXPECT_FALSE(out.privileged);
}

TEST_F(docker_operator_engine, refuses_to_create_what_cannot_be) {
  container_spec spec;
  spec.name = create("true");
  spec.image = image;
  const auto taken = run(io_, client_->create(spec));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, errc::conflict);
  EXPECT_THAT(taken.error().message, HasSubstr("in use"));
  spec.name = "eng-never";
  spec.image = "eng-no-such-image";
  const auto absent = run(io_, client_->create(spec));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, errc::not_found);
  EXPECT_THAT(absent.error().message, HasSubstr("eng-no-such-image"));
}

// Armed before the start, even the quickest end is not missed.
TEST_F(docker_operator_engine, misses_no_end) {
  const std::string name = create("exit 9");
  const auto wait = run(io_, client_->wait(name, wait_condition::next_exit)).value();
  EXPECT_TRUE(wait->armed());
  start(name);
  EXPECT_EQ(run(io_, wait->finish()).value().code, 9);
  const auto again = run(io_, client_->wait(name, wait_condition::not_running)).value();
  EXPECT_EQ(run(io_, again->finish()).value().code, 9);
  EXPECT_EQ(run(io_, client_->wait("eng-absent", wait_condition::not_running)).error().code,
            errc::not_found);
}

TEST_F(docker_operator_engine, writes_to_a_container_and_ends_its_input) {
  container_spec spec;
  spec.open_stdin = true;
  spec.stdin_once = true;
  const std::string name = create_by_api(spec, "wc -c; echo done");
  EXPECT_TRUE(run(io_, client_->inspect(name)).value().open_stdin);
  const auto input = run(io_, client_->attach_input(name)).value();
  const auto wait = run(io_, client_->wait(name, wait_condition::next_exit)).value();
  start(name);
  const std::string piece(1 << 20, 'x');
  for (int each = 0; each < 3; ++each) ASSERT_TRUE(run(io_, input->write(piece)));
  ASSERT_TRUE(run(io_, input->close_input()));
  EXPECT_EQ(run(io_, wait->finish()).value().code, 0);
  EXPECT_EQ(output(name), std::to_string(3 << 20) + "\ndone\n");
}

TEST_F(docker_operator_engine, writes_to_a_container_that_runs) {
  GANTRY_SKIP_ON_PODMAN("the first writer who leaves ends the input: see docs/ENGINES.md");
  container_spec spec;
  spec.open_stdin = true;
  const std::string name = create_by_api(spec, "while read line; do echo got $line; done");
  start(name);
  {
    const auto input = run(io_, client_->attach_input(name)).value();
    ASSERT_TRUE(run(io_, input->write("one\n")));
  }
  const auto input = run(io_, client_->attach_input(name)).value();
  ASSERT_TRUE(run(io_, input->write("two\n")));
  const auto log = run(io_, client_->logs({name, {}, true})).value();
  std::string bytes;
  while (bytes.find("got two") == std::string::npos) bytes += run(io_, log->read()).value();
  EXPECT_THAT(bytes, HasSubstr("got one"));
}

// What it does not read waits outside, and its end is noticed.
TEST_F(docker_operator_engine, holds_back_input_that_is_not_read) {
  container_spec spec;
  spec.open_stdin = true;
  const std::string name = create_by_api(spec, idle);
  const std::string much(4 << 20, 'x');
  auto input = run(io_, client_->attach_input(name)).value();
  start(name);
  auto writing = net::with_deadline(500ms, "the write", input->write(much));
  const auto written = run(io_, std::move(writing));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, boost::system::errc::timed_out);
  input = run(io_, client_->attach_input(name)).value();
  EXPECT_TRUE(run(io_, client_->stop(name, 0s)));
  const auto write_twice = [&]() -> awaitable<result<void>> {
    auto first = co_await input->write(much);
    if (!first) co_return first;
    co_return co_await input->write(much);
  };
  const auto late = run(io_, write_twice());
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::disconnected);
}

TEST_F(docker_operator_engine, runs_programs_inside) {
  const std::string name = create(idle);
  exec_output output;
  EXPECT_EQ(exec(name, {"true"}, output).error().code, errc::conflict);  // it does not run yet
  start(name);
  EXPECT_EQ(exec(name, {"sh", "-c", "echo out; echo err >&2; exit 5"}, output).value(), 5);
  EXPECT_EQ(output.out, "out\n");
  EXPECT_EQ(output.err, "err\n");
  EXPECT_EQ(exec(name, {"true"}, output).value(), 0);
  EXPECT_EQ(output.out, "");
  // 126 of Docker before 28, 127 of the others.
  EXPECT_THAT(exec(name, {"/no/such"}, output).value(), AnyOf(126, 127));
  EXPECT_THAT(output.out + output.err, HasSubstr("/no/such"));
  EXPECT_EQ(exec(name, {"seq", "1", "100000"}, output).value(), 0);
  EXPECT_EQ(output.out.size(), exec_output_bytes_default);
  EXPECT_EQ(output.out_dropped, 588'895 - exec_output_bytes_default);

  exec_spec spec;
  spec.command = {"sh", "-c", "id -u; echo $A; pwd"};
  spec.user = "7";
  spec.environment = {{"A", "b"}};
  spec.working_dir = "/tmp";
  const auto program = run(io_, client_->exec(name, spec)).value();
  EXPECT_EQ(run(io_, program->finish()).value(), 0);
  EXPECT_EQ(program->output().out, "7\nb\n/tmp\n");
}

TEST_F(docker_operator_engine, waits_for_a_program_that_closes_its_output) {
  const std::string name = create(idle);
  start(name);
  exec_output output;
  const auto code =
      exec(name, {"sh", "-c", "echo a; exec >&- 2>&-; /bin/sleep 0.5; exit 6"}, output);
  ASSERT_TRUE(code) << code.error().message;
  EXPECT_EQ(*code, 6);
  EXPECT_EQ(output.out, "a\n");
}

TEST_F(docker_operator_engine, gives_up_a_program_that_goes_on) {
  const std::string name = create(idle);
  start(name);
  exec_spec spec;
  spec.command = {"sh", "-c", "echo begun; sleep 60"};
  const auto program = run(io_, client_->exec(name, spec)).value();
  auto finishing = net::with_deadline(1s, "the program", program->finish());
  EXPECT_EQ(run(io_, std::move(finishing)).error().code, boost::system::errc::timed_out);
  EXPECT_EQ(program->output().out, "begun\n");
  exec_output output;
  EXPECT_EQ(exec(name, {"sh", "-c", "ps | grep -q \"[s]leep 60\""}, output).value(),
            0);  // as was said
}

TEST_F(docker_operator_engine, looks_for_images) {
  const auto found = run(io_, client_->inspect_image(image)).value();
  ASSERT_TRUE(found);
  EXPECT_THAT(found->id, StartsWith("sha256:"));
  EXPECT_FALSE(found->architecture.empty());
  EXPECT_FALSE(run(io_, client_->inspect_image("eng-no-such-image:1")).value());
}

// There is no registry, which is said with the status here and in the stream elsewhere.
TEST_F(docker_operator_engine, tells_why_an_image_is_not_pulled) {
  auto pull = run(io_, client_->pull({"127.0.0.1:1/no/such:1", ""}));
  failure why;
  while (pull) {
    const auto next = run(io_, (*pull)->next());
    if (next) {
      ASSERT_TRUE(*next) << "it was pulled";
    } else {
      why = next.error();
      break;
    }
  }
  if (!pull) why = pull.error();
  EXPECT_EQ(why.code, errc::engine_error);
  EXPECT_THAT(why.message, StartsWith("pull 127.0.0.1:1/no/such:1: "));
  EXPECT_THAT(why.message, HasSubstr("connection refused"));
}

TEST_F(docker_operator_engine, measures) {
  container_spec spec;
  spec.memory_bytes = 64 << 20;
  const std::string name = create_by_api(spec, "echo begun; while :; do :; done");
  EXPECT_FALSE(run(io_, client_->stats(name)).value());
  start(name);
  const auto log = run(io_, client_->logs({name, {}, true})).value();
  EXPECT_FALSE(run(io_, log->read()).value().empty());
  const auto before = run(io_, client_->stats(name)).value();
  ASSERT_TRUE(before);
  auto now = before;
  while (now->cpu_nanos < before->cpu_nanos + 50'000'000) {
    now = run(io_, client_->stats(name)).value();
    ASSERT_TRUE(now);
  }
  EXPECT_GT(now->time, before->time);
  EXPECT_GT(cpus_used(*before, *now).value(), 0.05);
  EXPECT_GT(now->memory_used_bytes, 0u);
  EXPECT_EQ(now->memory_limit_bytes, 64u << 20);
  EXPECT_EQ(now->pids, 1u);
  EXPECT_TRUE(run(io_, client_->stop(name, 0s)));
  EXPECT_FALSE(run(io_, client_->stats(name)).value());
}

TEST_F(docker_operator_engine, tells_of_health) {
  GANTRY_SKIP_ON_PODMAN("systemd's timers start its health checks: see docs/ENGINES.md");
  auto stream = run(io_, client_->events({})).value();
  const std::string name =
      create(idle, "--health-cmd \"echo ill; exit 1\" --health-interval 100ms --health-retries 1");
  start(name);
  std::optional<health_status> told;
  while (!told) {
    const auto next = run(io_, stream->next());
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_FALSE(is_exec_event(**next));
    told = health_told(**next);
  }
  EXPECT_EQ(told, health_status::unhealthy);
  const auto details = run(io_, client_->inspect(name)).value();
  ASSERT_TRUE(details.health);
  EXPECT_EQ(details.health->status, health_status::unhealthy);
  EXPECT_GE(details.health->failing_streak, 1);
  EXPECT_EQ(details.health->last_exit_code, 1);
  EXPECT_EQ(details.health->last_output, "ill\n");
  EXPECT_GT(details.pid, 0);
}

}  // namespace
}  // namespace gantry::engine
