// Engines that answer what no engine should, to each call: it fails in words, in time, and the next
// one is as good as ever.
#include <gmock/gmock.h>

#include <functional>

#include "client_fixture.hpp"
#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using namespace std::chrono_literals;

class hostile_engine : public client_fixture {
 protected:
  hostile_engine() { config_.request_max = 300ms; }

  struct call {
    std::string name;
    std::function<std::optional<failure>()> ask;  // nothing: it succeeded
  };

  template <typename T>
  std::optional<failure> outcome(awaitable<result<T>> asked) {
    const auto out = run(io_, std::move(asked));
    return out ? std::nullopt : std::optional(out.error());
  }

  std::vector<call> calls() {
    client& to = *client_;
    return {{"negotiate", [&] { return outcome(to.negotiate()); }},
            {"info", [&] { return outcome(to.info()); }},
            {"list", [&] { return outcome(to.list()); }},
            {"inspect", [&] { return outcome(to.inspect("a")); }},
            {"hardening", [&] { return outcome(to.inspect_hardening("a")); }},
            {"stats", [&] { return outcome(to.stats("a")); }},
            {"create", [&] { return outcome(to.create({.image = "a"})); }},
            {"start", [&] { return outcome(to.start("a")); }},
            {"stop", [&] { return outcome(to.stop("a", 0s)); }},
            {"kill", [&] { return outcome(to.kill("a", "KILL")); }},
            {"pause", [&] { return outcome(to.pause("a")); }},
            {"remove", [&] { return outcome(to.remove("a", {})); }},
            {"image", [&] { return outcome(to.inspect_image("a")); }},
            {"wait", [&] { return waited(to); }},
            {"exec", [&] { return executed(to); }},
            {"pull", [&] { return pulled(to); }},
            {"events", [&] { return heard(to); }},
            {"logs", [&] { return read(to); }}};
  }

  // The streams, to their ends.
  std::optional<failure> waited(client& to) {
    const auto wait = run(io_, to.wait("a", wait_condition::next_exit));
    if (!wait) return wait.error();
    return outcome((*wait)->finish());
  }
  std::optional<failure> executed(client& to) {
    const auto exec = run(io_, to.exec("a", {.command = {"true"}}));
    if (!exec) return exec.error();
    return outcome((*exec)->finish());
  }
  std::optional<failure> pulled(client& to) {
    const auto pull = run(io_, to.pull({"a", ""}));
    if (!pull) return pull.error();
    while (true) {
      const auto next = run(io_, (*pull)->next());
      if (!next) return next.error();
      if (!*next) return std::nullopt;
    }
  }
  std::optional<failure> heard(client& to) {
    const auto events = run(io_, to.events(std::nullopt));
    if (!events) return events.error();
    while (true) {
      const auto next = run(io_, (*events)->next());
      if (!next) return next.error();
      if (!*next) return std::nullopt;
    }
  }
  std::optional<failure> read(client& to) {
    const auto log = run(io_, to.logs({"a", {}, false}));
    if (!log) return log.error();
    while (true) {
      const auto next = run(io_, (*log)->read());
      if (!next) return next.error();
      if (next->empty()) return std::nullopt;
    }
  }

  // Each call gets the answer; `check` judges. Then the engine is well again.
  void expect(
      const scripted_answer& answer,
      const std::function<void(const std::string& call, const std::optional<failure>&)>& check) {
    const std::size_t count = 18;
    for (std::size_t at = 0; at < count; ++at) {
      serve({answer, answer, json_answer("200 OK", "[]")});
      const auto all = calls();
      ASSERT_EQ(all.size(), count);
      const auto why = all[at].ask();
      check(all[at].name, why);
      if (why) {
        EXPECT_FALSE(why->message.empty());
        EXPECT_LT(why->message.size(), 5'000u) << all[at].name;
      }
      const auto left = run(io_, client_->list());
      EXPECT_TRUE(left || left.error().code != errc::timed_out) << all[at].name;
      client_.reset();
      engine_.reset();
    }
  }
};

bool changes(const std::string& call) {
  return call == "start" || call == "stop" || call == "kill" || call == "pause" || call == "remove";
}

// What has nothing in it to be understood, so that any 200 will do.
bool takes_anything(const std::string& call) {
  return changes(call) || call == "negotiate" || call == "events" || call == "logs" ||
         call == "pull";
}

TEST_F(hostile_engine, answers_with_a_page_of_a_proxy) {
  const std::string page =
      "<!DOCTYPE html><html><body>" + std::string(2'000, 'x') + "</body></html>";
  expect({{"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
           std::to_string(page.size()) + "\r\n\r\n" + page}},
         [](const auto& call, const auto& why) {
           const bool takes = changes(call) || call == "negotiate";
           EXPECT_EQ(!why, takes) << call << ": " << (why ? why->message : "");
           if (why) {
             EXPECT_EQ(why->code, errc::bad_response) << call;
           }
         });
}

TEST_F(hostile_engine, answers_without_a_body) {
  expect(json_answer("200 OK", ""), [](const auto& call, const auto& why) {
    const bool takes = takes_anything(call) || call == "stats";  // as of one that does not run
    EXPECT_EQ(!why, takes) << call << ": " << (why ? why->message : "");
  });
}

TEST_F(hostile_engine, answers_with_no_content) {
  expect({{"HTTP/1.1 204 No Content\r\n\r\n"}}, [](const auto& call, const auto& why) {
    EXPECT_EQ(!why, changes(call)) << call << ": " << (why ? why->message : "");
  });
}

TEST_F(hostile_engine, answers_with_half_of_it) {
  for (const std::string body :
       {"{\"Id\":\"a\",", "[{\"Id\":\"a\"}", "\"", "{\"Id\":\"a\"}}", "[1"}) {
    expect(json_answer("200 OK", body), [&](const auto& call, const auto& why) {
      EXPECT_EQ(!why, takes_anything(call)) << call << " " << body;
    });
  }
}

TEST_F(hostile_engine, answers_with_values_of_other_types) {
  const std::string wrong =
      R"({"Id":17,"State":[],"Config":"x","HostConfig":1,"StatusCode":"0","Running":1,)"
      R"("ServerVersion":{},"Warnings":7,"cpu_stats":[],"memory_stats":"x","networks":[1],)"
      R"("blkio_stats":{"io_service_bytes_recursive":[null,1]},"read":3})";
  expect(json_answer("200 OK", wrong), [](const auto& call, const auto& why) {
    const bool takes = takes_anything(call) || call == "stats";
    EXPECT_EQ(!why, takes) << call;
  });
}

TEST_F(hostile_engine, never_ends_its_answer) {
  scripted_answer endless;
  endless.pieces = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("[")};
  endless.then = scripted_answer::ending::hang;
  for (const std::string name : {"info", "list", "inspect", "stats", "create", "start", "image"}) {
    serve({endless});
    for (const auto& each : calls()) {
      if (each.name != name) continue;
      const auto why = each.ask();
      ASSERT_TRUE(why) << name;
      EXPECT_EQ(why->code, errc::timed_out) << name << ": " << why->message;
    }
    client_.reset();
    engine_.reset();
  }
}

TEST_F(hostile_engine, has_a_head_of_a_megabyte) {
  expect({{"HTTP/1.1 200 OK\r\nX-Long: " + std::string(1 << 20, 'x') + "\r\n\r\n[]"}},
         [](const auto& call, const auto& why) {
           ASSERT_TRUE(why) << call;
           EXPECT_EQ(why->code, errc::bad_response) << call << ": " << why->message;
         });
}

TEST_F(hostile_engine, has_chunks_that_are_none) {
  for (const std::string body : {"zz\r\n[]\r\n", "FFFFFFFFFFFFFFFFF\r\n[]", "-1\r\n[]\r\n"}) {
    expect({{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body}},
           [&](const auto& call, const auto& why) { EXPECT_TRUE(why) << call << " " << body; });
  }
}

TEST_F(hostile_engine, answers_with_each_status) {
  for (const int status : {100, 102, 103, 199, 202, 206, 300, 302, 400, 401, 403, 404,
                           407, 413, 418, 429, 451, 500, 502, 503, 504, 599, 600, 999}) {
    expect({{"HTTP/1.1 " + std::to_string(status) + " Odd\r\nContent-Length: 2\r\n\r\n{}"}},
           [&](const auto& call, const auto& why) {
             const bool is_no_image = call == "image" && status == 404;
             // What engine it is, is not known then, and the rest goes on.
             const bool takes = is_no_image || (call == "negotiate" && status == 403);
             EXPECT_EQ(!why, takes) << call << " " << status;
             if (!why) return;
             if (status == 404 && !changes(call)) {
               EXPECT_EQ(why->code, errc::not_found) << call;
             }
             if (status >= 500 && status < 600) {
               EXPECT_EQ(why->code, errc::engine_error) << call;
             }
           });
  }
}

}  // namespace
}  // namespace gantry::engine
