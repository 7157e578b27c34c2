#include "executor/engine/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"
#include "executor/engine/json_fields.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(list_entry, is_read) {
  const auto out = parse_list_entry(R"({"Id":"a1","Names":["/db/alias","/web"],"Image":"nginx:1",
      "State":"running","Created":1714564800,"Labels":{"x":"y"},"Ports":[]})");
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->id, "a1");
  EXPECT_EQ(out->name, "web");
  EXPECT_EQ(out->image, "nginx:1");
  EXPECT_EQ(out->state, container_state::running);
  EXPECT_EQ(out->created, 1'714'564'800);
  EXPECT_THAT(out->labels, ElementsAre(Pair("x", "y")));
  const auto other =
      parse_list_entry(R"({"Id":"b2","Names":["/db"],"State":"exited","Labels":null})");
  EXPECT_EQ(other->state, container_state::exited);
  EXPECT_TRUE(other->labels.empty());
}

TEST(list_entry, must_be_of_a_container) {
  for (const char* text : {"", "{}", "1", "[]", "<html>", R"({"Id":17})", R"({"Id":"a b"})",
                           R"({"Id":"a\u001b"})", R"({"Id":"../x"})"}) {
    const auto out = parse_list_entry(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, errc::bad_response);
    EXPECT_THAT(out.error().message, HasSubstr("list of containers is not understood"));
  }
  EXPECT_FALSE(parse_list_entry(R"({"Id":")" + std::string(300, 'a') + R"("})"));
}

TEST(list_entry, that_cannot_be_read_may_still_have_an_id) {
  const auto out = unread_entry(R"({"Id":"a1","Names":["/web"],"Labels":{"x":nonsense)");
  EXPECT_TRUE(out.is_unread);
  EXPECT_EQ(out.id, "a1");
  for (const char* text : {"", "{}", R"({"Id":"a b"})", R"({"Id":")", R"({"x":"\"Id\":\"c\""})"}) {
    EXPECT_EQ(unread_entry(text).id, "") << text;
  }
}

// Docker and Podman give no such names; what claims to be one must not forge a line of a log.
TEST(names, that_no_engine_gives_are_made_plain) {
  const auto name = [](const std::string& json) {
    return parse_list_entry(R"({"Id":"0123456789abcdef","Names":[)" + json + "]}").value().name;
  };
  EXPECT_EQ(name(R"("/web_1.a-b")"), "web_1.a-b");
  EXPECT_EQ(name(R"("/a\u001b[31m\n\u00fc")"),
            "a?[31m??"
            "?-0123456789ab");
  EXPECT_EQ(name("\"/" + std::string(5'000, 'x') + "\"").size(), 216u);
  EXPECT_EQ(name(""), "");
  EXPECT_EQ(name("17, null, \"/a/b\""), "");
}

TEST(labels, of_any_length_are_cut_alike_wherever_they_are_told) {
  const std::string labels = R"({"a":")" + std::string(1'200'000, 'x') + R"(","b":"c"})";
  const auto listed = parse_list_entry(R"({"Id":"a","Labels":)" + labels + "}").value();
  const auto seen = parse_inspect(R"({"Id":"a","Config":{"Labels":)" + labels + "}}").value();
  const auto told =
      parse_event(R"({"Action":"start","Actor":{"ID":"a","Attributes":)" + labels + "}}").value();
  EXPECT_EQ(listed.labels.at("a"), std::string(label_bytes_max, 'x'));
  EXPECT_EQ(listed.labels, seen.summary.labels);
  EXPECT_EQ(listed.labels, told.attributes);
}

TEST(states, are_those_of_docker_and_podman) {
  const auto state = [](const std::string& text) {
    return parse_list_entry(R"({"Id":"a","State":")" + text + "\"}").value().state;
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

// Numbers of any size and type, where engines have an int.
TEST(inspect, bounds_the_numbers) {
  const auto state = [](const std::string& members) {
    return parse_inspect(R"({"Id":"a","RestartCount":-3,"State":{)" + members + "}}").value();
  };
  const auto exit_code = [&](const std::string& number) {
    return state(R"("ExitCode":)" + number).exit_code;
  };
  EXPECT_EQ(exit_code("-1"), -1);
  EXPECT_EQ(exit_code("2147483647"), 2'147'483'647);
  EXPECT_EQ(exit_code("null"), 0);
  EXPECT_EQ(state("").exit_code, 0);
  for (const char* number : {"2147483648", "-9223372036854775808", "18446744073709551615", "1.5",
                             "\"0\"", "true", "{}"}) {
    EXPECT_EQ(exit_code(number), std::nullopt) << number;
  }
  EXPECT_EQ(state(R"("Pid":4294967297)").pid, 0);
  EXPECT_EQ(state(R"("Pid":-5)").pid, 0);
  EXPECT_EQ(state("").restart_count, 0);
  EXPECT_FALSE(state(R"("OOMKilled":"true")").oom_killed);
  const auto ends =
      state(R"("StartedAt":"1800-01-01T00:00:00Z","FinishedAt":"9999-12-31T23:59:60Z")");
  EXPECT_EQ(ends.started_at, 0);
  EXPECT_EQ(ends.finished_at, 0);
  const auto health = state(R"("Health":{"Status":"starting","FailingStreak":9223372036854775807,
      "Log":[{"ExitCode":"x"}, 17]})")
                          .health;
  EXPECT_EQ(health, container_health());
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

TEST(events, may_be_of_nothing_in_particular) {
  const auto out = parse_event(R"({"Type":"container","Action":"prune","Actor":{"ID":"",
    "Attributes":{"reclaimed":"0"}},"scope":"local","time":1714564800,
    "timeNano":1714564800000000007})");
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(out->id, "");
  EXPECT_EQ(out->action, "prune");
  EXPECT_EQ(out->time, 1'714'564'800'000'000'007);
  EXPECT_EQ(parse_event(R"({"Action":"die"})")->id, "");
}

TEST(events, have_a_time_that_can_be_reckoned_with) {
  const auto time = [](const std::string& members) {
    return parse_event(R"({"Action":"die","Actor":{"ID":"a"},)" + members + "}").value().time;
  };
  for (const char* members : {R"("timeNano":9223372036854775807)", R"("time":9223372036854775807)",
                              R"("timeNano":4999999999999999999)", R"("time":4607315993)"}) {
    EXPECT_EQ(time(members), time_max) << members;
  }
  for (const char* members :
       {R"("timeNano":-9223372036854775808)", R"("time":-1)", R"("time":"1714564800")",
        R"("timeNano":18446744073709551615)", R"("time":1.5)", R"("time":null)"}) {
    EXPECT_EQ(time(members), 0) << members;
  }
}

TEST(events, that_cannot_be_read_may_still_have_a_time) {
  const auto time = [](const char* text) {
    const event out = unread_event(text);
    EXPECT_TRUE(out.is_unread);
    return out.time;
  };
  EXPECT_EQ(time(R"(x"}},"scope":"local","time":1714564800,"timeNano":1714564800000000007})"),
            1'714'564'800'000'000'007);
  EXPECT_EQ(time(R"("timeNano":9223372036854775807,"HealthStatus":""})"), time_max);
  EXPECT_EQ(time(R"("timeNano":99999999999999999999})"), 0);
  EXPECT_EQ(time(R"("a":"\"timeNano\":17"})"), 0);
  EXPECT_EQ(time(R"("timeNano":)"), 0);
  EXPECT_EQ(time(""), 0);
  EXPECT_EQ(action_in(R"({"status":"x","Type":"container","Action":"exec_create: sh -c secret)"),
            "exec_create");
  EXPECT_EQ(action_in(R"({"status":"x")"), "");
}

TEST(events, must_say_what_happened_to_whom) {
  for (const char* text :
       {"", "{}", R"({"Actor":{"ID":"a"}})", "[1]", R"({"Action":"die","Actor":{"ID":"a\nb"}})"}) {
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
  EXPECT_EQ(error_text(R"({"Id":"a","Config":{"Env":["PASSWORD=secret"]}})", "OK"), "OK");
  EXPECT_EQ(error_text(R"( {"Config":{"Env":["PASSWORD=secret)", "OK"), "OK") << "cut off";
  EXPECT_EQ(error_text("[1]", ""), "no reason given");
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
