#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include "client_fixture.hpp"
#include "executor/engine/error.hpp"
#include "executor/engine/log_decoder.hpp"
#include "log_bytes.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class docker_client : public client_fixture {};

// --- versions

TEST_F(docker_client, speaks_the_version_of_an_older_engine) {
  client& docker = serve({pong, json_answer("200 OK", "[]")});
  const auto version = run(io_, docker.negotiate());
  ASSERT_TRUE(version) << version.error().message;
  EXPECT_EQ(version->api, "1.41");
  EXPECT_EQ(version->engine, "20.10.24+dfsg1");
  EXPECT_EQ(version->product, "Docker");
  EXPECT_TRUE(run(io_, docker.list()));
  EXPECT_THAT(asked(),
              ElementsAre("GET /_ping HTTP/1.1", "GET /v1.41/containers/json?all=1 HTTP/1.1"));
}

// As Docker 28 and 29 say who they are.
scripted_answer newer_pong(const std::string& api, const std::string& engine) {
  return json_answer("200 OK", "OK",
                     "Api-Version: " + api +
                         "\r\nBuilder-Version: 2\r\nDocker-Experimental: false" +
                         "\r\nOstype: linux\r\nServer: Docker/" + engine + " (linux)\r\n");
}

scripted_answer version_answer(const std::string& api, const std::string& oldest) {
  return json_answer("200 OK", R"({"Platform":{"Name":""},"Components":[{"Name":"Engine",)"
                               R"("Version":"29.0.0","Details":{"ApiVersion":"x"}}],)"
                               R"("Version":"29.0.0","ApiVersion":")" +
                                   api + R"(","MinAPIVersion":")" + oldest + R"(","Os":"linux"})");
}

TEST_F(docker_client, speaks_its_own_version_to_a_newer_engine) {
  client& docker = serve({newer_pong("1.48", "28.0.4"), version_answer("1.48", "1.24"),
                          newer_pong("1.52", "29.0.0"), version_answer("1.52", "1.44")});
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "1.47");
  const auto version = run(io_, docker.negotiate()).value();
  EXPECT_EQ(version.api, "1.47");
  EXPECT_EQ(version.engine, "29.0.0");
}

TEST_F(docker_client, speaks_the_engines_oldest_version_where_that_is_newer_than_its_own) {
  client& docker = serve(
      {newer_pong("1.60", "35.0.0"), version_answer("1.60", "1.52"), json_answer("200 OK", "[]")});
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "1.52");
  EXPECT_TRUE(run(io_, docker.list()));
  EXPECT_THAT(asked(), ElementsAre("GET /_ping HTTP/1.1", "GET /version HTTP/1.1",
                                   "GET /v1.52/containers/json?all=1 HTTP/1.1"));
}

TEST_F(docker_client, speaks_its_own_version_where_a_newer_engine_keeps_its_oldest_back) {
  client& docker =
      serve({newer_pong("1.60", "35.0.0"), json_answer("403 Forbidden", ""),
             newer_pong("1.60", "35.0.0"), json_answer("200 OK", R"({"MinAPIVersion":"new"})")});
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "1.47");
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "1.47");
}

TEST_F(docker_client, speaks_the_oldest_version_where_none_is_named) {
  client& docker = serve({json_answer("200 OK", "OK", "Server: Libpod/5.2.0 (linux)\r\n")});
  const auto version = run(io_, docker.negotiate()).value();
  EXPECT_EQ(version.api, "1.24");
  EXPECT_EQ(version.product, "Libpod");
  EXPECT_EQ(version.engine, "5.2.0");
}

TEST_F(docker_client, refuses_an_engine_that_is_too_old) {
  client& docker = serve({json_answer("200 OK", "OK", "Api-Version: 1.18\r\n")});
  const auto version = run(io_, docker.negotiate());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::unsupported_version);
  EXPECT_THAT(version.error().message, HasSubstr("1.18 at most"));
}

TEST_F(docker_client, follows_an_engine_that_was_upgraded) {
  client& docker = serve_negotiated(
      {json_answer("200 OK", "OK", "Api-Version: 1.44\r\n"), json_answer("200 OK", "[]")});
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "1.44");
  EXPECT_TRUE(run(io_, docker.list()));
  EXPECT_THAT(asked().back(), StartsWith("GET /v1.44/"));
}

// --- plain requests

TEST_F(docker_client, reads_a_list_that_comes_in_pieces) {
  scripted_answer answer = stream_answer({"[{\"Id\":\"a", "1\",\"Names\":[\"/web\"]}", "]"});
  answer.pieces.push_back(last_chunk);
  client& docker = serve_negotiated({answer});
  const auto list = run(io_, docker.list());
  ASSERT_TRUE(list) << list.error().message;
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ(list->at(0).name, "web");
}

TEST_F(docker_client, inspects) {
  client& docker = serve_negotiated(
      {json_answer("200 OK", R"({"Id":"a1","Name":"/web","Config":{"Tty":true}})")});
  const auto details = run(io_, docker.inspect("web"));
  ASSERT_TRUE(details) << details.error().message;
  EXPECT_TRUE(details->tty);
  EXPECT_THAT(asked().back(), StartsWith("GET /v1.41/containers/web/json "));
}

// As Podman 4.3 does of a container whose process ends while it looks.
TEST_F(docker_client, inspects_again_what_has_just_ended) {
  const auto gone = json_answer("500 Internal Server Error",
                                R"({"cause":"no such process","message":)"
                                R"("read /proc/1036/cgroup: no such process","response":500})");
  client& docker = serve_negotiated({gone, gone, json_answer("200 OK", R"({"Id":"a1"})")});
  const auto details = run(io_, docker.inspect("web"));
  ASSERT_TRUE(details) << details.error().message;
  EXPECT_EQ(details->summary.id, "a1");
}

TEST_F(docker_client, inspects_again_only_so_often_and_after_no_other_failure) {
  const auto gone = json_answer("500 Internal Server Error",
                                R"({"message":"open /proc/7/cgroup: no such file or directory"})");
  std::vector<scripted_answer> answers(20, gone);
  answers.push_back(json_answer("500 Internal Server Error", R"({"message":"disk is full"})"));
  client& docker = serve_negotiated(std::move(answers));
  EXPECT_THAT(run(io_, docker.inspect("web")).error().message, HasSubstr("/proc/7/cgroup"));
  EXPECT_THAT(run(io_, docker.inspect("web")).error().message, HasSubstr("disk is full"));
}

TEST_F(docker_client, tells_a_change_from_none) {
  client& docker = serve_negotiated({{{"HTTP/1.1 204 No Content\r\n\r\n"}},
                                     {{"HTTP/1.1 304 Not Modified\r\n\r\n"}},
                                     {{"HTTP/1.1 204 No Content\r\n\r\n"}}});
  EXPECT_EQ(run(io_, docker.start("web")).value(), change::made);
  EXPECT_EQ(run(io_, docker.stop("web", 3s)).value(), change::already);
  EXPECT_EQ(run(io_, docker.restart("web", std::nullopt)).value(), change::made);
  const auto requests = engine_->requests();
  EXPECT_THAT(requests[1], StartsWith("POST /v1.41/containers/web/start HTTP/1.1\r\n"));
  EXPECT_THAT(requests[1], HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(requests[2], StartsWith("POST /v1.41/containers/web/stop?t=3 "));
  EXPECT_THAT(requests[3], StartsWith("POST /v1.41/containers/web/restart "));
}

// --- refusals

TEST_F(docker_client, keeps_the_engines_own_words) {
  client& docker = serve_negotiated(
      {json_answer("404 Not Found", R"({"message":"No such container: web"})"),
       json_answer("409 Conflict", R"({"message":"container is paused"})"),
       {{"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nblocked by the proxy\n"}},
       json_answer("500 Internal Server Error", ""),
       {{"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100\r\n\r\nbreaks off"}}});
  const auto expect = [&](const failure& why, errc code, int status, const std::string& text) {
    EXPECT_EQ(why.code, code);
    EXPECT_EQ(why.code.value(), status);
    EXPECT_EQ(why.message, text);
  };
  expect(run(io_, docker.inspect("web")).error(), errc::not_found, 404,
         "inspect web: No such container: web (HTTP 404)");
  expect(run(io_, docker.start("web")).error(), errc::conflict, 409,
         "start web: container is paused (HTTP 409)");
  expect(
      run(io_, docker.list()).error(), errc::not_allowed, 403,
      "list of containers: GET /containers/json is not allowed: blocked by the proxy (HTTP 403). "
      "docker-socket-proxy allows it with CONTAINERS=1");
  expect(run(io_, docker.stop("web", 1s)).error(), errc::engine_error, 500,
         "stop web: Internal Server Error (HTTP 500)");
  expect(run(io_, docker.list()).error(), errc::unreachable, 503,
         "list of containers: Service Unavailable (HTTP 503)");
}

// As haproxy answers.
const scripted_answer haproxys_refusal{
    {"HTTP/1.0 403 Forbidden\r\ncache-control: no-cache\r\nconnection: close\r\ncontent-type: "
     "text/html\r\n\r\n<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative "
     "rules.\n</body></html>\n"}};

TEST_F(docker_client, says_what_is_not_allowed_and_what_it_needs) {
  client& docker = serve_negotiated(
      {haproxys_refusal, haproxys_refusal, haproxys_refusal, json_answer("200 OK", "[]")});
  const failure stop = run(io_, docker.stop("web", 1s)).error();
  EXPECT_EQ(stop.code, errc::not_allowed);
  EXPECT_EQ(stop.message,
            "stop web: POST /containers/{id}/stop is not allowed: Forbidden (HTTP 403). "
            "docker-socket-proxy allows it with CONTAINERS=1 and POST=1");
  EXPECT_EQ(run(io_, docker.events({})).error().code, errc::not_allowed);
  EXPECT_EQ(run(io_, docker.list()).error().code, errc::not_allowed);
  EXPECT_EQ(docker.seen().not_allowed.size(), 3U);
  EXPECT_TRUE(run(io_, docker.list()));
  EXPECT_EQ(docker.seen().not_allowed.size(), 2U);
  EXPECT_FALSE(docker.seen().not_allowed.contains("GET /containers/json"));
}

// A filter that hides paths must not make containers look gone, nor images missing.
TEST_F(docker_client, does_not_take_a_hidden_path_for_a_missing_container) {
  client& docker = serve_negotiated(
      {json_answer("404 Not Found", "<html><body>Not Found</body></html>"),
       json_answer("404 Not Found", R"({"message":"page not found"})"),
       json_answer("404 Not Found", ""), json_answer("401 Unauthorized", "log in, please")});
  EXPECT_EQ(run(io_, docker.inspect("web")).error().code, errc::not_allowed);
  EXPECT_EQ(run(io_, docker.inspect("web")).error().code, errc::not_allowed);
  EXPECT_EQ(run(io_, docker.inspect_image("web")).error().code, errc::not_allowed);
  EXPECT_EQ(run(io_, docker.list()).error().code, errc::not_allowed);
}

TEST_F(docker_client, takes_the_refusal_of_a_registry_for_what_it_is) {
  client& docker = serve_negotiated(
      {json_answer("403 Forbidden", R"({"message":"denied: access forbidden"})"),
       json_answer("403 Forbidden", R"({"message":"authorization denied by plugin opa"})")});
  const failure why = run(io_, docker.pull({"a/b:1", ""})).error();
  EXPECT_EQ(why.code, errc::refused);
  EXPECT_EQ(why.message, "pull a/b:1: denied: access forbidden (HTTP 403)");
  EXPECT_EQ(run(io_, docker.pull({"a/b:1", ""})).error().code, errc::not_allowed);
}

TEST_F(docker_client, learns_the_version_otherwise_where_no_ping_is_allowed) {
  client& docker = serve({haproxys_refusal, pong, json_answer("200 OK", "[]")});
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "1.41");
  EXPECT_TRUE(run(io_, docker.list()));
  EXPECT_THAT(asked(), ElementsAre("GET /_ping HTTP/1.1", "GET /version HTTP/1.1",
                                   "GET /v1.41/containers/json?all=1 HTTP/1.1"));
}

TEST_F(docker_client, goes_without_a_version_where_nobody_tells_it) {
  client& docker = serve({haproxys_refusal, haproxys_refusal, json_answer("200 OK", "[]")});
  EXPECT_EQ(run(io_, docker.negotiate()).value().api, "");
  EXPECT_TRUE(run(io_, docker.list()));
  EXPECT_EQ(asked().back(), "GET /containers/json?all=1 HTTP/1.1");
}

// --- signs of life

TEST_F(docker_client, notes_when_a_byte_was_read) {
  client& docker = serve({pong, stream_answer({"log"}), json_answer("503 No Server", "<html>")});
  EXPECT_FALSE(docker.seen().last_byte);
  ASSERT_TRUE(run(io_, docker.negotiate()));
  const auto first = docker.seen().last_byte;
  ASSERT_TRUE(first);
  auto log = run(io_, docker.logs({"web", {}, true})).value();
  ASSERT_TRUE(run(io_, log->read()));
  const auto second = docker.seen().last_byte;
  EXPECT_GT(*second, *first);
  log.reset();
  EXPECT_EQ(run(io_, docker.ping()).error().code, errc::unreachable);
  EXPECT_EQ(docker.seen().last_byte, second);  // that was a proxy
}

TEST_F(docker_client, pings_again_where_the_connection_was_closed_meanwhile) {
  client& docker = serve({pong, pong, haproxys_refusal, pong});
  EXPECT_TRUE(run(io_, docker.ping()));
  EXPECT_TRUE(run(io_, docker.ping()));
  EXPECT_TRUE(run(io_, docker.ping()));  // one that is not allowed is a sign, too
  EXPECT_TRUE(run(io_, docker.ping()));
  const auto all = asked();
  EXPECT_EQ(all.size(), 4U);
  EXPECT_EQ(all.back(), "GET /_ping HTTP/1.1");
}

TEST_F(docker_client, keeps_the_engines_own_words_for_streams) {
  client& docker =
      serve_negotiated({json_answer("409 Conflict", R"({"message":"dead or marked for removal"})"),
                        json_answer("400 Bad Request", R"({"message":"bad filter"})")});
  const auto log = run(io_, docker.logs({"web", {}, true}));
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, errc::conflict);
  EXPECT_EQ(log.error().message, "log of web: dead or marked for removal (HTTP 409)");
  const auto events = run(io_, docker.events({}));
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().code, errc::refused);
}

TEST_F(docker_client, does_not_take_a_redirection_for_an_answer) {
  client& docker = serve_negotiated({json_answer("301 Moved Permanently", "")});
  EXPECT_EQ(run(io_, docker.list()).error().code, errc::bad_response);
}

// --- broken engines

TEST_F(docker_client, says_where_there_is_no_engine) {
  const auto absent = create_docker_client(unix_endpoint{"/nowhere/d.sock"});
  const auto version = run(io_, absent->negotiate());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::unreachable);
  EXPECT_EQ(version.error().message,
            "ping: cannot connect to the engine at unix:///nowhere/d.sock: No such file or "
            "directory (is the engine running, and is that its address?)");
}

TEST_F(docker_client, says_that_a_connection_was_refused) {
  std::uint16_t port = 0;
  {
    port = fake_engine::on_tcp({}).port();  // free again now
  }
  const auto absent = create_docker_client(tcp_endpoint{"127.0.0.1", port}, config_);
  const auto version = run(io_, absent->negotiate());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::unreachable);
  EXPECT_THAT(version.error().message, HasSubstr("Connection refused"));
}

TEST_F(docker_client, speaks_over_tcp) {
  engine_.emplace(fake_engine::on_tcp({pong}));
  const auto docker = create_docker_client(tcp_endpoint{"localhost", engine_->port()}, config_);
  EXPECT_TRUE(run(io_, docker->negotiate()));
  EXPECT_THAT(engine_->requests().at(0),
              HasSubstr("\r\nHost: localhost:" + std::to_string(engine_->port()) + "\r\n"));
}

TEST_F(docker_client, does_not_wait_for_ever) {
  config_.request_max = 50ms;
  config_.grace_default = 0s;
  constexpr auto hang = scripted_answer::ending::hang;
  client& docker = serve({{{}, hang},
                          {{"HTTP/1.1 200 OK\r\n"}, hang},
                          {{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n["}, hang},
                          {{}, hang},
                          {{}, hang},
                          {{"HTTP/1.1 500 Bad\r\nContent-Length: 10\r\n\r\n"}, hang}});
  const auto version = run(io_, docker.negotiate());
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().code, errc::timed_out);
  EXPECT_EQ(version.error().message,
            "ping: the answer of the engine at unix://" + path_ + " took longer than 50 ms");
  EXPECT_EQ(run(io_, docker.list()).error().code, errc::timed_out);
  EXPECT_EQ(run(io_, docker.list()).error().code, errc::timed_out);
  EXPECT_EQ(run(io_, docker.stop("web", std::nullopt)).error().code, errc::timed_out);
  EXPECT_EQ(run(io_, docker.logs({"web", {}, false})).error().code, errc::timed_out);
  EXPECT_EQ(run(io_, docker.logs({"web", {}, true})).error().code, errc::timed_out);
}

TEST_F(docker_client, gives_a_stop_the_time_that_the_container_has) {
  config_.request_max = 50ms;
  scripted_answer late;
  late.pieces.assign(40, "");  // 200 ms of nothing
  late.pieces.push_back("HTTP/1.1 204 No Content\r\n\r\n");
  client& docker = serve({late, late});
  EXPECT_EQ(run(io_, docker.stop("web", 1s)).value(), change::made);
  EXPECT_EQ(run(io_, docker.stop("web", 0s)).error().code, errc::timed_out);
}

TEST_F(docker_client, tells_an_answer_that_breaks_off) {
  client& docker = serve_negotiated({{{}},
                                     {{"HTTP/1.1 200 OK\r\nContent-Le"}},
                                     {{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[]"}}});
  for (int each = 0; each < 3; ++each) {
    const auto list = run(io_, docker.list());
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().code, errc::disconnected) << list.error().message;
  }
}

TEST_F(docker_client, tells_an_answer_that_is_none) {
  client& docker = serve_negotiated({{{"SSH-2.0-OpenSSH_9.2\r\n\r\n"}},
                                     json_answer("200 OK", "<html>"),
                                     json_answer("200 OK", "{}")});
  for (int each = 0; each < 2; ++each) {
    EXPECT_EQ(run(io_, docker.list()).error().code, errc::bad_response);
  }
  const auto details = run(io_, docker.inspect("web"));
  EXPECT_EQ(details.error().message,
            "inspect web: the engine's description of a container is not understood: it has no Id");
}

TEST_F(docker_client, takes_no_description_of_another_container) {
  const std::string id(64, 'a');
  const std::string other(64, 'b');
  client& docker = serve_negotiated({json_answer("200 OK", R"({"Id":")" + other + R"("})"),
                                     json_answer("200 OK", R"({"Id":")" + id + R"("})"),
                                     json_answer("200 OK", R"({"Id":")" + other + R"("})")});
  EXPECT_THAT(run(io_, docker.inspect(id)).error().message, HasSubstr("it is that of another one"));
  EXPECT_TRUE(run(io_, docker.inspect(id)));
  EXPECT_EQ(run(io_, docker.inspect("web"))->summary.id, other) << "that is its name";
}

TEST_F(docker_client, limits_what_it_reads) {
  config_.body_bytes_max = 100;
  const std::string row = R"({"Id":"a"})";
  client& docker =
      serve_negotiated({json_answer("200 OK", R"({"Id":"a"})" + std::string(91, ' ')),
                        json_answer("200 OK", R"({"Id":"a"})" + std::string(90, ' ')),
                        json_answer("200 OK", "[" + row + "," + std::string(200, ' ') + row + "]"),
                        json_answer("200 OK", "[" + row + "," + std::string(95, '1') + "]")});
  const auto details = run(io_, docker.inspect("a"));
  ASSERT_FALSE(details);
  EXPECT_EQ(details.error().code, errc::bad_response);
  EXPECT_THAT(details.error().message, HasSubstr("more than 100 bytes"));
  EXPECT_TRUE(run(io_, docker.inspect("a")));
  EXPECT_TRUE(run(io_, docker.list()));  // blanks are no bytes of anything
  EXPECT_THAT(run(io_, docker.list()).error().message, HasSubstr("more than 100 bytes"));
}

// --- events

const std::string start_event = R"({"Type":"container","Action":"start","Actor":{"ID":"a"}})";
const std::string die_event = R"({"Type":"container","Action":"die","Actor":{"ID":"a"}})";

TEST_F(docker_client, gives_events_however_they_come) {
  scripted_answer answer =
      stream_answer({start_event + "\n" + die_event + "\n" + start_event.substr(0, 9),
                     start_event.substr(9), "\n" + die_event});
  answer.pieces.push_back(last_chunk);
  client& docker = serve_negotiated({answer});
  const auto stream = run(io_, docker.events(1'714'564'800'000'000'001)).value();
  for (const std::string action : {"start", "die", "start", "die"}) {
    const auto next = run(io_, stream->next());
    ASSERT_TRUE(next) << next.error().message;
    ASSERT_TRUE(next->has_value());
    EXPECT_EQ((*next)->action, action);
  }
  EXPECT_FALSE(run(io_, stream->next()).value().has_value());
  EXPECT_FALSE(run(io_, stream->next()).value().has_value());
  EXPECT_THAT(asked().back(), HasSubstr("&since=1714564800.000000001 "));
}

TEST_F(docker_client, fails_when_the_engine_is_killed_amid_events) {
  client& docker = serve_negotiated({stream_answer({start_event + "\n"})});
  const auto stream = run(io_, docker.events({})).value();
  EXPECT_TRUE(run(io_, stream->next()));
  const auto next = run(io_, stream->next());
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, errc::disconnected);
  EXPECT_THAT(next.error().message, HasSubstr("in the middle of its answer"));
}

// Foreign ones between them: each is told once, and costs none of the others.
TEST_F(docker_client, passes_over_events_that_it_cannot_read) {
  config_.event_bytes_max = 500;
  std::vector<std::string> said;
  config_.log = [&](log_level, const std::string& text) { said.push_back(text); };
  std::string many = R"({"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{)";
  for (int each = 0; each < 500; ++each) many += "\"k" + std::to_string(each) + "\":\"secret\",";
  many += R"("z":""}},"time":1714564800,"timeNano":1714564800000000007})";
  scripted_answer answer = stream_answer(
      {start_event + "\nnonsense\n" + die_event + "\n" + many,
       "\n" + start_event + "\n[1]\n\xFF\n" +
           R"({"Type":"container","Action":"prune","Actor":{"ID":""},"timeNano":17})" + "\n" +
           die_event});
  answer.pieces.push_back(last_chunk);
  client& docker = serve_negotiated({answer});
  const auto stream = run(io_, docker.events({})).value();
  std::vector<std::string> told;
  while (const auto next = run(io_, stream->next()).value()) {
    told.push_back((next->is_unread ? "unread" : next->action) + " " + std::to_string(next->time));
  }
  EXPECT_THAT(told, ElementsAre("start 0", "unread 0", "die 0", "unread 1714564800000000007",
                                "start 0", "unread 0", "unread 0", "prune 17", "die 0"));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("the engine at unix://" + path_ + " sent an event that"));
  EXPECT_THAT(said[0], Not(HasSubstr("nonsense")));
}

// A label of 1.2 MB in a `die`, an `exec` of 700 kB: what they tell is understood all the same.
TEST_F(docker_client, understands_events_with_long_strings) {
  const std::string label(1'200'000, 'x');
  const std::string command = "exec_create: sh -c " + std::string(700'000, 'x');
  scripted_answer answer = stream_answer(
      {R"({"status":")" + command + R"(","id":"a","Type":"container","Action":")" + command +
           R"(","Actor":{"ID":"a"}})" + "\n",
       R"({"status":"die","Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"big":")",
       label,
       R"(","exitCode":"3"}},"timeNano":17})"
       "\n"});
  answer.pieces.push_back(last_chunk);
  config_.log = [](log_level, const std::string& text) { ADD_FAILURE() << text; };
  client& docker = serve_negotiated({answer});
  const auto stream = run(io_, docker.events({})).value();
  const auto next = run(io_, stream->next()).value();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->action, "die");
  EXPECT_EQ(next->attributes.at("exitCode"), "3");
  EXPECT_LE(next->attributes.at("big").size(), 4'096u);
  EXPECT_FALSE(run(io_, stream->next()).value());
}

// A place that the engine's clock has not reached would keep all events back until then.
TEST_F(docker_client, asks_for_no_events_from_the_future) {
  auto dated =
      json_answer("200 OK", "OK", "Api-Version: 1.41\r\nDate: Wed, 01 May 2024 12:00:00 GMT\r\n");
  client& docker = serve({dated, stream_answer({}), stream_answer({}), stream_answer({})});
  ASSERT_TRUE(run(io_, docker.negotiate()));
  for (const timestamp since : {noon - 1, noon + 3'600 * one_second, time_max}) {
    EXPECT_TRUE(run(io_, docker.events(since)));
  }
  const auto requests = asked();
  EXPECT_THAT(requests.at(1), HasSubstr("&since=1714564799.999999999 "));
  for (const std::size_t at : {2U, 3U}) {  // now, and it may take a while to come there
    EXPECT_THAT(requests.at(at), HasSubstr("&since=17145648"));
  }
}

// --- lists

TEST_F(docker_client, passes_over_entries_of_a_list_that_it_cannot_read) {
  config_.entry_bytes_max = 500;
  std::vector<std::string> said;
  config_.log = [&](log_level, const std::string& text) { said.push_back(text); };
  const std::string many = R"({"Id":"large","Labels":[)" + std::string(1'000, '1') + "]}";
  const std::string longest =
      R"({"Id":"long","Names":["/long"],"Labels":{"a":")" + std::string(300, 'x') + R"("}})";
  client& docker = serve_negotiated({json_answer(
      "200 OK", R"([{"Id":"a","Names":["/a"]},{"Id":"b","Names":nonsense},17,)" + many +
                    R"(,{"Names":["/x"]},)" + longest + R"(,{"Id":"z","Created":"x"}])")});
  const auto list = run(io_, docker.list()).value();
  std::vector<std::string> found;
  for (const auto& each : list) found.push_back(each.id + (each.is_unread ? " unread" : ""));
  EXPECT_THAT(found,
              ElementsAre("a", "b unread", " unread", "large unread", " unread", "long", "z"));
  ASSERT_EQ(said.size(), 1u);
  EXPECT_THAT(said[0], HasSubstr("an entry of its list of containers that gantry passes over"));
}

TEST_F(docker_client, lists_and_inspects_what_has_labels_of_any_length) {
  const std::string labels = R"({"big":")" + std::string(1'200'000, 'x') + R"(","a":"b"})";
  client& docker = serve_negotiated(
      {json_answer("200 OK", R"([{"Id":"a","Names":["/a"],"Labels":)" + labels +
                                 R"(},{"Id":"b","Names":["/b"]}])"),
       json_answer("200 OK", R"({"Id":"a","Name":"/a","Config":{"Labels":)" + labels + "}}")});
  const auto list = run(io_, docker.list()).value();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].labels.at("a"), "b");
  EXPECT_EQ(list[1].name, "b");
  EXPECT_EQ(run(io_, docker.inspect("a")).value().summary.labels, list[0].labels);
}

// An answer that breaks off must not look like a list of fewer containers.
TEST_F(docker_client, takes_no_part_of_a_list_for_all) {
  const std::vector<std::string> bodies = {"",   "[",    R"([{"Id":"a"})",  R"([{"Id":"a"},)",
                                           "{}", "null", "<html>[]</html>", R"([{"Id":"a"}][])",
                                           "[{]"};
  std::vector<scripted_answer> answers;
  for (const auto& each : bodies) answers.push_back(json_answer("200 OK", each));
  answers.push_back({{"HTTP/1.1 204 No Content\r\n\r\n"}});
  client& docker = serve_negotiated(answers);
  for (std::size_t each = 0; each <= bodies.size(); ++each) {
    const auto list = run(io_, docker.list());
    ASSERT_FALSE(list) << each;
    EXPECT_EQ(list.error().code, errc::bad_response) << list.error().message;
  }
}

// --- logs

TEST_F(docker_client, gives_a_log_as_it_is) {
  scripted_answer answer =
      stream_answer({on_wire(stored_message{stream_kind::stdout_stream, noon, "a\n"}),
                     on_wire(stored_message{stream_kind::stderr_stream, noon, "b\n"})});
  answer.pieces.push_back(last_chunk);
  client& docker = serve_negotiated({answer});
  const auto log = run(io_, docker.logs({"web", noon + 7, true})).value();
  EXPECT_EQ(log->opened_at(), noon);
  log_decoder decoder(false);
  std::vector<log_line> lines;
  while (true) {
    const auto bytes = run(io_, log->read()).value();
    if (bytes.empty()) break;
    ASSERT_TRUE(decoder.feed(bytes, lines));
  }
  EXPECT_EQ(lines.size(), 2u);
  EXPECT_TRUE(run(io_, log->read()).value().empty());
  EXPECT_THAT(asked().back(), HasSubstr("timestamps=1&follow=1&since=1714564800.000000007 "));
}

TEST_F(docker_client, takes_no_page_for_a_log) {
  scripted_answer page;
  page.pieces = {
      "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
      "Content-Length: 6\r\n\r\n<html>"};
  client& docker = serve_negotiated({page});
  const auto log = run(io_, docker.logs({"web", {}, true}));
  EXPECT_EQ(log.error().code, errc::bad_response);
}

TEST_F(docker_client, waits_for_the_late_head_of_a_followed_log) {
  config_.request_max = 50ms;
  scripted_answer late = stream_answer({"x"});
  late.pieces.insert(late.pieces.begin(), 40, "");  // 200 ms of nothing, as from Podman
  late.pieces.push_back(last_chunk);
  client& docker = serve({late});
  const auto log = run(io_, docker.logs({"web", {}, true}));
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(run(io_, (*log)->read()).value(), "x");
}

TEST_F(docker_client, fails_when_the_engine_is_killed_amid_a_log) {
  client& docker = serve_negotiated({stream_answer({"x"})});
  const auto log = run(io_, docker.logs({"web", {}, true})).value();
  EXPECT_TRUE(run(io_, log->read()));
  EXPECT_EQ(run(io_, log->read()).error().code, errc::disconnected);
}

// --- cancellation

TEST_F(docker_client, closes_its_connection_when_cancelled) {
  client& docker = serve({{{}, scripted_answer::ending::hang}});
  boost::asio::cancellation_signal signal;
  std::optional<bool> ended_well;
  boost::asio::co_spawn(io_, docker.list(),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](std::exception_ptr thrown, const auto& list) {
                              ended_well = !thrown && list.has_value();
                            }));
  boost::asio::steady_timer timer(io_, 50ms);
  timer.async_wait([&](auto) { signal.emit(boost::asio::cancellation_type::terminal); });
  io_.run_for(10s);
  ASSERT_TRUE(ended_well.has_value());
  EXPECT_FALSE(*ended_well);
  EXPECT_EQ(asked().size(), 1u);  // joins the engine's thread: it saw the connection close
}

TEST_F(docker_client, closes_a_stream_that_is_dropped) {
  scripted_answer answer = stream_answer({"x"});
  answer.then = scripted_answer::ending::hang;
  client& docker = serve_negotiated({answer});
  {
    const auto log = run(io_, docker.logs({"web", {}, true})).value();
    EXPECT_TRUE(run(io_, log->read()));
  }
  EXPECT_EQ(asked().size(), 2u);
}

}  // namespace
}  // namespace gantry::engine
