#include "executor/engine/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(list, is_read) {
  const auto out = parse_list(R"([
    {"Id":"a1","Names":["/db/alias","/web"],"Image":"nginx:1","State":"running",
     "Created":1714564800,"Labels":{"x":"y"},"Ports":[]},
    {"Id":"b2","Names":["/db"],"State":"exited","Labels":null}])");
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_EQ(out->size(), 2u);
  EXPECT_EQ(out->at(0).id, "a1");
  EXPECT_EQ(out->at(0).name, "web");
  EXPECT_EQ(out->at(0).image, "nginx:1");
  EXPECT_EQ(out->at(0).state, container_state::running);
  EXPECT_EQ(out->at(0).created, 1'714'564'800);
  EXPECT_THAT(out->at(0).labels, ElementsAre(Pair("x", "y")));
  EXPECT_EQ(out->at(1).state, container_state::exited);
  EXPECT_TRUE(out->at(1).labels.empty());
}

TEST(list, must_be_one) {
  for (const char* text : {"", "{}", "[{}]", "[1]", "<html>"}) {
    const auto out = parse_list(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, errc::bad_response);
    EXPECT_THAT(out.error().message, HasSubstr("list of containers is not understood"));
  }
}

TEST(states, are_those_of_docker_and_podman) {
  const auto state = [](const std::string& text) {
    return parse_list(R"([{"Id":"a","State":")" + text + "\"}]").value().at(0).state;
  };
  for (const auto known :
       {container_state::created, container_state::running, container_state::paused,
        container_state::restarting, container_state::removing, container_state::exited,
        container_state::dead}) {
    EXPECT_EQ(state(std::string(to_string(known))), known);
  }
  EXPECT_EQ(state("configured"), container_state::created);
  EXPECT_EQ(state("stopped"), container_state::exited);
  EXPECT_EQ(state("stopping"), container_state::running);
  EXPECT_EQ(state("hibernating"), container_state::exited);
}

constexpr const char* inspected = R"({
  "Id":"a1","Name":"/web","Created":"2024-05-01T12:00:00.5Z",
  "State":{"Status":"exited","OOMKilled":true,"ExitCode":137,"Error":"no such file",
           "StartedAt":"2024-05-01T12:00:00.000000001Z",
           "FinishedAt":"2024-05-01T14:00:00+02:00"},
  "Config":{"Image":"nginx","Tty":true,"StopSignal":"SIGQUIT","Labels":{"a":"b","n":1}},
  "HostConfig":{"AutoRemove":true,"LogConfig":{"Type":"json-file","Config":{}}}})";

TEST(inspect, is_read) {
  const auto out = parse_inspect(inspected);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->summary.id, "a1");
  EXPECT_EQ(out->summary.name, "web");
  EXPECT_EQ(out->summary.image, "nginx");
  EXPECT_EQ(out->summary.state, container_state::exited);
  EXPECT_EQ(out->summary.created, 1'714'564'800);
  EXPECT_THAT(out->summary.labels, ElementsAre(Pair("a", "b")));
  EXPECT_TRUE(out->tty);
  EXPECT_TRUE(out->auto_remove);
  EXPECT_EQ(out->log_driver, "json-file");
  EXPECT_EQ(out->stop_signal, "SIGQUIT");
  EXPECT_EQ(out->started_at, 1'714'564'800'000'000'001);
  EXPECT_EQ(out->finished_at, 1'714'564'800'000'000'000);
  EXPECT_EQ(out->exit_code, 137);
  EXPECT_TRUE(out->oom_killed);
  EXPECT_EQ(out->error, "no such file");
}

TEST(inspect, of_a_container_that_never_ran) {
  const auto out = parse_inspect(R"({"Id":"a","State":{"Status":"created",
      "StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z"}})");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->started_at, 0);
  EXPECT_EQ(out->finished_at, 0);
  EXPECT_FALSE(out->tty);
}

TEST(inspect, tells_what_an_operator_asks_for) {
  const auto out = parse_inspect(R"({"Id":"a","RestartCount":4,
    "State":{"Status":"running","Pid":77,"Health":{"Status":"unhealthy","FailingStreak":3,
      "Log":[{"ExitCode":0,"Output":"old"},{"ExitCode":1,"Output":"refused\n"}]}},
    "Config":{"OpenStdin":true,"StdinOnce":true}})")
                       .value();
  EXPECT_EQ(out.pid, 77);
  EXPECT_EQ(out.restart_count, 4);
  EXPECT_TRUE(out.open_stdin);
  EXPECT_TRUE(out.stdin_once);
  EXPECT_EQ(out.health, (container_health{health_status::unhealthy, 3, 1, "refused\n"}));
}

TEST(inspect, tells_the_restart_policy) {
  const auto policy = [](const std::string& host) {
    return parse_inspect(R"({"Id":"a","HostConfig":)" + host + "}").value().restart_policy;
  };
  EXPECT_EQ(policy(R"({"RestartPolicy":{"Name":"always","MaximumRetryCount":0}})"), "always");
  EXPECT_EQ(policy(R"({"RestartPolicy":{"Name":""}})"), "no");
  EXPECT_EQ(policy("{}"), "");
}

TEST(inspect, tells_of_health_only_where_it_is_checked) {
  const auto health = [](const std::string& state) {
    return parse_inspect(R"({"Id":"a","State":)" + state + "}").value().health;
  };
  EXPECT_FALSE(health("{}"));
  EXPECT_FALSE(health(R"({"Health":null})"));
  EXPECT_FALSE(health(R"({"Health":{"Status":"none","FailingStreak":0}})"));
  EXPECT_FALSE(health(R"({"Health":{"Status":"","Log":null}})"));                  // Podman
  EXPECT_FALSE(health(R"({"Health":{"Status":"unhealthy","FailingStreak":0}})"));  // paused, ended
  EXPECT_EQ(health(R"({"Health":{"Status":"starting","Log":null}})"), container_health());
  EXPECT_EQ(health(R"({"Healthcheck":{"Status":"healthy"}})")->status, health_status::healthy);
}

TEST(hardening, is_read) {
  const auto out = parse_hardening(R"({"Config":{"User":"1000"},"HostConfig":{
    "CapDrop":["ALL"],"CapAdd":null,"SecurityOpt":["no-new-privileges"],"ReadonlyRootfs":true,
    "PidsLimit":64,"Memory":1024,"NanoCpus":5,"NetworkMode":"none","Privileged":false,
    "Tmpfs":{"/tmp":"size=1m"}}})")
                       .value();
  EXPECT_EQ(out.user, "1000");
  EXPECT_THAT(out.cap_drop, ElementsAre("ALL"));
  EXPECT_TRUE(out.cap_add.empty());
  EXPECT_THAT(out.security_opt, ElementsAre("no-new-privileges"));
  EXPECT_TRUE(out.read_only_root);
  EXPECT_EQ(out.pids_limit, 64);
  EXPECT_EQ(out.memory_bytes, 1024);
  EXPECT_EQ(out.nano_cpus, 5);
  EXPECT_EQ(out.network_mode, "none");
  EXPECT_FALSE(out.privileged);
  EXPECT_THAT(out.tmpfs, ElementsAre(Pair("/tmp", "size=1m")));
  EXPECT_EQ(parse_hardening(R"({"HostConfig":{"PidsLimit":-1}})")->pids_limit, 0);
  EXPECT_EQ(parse_hardening("{}").error().code, errc::bad_response);
}

TEST(created, is_read) {
  const auto out = parse_created(R"({"Id":"a","Warnings":["no swap limit"]})").value();
  EXPECT_EQ(out.id, "a");
  EXPECT_THAT(out.warnings, ElementsAre("no swap limit"));
  EXPECT_TRUE(parse_created(R"({"Id":"a","Warnings":null})")->warnings.empty());
  EXPECT_EQ(parse_created("{}").error().code, errc::bad_response);
}

TEST(wait, is_read) {
  EXPECT_EQ(parse_wait(R"({"StatusCode":137})")->code, 137);
  EXPECT_EQ(parse_wait(R"({"StatusCode":0,"Error":null})")->error, "");
  EXPECT_EQ(parse_wait(R"({"StatusCode":-1,"Error":{"Message":"busy"}})")->error, "busy");
  EXPECT_EQ(parse_wait("{}").error().code, errc::bad_response);
}

TEST(info, is_read) {
  const auto out = parse_info(R"({"ServerVersion":"20.10","Name":"vm","OSType":"linux",
    "Architecture":"x86_64","OperatingSystem":"Debian","KernelVersion":"6.1",
    "CgroupVersion":"2","Containers":6,"ContainersRunning":1,"ContainersPaused":2,
    "ContainersStopped":3,"Images":4,"NCPU":8,"MemTotal":25276502016})")
                       .value();
  EXPECT_EQ(out.name, "vm");
  EXPECT_EQ(out.version, "20.10");
  EXPECT_EQ(out.os, "linux");
  EXPECT_EQ(out.architecture, "x86_64");
  EXPECT_EQ(out.system, "Debian");
  EXPECT_EQ(out.kernel, "6.1");
  EXPECT_EQ(out.cgroup_version, "2");
  EXPECT_EQ(out.containers_running, 1);
  EXPECT_EQ(out.containers_paused, 2);
  EXPECT_EQ(out.containers_stopped, 3);
  EXPECT_EQ(out.images, 4);
  EXPECT_EQ(out.cpus, 8);
  EXPECT_EQ(out.memory_bytes, 25'276'502'016);
  EXPECT_EQ(parse_info("{}").error().code, errc::bad_response);
}

TEST(inspect, must_describe_something) {
  for (const char* text : {"", "[]", "{}", "null"}) {
    const auto out = parse_inspect(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, errc::bad_response);
  }
}

TEST(events, of_today_have_an_actor) {
  const auto out = parse_event(R"({"Type":"container","Action":"die","Actor":{"ID":"a1",
    "Attributes":{"exitCode":"3","name":"web"}},"scope":"local","time":1714564800,
    "timeNano":1714564800000000007})");
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->type, "container");
  EXPECT_EQ(out->action, "die");
  EXPECT_EQ(out->id, "a1");
  EXPECT_EQ(out->time, 1'714'564'800'000'000'007);
  EXPECT_THAT(out->attributes, ElementsAre(Pair("exitCode", "3"), Pair("name", "web")));
}

TEST(events, of_old_engines_have_a_status) {
  const auto out = parse_event(R"({"status":"start","id":"a1","from":"nginx","time":17})");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->type, "container");
  EXPECT_EQ(out->action, "start");
  EXPECT_EQ(out->id, "a1");
  EXPECT_EQ(out->time, 17'000'000'000);
}

TEST(events, of_podman_say_remove_for_destroy_but_only_of_containers) {
  EXPECT_EQ(parse_event(R"({"Type":"container","Action":"remove","Actor":{"ID":"a1"}})")->action,
            "destroy");
  EXPECT_EQ(parse_event(R"({"Type":"volume","Action":"remove","Actor":{"ID":"a1"}})")->action,
            "remove");
}

TEST(events, of_podman_say_died) {
  const auto out = parse_event(R"({"Type":"container","Action":"died","Actor":{"ID":"a1",
    "Attributes":{"containerExitCode":"137"}},"timeNano":5})");
  ASSERT_TRUE(out);
  EXPECT_EQ(out->action, "die");
  EXPECT_EQ(out->attributes.at("exitCode"), "137");
}

TEST(events, of_podman_have_the_health_beside_the_action) {
  const auto action = [](const std::string& more) {
    return parse_event(R"({"Action":"health_status","Actor":{"ID":"a")" + more).value().action;
  };
  EXPECT_EQ(action(R"(},"HealthStatus":"healthy"})"), "health_status: healthy");
  EXPECT_EQ(action(R"(,"Attributes":{"health_status":"unhealthy"}}})"), "health_status: unhealthy");
  EXPECT_EQ(action("}}"), "health_status");
}

TEST(events, must_say_what_happened_to_whom) {
  for (const char* text : {"", "{}", R"({"Action":"die"})", R"({"Actor":{"ID":"a"}})", "[1]"}) {
    const auto out = parse_event(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, errc::bad_response);
  }
}

TEST(error_text, is_the_engines_own) {
  EXPECT_EQ(error_text(R"({"message":"No such container: web"})", "Not Found"),
            "No such container: web");
  EXPECT_EQ(error_text(R"({"cause":"x","message":"podman says","response":404})", ""),
            "podman says");
  EXPECT_EQ(error_text("  plain words\n", "Bad Request"), "plain words");
  EXPECT_EQ(error_text("", "Forbidden"), "Forbidden");
  EXPECT_EQ(error_text(R"({"message":""})", "Forbidden"), "Forbidden");
  EXPECT_EQ(error_text("", ""), "no reason given");
}

TEST(error_text, is_no_page_for_browsers) {
  for (const char* const page :
       {"<html><body><h1>403 Forbidden</h1></body></html>", " \n<!DOCTYPE html>\n<p>no",
        "<?xml version=\"1.0\"?><a/>", "\xEF\xBB\xBF<HTML><head></head>", "403\n<Body>no</Body>",
        R"({"message":"<html>no</html>"})"}) {
    EXPECT_EQ(error_text(page, "Forbidden"), "Forbidden") << page;
    EXPECT_EQ(error_text(page, ""), "no reason given") << page;
  }
  EXPECT_EQ(error_text("a < b and c > d", ""), "a < b and c > d");
}

TEST(error_text, is_bounded_and_valid) {
  const std::string out = error_text(std::string(5000, '\xFF'), "");
  EXPECT_EQ(out.size(), error_text_bytes_max * 3 + 3);
  EXPECT_TRUE(out.ends_with("..."));
}

}  // namespace
}  // namespace gantry::engine
