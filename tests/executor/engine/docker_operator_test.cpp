// What an operator does with a container, against a scripted engine.
#include <gmock/gmock.h>

#include "client_fixture.hpp"
#include "executor/engine/error.hpp"
#include "log_bytes.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using ending = scripted_answer::ending;

const scripted_answer no_content = {{"HTTP/1.1 204 No Content\r\n\r\n"}};

scripted_answer refusal(const std::string& status, const std::string& words) {
  return json_answer(status, "{\"message\":\"" + words + "\"}");
}

class docker_operator : public client_fixture {};

// --- acts

TEST_F(docker_operator, kills_pauses_and_removes) {
  client& docker = serve_negotiated({no_content, no_content, no_content, no_content});
  EXPECT_EQ(run(io_, docker.kill("web", "SIGHUP")).value(), change::made);
  EXPECT_EQ(run(io_, docker.pause("web")).value(), change::made);
  EXPECT_EQ(run(io_, docker.unpause("web")).value(), change::made);
  EXPECT_EQ(run(io_, docker.remove("web", {true, false})).value(), change::made);
  EXPECT_THAT(asked(), ElementsAre("GET /_ping HTTP/1.1",
                                   "POST /v1.41/containers/web/kill?signal=SIGHUP HTTP/1.1",
                                   "POST /v1.41/containers/web/pause HTTP/1.1",
                                   "POST /v1.41/containers/web/unpause HTTP/1.1",
                                   "DELETE /v1.41/containers/web?force=1&v=0 HTTP/1.1"));
}

TEST_F(docker_operator, knows_refusals_that_mean_that_it_is_so) {
  client& docker = serve_negotiated(
      {refusal("409 Conflict", "Container a1 is already paused"),
       refusal("500 Internal Server Error", "Container a1 is not paused"),
       refusal("409 Conflict", "Cannot kill container: a1: Container a1 is not running"),
       refusal("409 Conflict", "Cannot kill container: a1: Container a1 is not running"),
       refusal("409 Conflict", "Container a1 is not running")});
  EXPECT_EQ(run(io_, docker.pause("web")).value(), change::already);
  EXPECT_EQ(run(io_, docker.unpause("web")).value(), change::already);
  EXPECT_EQ(run(io_, docker.kill("web", "KILL")).value(), change::already);
  const auto hup = run(io_, docker.kill("web", "HUP"));
  ASSERT_FALSE(hup);
  EXPECT_EQ(hup.error().code, errc::conflict);
  EXPECT_EQ(hup.error().message,
            "kill web: Cannot kill container: a1: Container a1 is not running (HTTP 409)");
  EXPECT_EQ(run(io_, docker.pause("web")).error().code, errc::conflict);
}

// As Podman says it; docs/ENGINES.md.
TEST_F(docker_operator, knows_a_conflict_that_is_told_as_a_failure) {
  const std::string failure = "500 Internal Server Error";
  client& podman = serve_negotiated(
      {json_answer(failure,
                   R"({"cause":"that name is already in use","message":"the name \"a\" is )"
                   R"(taken: that name is already in use","response":500})"),
       json_answer(failure, R"({"cause":"container state improper","message":"can't pause: )"
                            R"(container state improper","response":500})")});
  container_spec spec;
  spec.name = "a";
  const auto taken = run(io_, podman.create(spec));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, errc::conflict);
  EXPECT_THAT(taken.error().message, EndsWith("that name is already in use (HTTP 500)"));
  EXPECT_EQ(run(io_, podman.pause("web")).error().code, errc::conflict);
}

TEST_F(docker_operator, creates) {
  client& docker =
      serve_negotiated({json_answer("201 Created", R"({"Id":"a1","Warnings":["no swap"]})"),
                        refusal("404 Not Found", "No such image: busybox:latest"),
                        refusal("409 Conflict", "the name is in use")});
  container_spec spec;
  spec.name = "job";
  spec.image = "busybox";
  const auto made = run(io_, docker.create(spec));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->id, "a1");
  EXPECT_THAT(made->warnings, ElementsAre("no swap"));
  const auto no_image = run(io_, docker.create(spec));
  EXPECT_EQ(no_image.error().code, errc::not_found);
  EXPECT_EQ(no_image.error().message, "create job: No such image: busybox:latest (HTTP 404)");
  EXPECT_EQ(run(io_, docker.create(spec)).error().code, errc::conflict);
  const std::string request = engine_->requests()[1];
  EXPECT_THAT(request, StartsWith("POST /v1.41/containers/create?name=job HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(request, EndsWith("\"Image\":\"busybox\"}"));
}

TEST_F(docker_operator, reads_what_the_engine_tells_of_itself_and_of_containers) {
  client& docker = serve_negotiated(
      {json_answer("200 OK", R"({"ServerVersion":"20.10","ContainersRunning":3})"),
       json_answer("200 OK", R"({"HostConfig":{"CapDrop":["ALL"]}})"),
       json_answer("200 OK", R"({"pids_stats":{"current":2},"memory_stats":{"usage":7}})"),
       json_answer("200 OK", R"({"pids_stats":{}})")});
  EXPECT_EQ(run(io_, docker.info()).value().containers_running, 3);
  EXPECT_THAT(run(io_, docker.inspect_hardening("web")).value().cap_drop, ElementsAre("ALL"));
  EXPECT_EQ(run(io_, docker.stats("web")).value()->pids, 2u);
  EXPECT_FALSE(run(io_, docker.stats("web")).value().has_value());
  EXPECT_THAT(asked().back(),
              StartsWith("GET /v1.41/containers/web/stats?stream=false&one-shot=1 "));
}

TEST_F(docker_operator, is_not_told_of_programs_inside_containers) {
  const auto told = [](const std::string& action) {
    return R"({"Type":"container","Action":")" + action + "\",\"Actor\":{\"ID\":\"a\"}}\n";
  };
  client& docker = serve_negotiated({stream_answer(
      {told("exec_create: true") + told("exec_start: true") + told("oom") + told("exec_die"),
       told("health_status: unhealthy")})});
  const auto stream = run(io_, docker.events({})).value();
  EXPECT_EQ(run(io_, stream->next()).value()->action, "oom");
  EXPECT_EQ(run(io_, stream->next()).value()->action, "health_status: unhealthy");
}

// --- wait

TEST_F(docker_operator, waits_for_an_end) {
  scripted_answer late = stream_answer({});
  late.pieces.insert(late.pieces.end(), 20, "");  // 100 ms of nothing
  late.pieces.push_back(chunk(R"({"StatusCode":3,"Error":null})"));
  late.pieces.push_back(last_chunk);
  client& docker = serve_negotiated({late});
  const auto wait = run(io_, docker.wait("web", wait_condition::next_exit));
  ASSERT_TRUE(wait) << wait.error().message;
  EXPECT_TRUE((*wait)->armed());
  EXPECT_EQ(run(io_, (*wait)->finish()).value().code, 3);
  EXPECT_THAT(asked().back(),
              StartsWith("POST /v1.41/containers/web/wait?condition=next-exit HTTP/1.1"));
}

TEST_F(docker_operator, waits_though_the_engine_does_not_say_so) {
  config_.arm_max = 50ms;
  config_.request_max = 500ms;
  scripted_answer late = json_answer("200 OK", R"({"StatusCode":137})");
  late.pieces.insert(late.pieces.begin(), 150, "");  // 750 ms of nothing, as from Podman
  client& docker = serve_negotiated({late});
  const auto wait = run(io_, docker.wait("web", wait_condition::not_running));
  ASSERT_TRUE(wait) << wait.error().message;
  EXPECT_FALSE((*wait)->armed());
  const auto end = run(io_, (*wait)->finish());
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->code, 137);
}

TEST_F(docker_operator, tells_why_it_cannot_wait) {
  config_.arm_max = 50ms;
  scripted_answer late = refusal("409 Conflict", "is being removed");
  late.pieces.insert(late.pieces.begin(), 30, "");
  client& docker = serve_negotiated(
      {refusal("404 Not Found", "No such container: web"), late, stream_answer({"{\"Sta"})});
  const auto absent = run(io_, docker.wait("web", wait_condition::removed));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, errc::not_found);
  EXPECT_EQ(absent.error().message, "wait for web: No such container: web (HTTP 404)");
  const auto removed = run(io_, docker.wait("web", wait_condition::removed)).value();
  EXPECT_EQ(run(io_, removed->finish()).error().code, errc::conflict);
  const auto cut = run(io_, docker.wait("web", wait_condition::removed)).value();
  EXPECT_EQ(run(io_, cut->finish()).error().code, errc::disconnected);
}

// --- input

const std::string upgraded =
    "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
    "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

TEST_F(docker_operator, writes_to_a_container_and_ends_its_input) {
  const std::string raw = "HTTP/1.1 200 OK\r\n\r\n";
  for (const std::string& head : {upgraded, raw, upgraded + "and bytes that nobody asked for"}) {
    client& docker = serve_negotiated({{{head}, ending::collect}});
    {
      const auto input = run(io_, docker.attach_input("web"));
      ASSERT_TRUE(input) << input.error().message;
      EXPECT_TRUE(run(io_, (*input)->write("hello\n")));
      EXPECT_TRUE(run(io_, (*input)->write("")));
      EXPECT_TRUE(run(io_, (*input)->write(std::string("\0\xFF", 2))));
      EXPECT_TRUE(run(io_, (*input)->close_input()));
    }
    const std::string request = engine_->requests().back();
    EXPECT_THAT(request, StartsWith("POST /v1.41/containers/web/attach?stream=1&stdin=1 "));
    EXPECT_THAT(request, EndsWith("\r\n\r\nhello\n" + std::string("\0\xFF", 2) + "<end>"));
  }
}

TEST_F(docker_operator, writes_over_tcp) {
  engine_.emplace(fake_engine::on_tcp({{{upgraded}, ending::collect}}));
  const auto docker = create_docker_client(tcp_endpoint{"localhost", engine_->port()}, config_);
  const auto input = run(io_, docker->attach_input("web")).value();
  EXPECT_TRUE(run(io_, input->write("hello")));
  EXPECT_TRUE(run(io_, input->close_input()));
  EXPECT_THAT(engine_->requests().back(), EndsWith("hello<end>"));
}

TEST_F(docker_operator, waits_with_its_input_for_a_container_that_does_not_read) {
  client& docker = serve_negotiated({{{upgraded}, ending::deaf}});
  const std::string much(config_.input_bytes_max, 'x');
  auto input = run(io_, docker.attach_input("web")).value();
  auto writing = net::with_deadline(100ms, "the write", input->write(much));
  const auto written = run(io_, std::move(writing));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, boost::system::errc::timed_out);
  EXPECT_EQ(run(io_, input->write(much + "x")).error().code, errc::refused);
  input.reset();
  EXPECT_EQ(engine_->requests().size(), 2u);  // the engine saw it close
}

TEST_F(docker_operator, notices_that_the_input_is_no_more) {
  for (const ending how : {ending::close, ending::finish}) {
    client& docker = serve_negotiated({{{upgraded}, how}});
    auto input = run(io_, docker.attach_input("web")).value();
    // More than any buffer: it waits for the engine, which does not read.
    const std::string much(config_.input_bytes_max, 'x');
    const auto written = run(io_, input->write(much));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, errc::disconnected);
    EXPECT_THAT(written.error().message, StartsWith("input of web: "));
    const auto again = run(io_, input->write("x"));
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().message, HasSubstr("the engine has closed it"));
    EXPECT_EQ(run(io_, input->close_input()).error().code, errc::disconnected);
  }
}

TEST_F(docker_operator, tells_why_there_is_no_input) {
  client& docker = serve_negotiated({refusal("409 Conflict", "container is paused")});
  const auto refused = run(io_, docker.attach_input("web"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_EQ(refused.error().message, "attach to web: container is paused (HTTP 409)");
}

// --- programs inside

std::string frame(char type, const std::string& text) {
  std::string out = {type, 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
  return out + text;
}

const std::string raw_head =
    "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
const scripted_answer exec_made = json_answer("201 Created", R"({"Id":"e1"})");
const scripted_answer exec_runs = json_answer("200 OK", R"({"Running":true,"ExitCode":null})");

TEST_F(docker_operator, runs_a_program_inside) {
  config_.exec_poll = 1ms;
  client& docker = serve_negotiated({exec_made,
                                     {{raw_head, frame(1, "a\n") + frame(2, "x").substr(0, 5),
                                       frame(2, "x").substr(5) + frame(1, "bcdef")}},
                                     exec_runs,
                                     json_answer("200 OK", R"({"Running":false,"ExitCode":5})")});
  exec_spec spec;
  spec.command = {"sh", "-c", "exit 5"};
  spec.output_bytes_max = 4;
  const auto program = run(io_, docker.exec("web", spec));
  ASSERT_TRUE(program) << program.error().message;
  const auto code = run(io_, (*program)->finish());
  ASSERT_TRUE(code) << code.error().message;
  EXPECT_EQ(*code, 5);
  EXPECT_EQ((*program)->output().out, "a\nbc");
  EXPECT_TRUE((*program)->output().out_truncated());
  EXPECT_EQ((*program)->output().err, "x");
  EXPECT_FALSE((*program)->output().err_truncated());
  const auto requests = engine_->requests();
  EXPECT_THAT(requests[1], StartsWith("POST /v1.41/containers/web/exec HTTP/1.1\r\n"));
  EXPECT_THAT(requests[1], HasSubstr(R"("Cmd":["sh","-c","exit 5"])"));
  EXPECT_THAT(requests[2], StartsWith("POST /v1.41/exec/e1/start HTTP/1.1\r\n"));
  EXPECT_THAT(requests[2], EndsWith(R"({"Detach":false,"Tty":false})"));
  EXPECT_THAT(requests[3], StartsWith("GET /v1.41/exec/e1/json HTTP/1.1\r\n"));
  EXPECT_EQ(requests.size(), 5u);
}

// 126 of Docker up to 27, 127 of Docker 28, and the reason on the output, where the program's own
// would be.
TEST_F(docker_operator, tells_of_a_program_that_is_not_there_by_its_exit_code) {
  const std::string reason =
      "OCI runtime exec failed: exec failed: unable to start container "
      "process: exec: \"/no/such\": stat /no/such: no such file or "
      "directory\r\n";
  for (const int code : {126, 127}) {
    client& docker = serve_negotiated(
        {exec_made,
         {{raw_head, frame(1, reason)}},
         json_answer("200 OK", R"({"Running":false,"ExitCode":)" + std::to_string(code) + "}")});
    const auto program = run(io_, docker.exec("web", {})).value();
    EXPECT_EQ(run(io_, program->finish()).value(), code);
    EXPECT_EQ(program->output().out, reason);
  }
}

TEST_F(docker_operator, keeps_the_output_of_a_program_that_takes_too_long) {
  client& docker = serve_negotiated({exec_made, {{raw_head, frame(1, "so far")}, ending::deaf}});
  auto program = run(io_, docker.exec("web", {})).value();
  auto finishing = net::with_deadline(100ms, "the program", program->finish());
  const auto code = run(io_, std::move(finishing));
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().message, "the program took longer than 100 ms");
  EXPECT_EQ(program->output().out, "so far");
  program.reset();
  EXPECT_EQ(engine_->requests().size(), 3u);
}

TEST_F(docker_operator, tells_why_a_program_does_not_run) {
  const std::string half = frame(1, "abc").substr(0, 9);
  client& docker = serve_negotiated({refusal("409 Conflict", "Container a1 is not running"),
                                     exec_made,
                                     refusal("500 Internal Server Error", "no such user"),
                                     exec_made,
                                     {{raw_head, half}},
                                     json_answer("201 Created", "{}"),
                                     exec_made,
                                     {{raw_head}},
                                     json_answer("404 Not Found", R"({"message":"no exec"})")});
  const auto stopped = run(io_, docker.exec("web", {}));
  EXPECT_EQ(stopped.error().code, errc::conflict);
  EXPECT_EQ(stopped.error().message, "exec in web: Container a1 is not running (HTTP 409)");
  const auto broken = run(io_, docker.exec("web", {}));
  EXPECT_EQ(broken.error().code, errc::engine_error);
  EXPECT_THAT(broken.error().message,
              AllOf(StartsWith("exec in web: "), HasSubstr("no such user")));
  const auto cut = run(io_, docker.exec("web", {})).value();
  EXPECT_EQ(run(io_, cut->finish()).error().code, errc::disconnected);
  EXPECT_EQ(run(io_, docker.exec("web", {})).error().code, errc::bad_response);
  const auto gone = run(io_, docker.exec("web", {})).value();
  EXPECT_EQ(run(io_, gone->finish()).error().code, errc::not_found);
}

// --- images

TEST_F(docker_operator, looks_for_an_image) {
  client& docker =
      serve_negotiated({json_answer("200 OK", R"({"Id":"sha256:1","Architecture":"amd64"})"),
                        refusal("404 Not Found", "No such image"), refusal("500 Bad", "disk"),
                        json_answer("200 OK", "[]")});
  const auto found = run(io_, docker.inspect_image("box:5000/app:1")).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->architecture, "amd64");
  EXPECT_FALSE(run(io_, docker.inspect_image("app")).value());
  EXPECT_EQ(run(io_, docker.inspect_image("app")).error().code, errc::engine_error);
  EXPECT_EQ(run(io_, docker.inspect_image("app")).error().code, errc::bad_response);
  EXPECT_THAT(asked()[1], StartsWith("GET /v1.41/images/box:5000/app:1/json "));
}

TEST_F(docker_operator, follows_a_pull_for_as_long_as_it_takes) {
  config_.request_max = 50ms;
  scripted_answer answer = stream_answer({R"({"status":"Pulling","id":"latest"})"
                                          "\r\n"
                                          R"({"status":"Downloading",)",
                                          R"("id":"4f","progressDetail":{"current":1,"total":2}})"
                                          "\r\n"});
  answer.pieces.insert(answer.pieces.begin(), 40, "");  // 200 ms of nothing
  answer.pieces.insert(answer.pieces.end() - 1, 40, "");
  answer.pieces.push_back(last_chunk);
  client& docker = serve({answer});
  const auto pull = run(io_, docker.pull({"app", "c2VjcmV0"}));
  ASSERT_TRUE(pull) << pull.error().message;
  EXPECT_EQ(run(io_, (*pull)->next()).value()->status, "Pulling");
  EXPECT_EQ(run(io_, (*pull)->next()).value()->total, 2);
  EXPECT_FALSE(run(io_, (*pull)->next()).value().has_value());
  EXPECT_THAT(engine_->requests().back(), HasSubstr("\r\nX-Registry-Auth: c2VjcmV0\r\n"));
}

TEST_F(docker_operator, tells_why_an_image_is_not_pulled) {
  config_.progress_bytes_max = 100;
  client& docker = serve_negotiated(
      {stream_answer({R"({"status":"Pulling"})"
                      "\n"
                      R"({"errorDetail":{"message":"denied"}})"
                      "\n"}),
       refusal("500 Internal Server Error", "connection refused"),
       stream_answer({R"({"status":"Pulling"})"
                      "\n"}),
       stream_answer({R"({"errorDetail":{"code":1},"x":[)" + std::string(101, '1') + "]}\n"})});
  const pull_request wanted{"box/app", "c2VjcmV0"};
  auto pull = run(io_, docker.pull(wanted)).value();
  EXPECT_TRUE(run(io_, pull->next()));
  const auto denied = run(io_, pull->next());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, errc::engine_error);
  EXPECT_EQ(denied.error().message, "pull box/app: denied");
  const auto refused = run(io_, docker.pull(wanted));
  EXPECT_EQ(refused.error().message, "pull box/app: connection refused (HTTP 500)");
  EXPECT_THAT(refused.error().message, Not(HasSubstr("c2VjcmV0")));
  pull = run(io_, docker.pull(wanted)).value();
  EXPECT_TRUE(run(io_, pull->next()));
  EXPECT_EQ(run(io_, pull->next()).error().code, errc::disconnected);
  pull = run(io_, docker.pull(wanted)).value();
  const auto failed = run(io_, pull->next());
  EXPECT_EQ(failed.error().code, errc::engine_error);
  EXPECT_THAT(failed.error().message, HasSubstr("too long to be read"));
  EXPECT_EQ(run(io_, docker.pull({"No Image", ""})).error().code, errc::refused);
}

TEST_F(docker_operator, passes_over_steps_of_a_pull_that_it_cannot_read) {
  config_.progress_bytes_max = 100;
  scripted_answer answer =
      stream_answer({"nonsense\n[1]\n{\"status\":\"one\"}\n[" + std::string(200, '1') +
                     "]\n{\"status\":17}\n" + "{\"status\":\"two\"}"});
  answer.pieces.push_back(last_chunk);
  client& docker = serve_negotiated({answer});
  const auto pull = run(io_, docker.pull({"box/app", ""})).value();
  EXPECT_EQ(run(io_, pull->next()).value()->status, "one");
  EXPECT_EQ(run(io_, pull->next()).value()->status, "two");
  EXPECT_FALSE(run(io_, pull->next()).value().has_value());
}

}  // namespace
}  // namespace gantry::engine
