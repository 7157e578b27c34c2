#include "executor/fleet/actions.hpp"

#include <gmock/gmock.h>

#include "executor/engine/error.hpp"

namespace gantry::fleet {
namespace {

using engine::change;
using testing::HasSubstr;

std::string text_of(const myko::action_outcome& outcome) {
  if (const auto* failed = std::get_if<myko::action_failed>(&outcome)) {
    return "error: " + failed->message;
  }
  return std::get<myko::action_done>(outcome).response.bytes;
}

TEST(Actions, KnowsItsVerbs) {
  EXPECT_EQ(verb_of(model::action_id("svc:container/clock:run")), verb::run);
  EXPECT_EQ(verb_of(model::action_id("svc:container/clock:stop")), verb::stop);
  EXPECT_EQ(verb_of(model::action_id("svc:container/clock:restart")), verb::restart);
  for (const char* other :
       {"svc:container/clock:Run", "svc:run:", "svc:container/clock:runs", ""}) {
    EXPECT_EQ(verb_of(model::action_id(other)), std::nullopt) << other;
  }
}

TEST(Actions, ChecksTheDataOfAnOrder) {
  const auto good = make_order(verb::restart, json::text{R"({"timeout":3})"});
  ASSERT_TRUE(good);
  EXPECT_EQ(good->what, verb::restart);
  EXPECT_EQ(std::get<stop_options>(good->options).grace, std::chrono::seconds(3));
  EXPECT_FALSE(make_order(verb::restart, json::text{R"({"timeout":"3"})"}));
  EXPECT_TRUE(make_order(verb::run, json::text{R"({"timeout":3})"})) << "it has no use for any";
}

TEST(Actions, ReadsWhatIsConfigured) {
  const auto read = [](const char* data) {
    return std::get<configure_options>(make_order(verb::configure, json::text{data})->options);
  };
  const char* all = R"({"logLevel":"debug","lookAgainEvery":7,"statsEvery":3})";
  EXPECT_EQ(read(all).log_level, "debug");
  EXPECT_EQ(read(all).look_again_every, std::chrono::seconds(7));
  EXPECT_EQ(read(all).stats_every, std::chrono::seconds(3));
  EXPECT_EQ(to_json(read(R"({"statsEvery":3})")).bytes, R"({"statsEvery":3})");
  EXPECT_EQ(read("{}"), configure_options());
  for (const char* none : {R"({"logLevel":""})", R"({"statsEvery":0})", R"({"logLevel":null})",
                           R"({"lookAgainEvery":[]})", "null"}) {
    EXPECT_EQ(read(none), configure_options()) << none;
  }
  for (const char* bad : {R"({"logLevel":"loud"})", R"({"statsEvery":-1})", R"({"every":1})",
                          R"({"lookAgainEvery":3601})", R"({"lookAgainEvery":1.5})"}) {
    EXPECT_FALSE(make_order(verb::configure, json::text{bad})) << bad;
  }
}

TEST(Actions, ReadsTheImageToPull) {
  const auto order = make_order(verb::pull, json::text{R"({"image":"busybox:1"})"});
  ASSERT_TRUE(order);
  EXPECT_EQ(std::get<pull_options>(order->options).image, "busybox:1");
  EXPECT_FALSE(make_order(verb::pull, std::nullopt));
  EXPECT_FALSE(make_order(verb::pull, json::text{R"({"image":""})"}));
}

TEST(Actions, ReadsSignals) {
  for (const char* data : {R"({"signal":"SIGHUP"})", R"({"signal":"HUP"})", R"({"signal":"1"})"}) {
    const auto order = make_order(verb::kill, json::text{data});
    ASSERT_TRUE(order) << data;
    EXPECT_EQ(std::get<kill_options>(order->options).signal, "SIGHUP");
  }
  const auto none = make_order(verb::kill, std::nullopt);
  ASSERT_TRUE(none);
  EXPECT_EQ(std::get<kill_options>(none->options).signal, "SIGKILL");
  const auto wrong = make_order(verb::kill, json::text{R"({"signal":"SIGFOO"})"});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("there is no signal SIGFOO"));
}

TEST(Actions, ReadsALineOfTextOrJson) {
  const auto text = make_order(verb::write, json::text{R"({"text":"go"})"});
  ASSERT_TRUE(text);
  EXPECT_EQ(std::get<write_options>(text->options).line, "go\n");
  const auto value = make_order(verb::write, json::text{"{\"json\": {\"a\":\n[1]}}"});
  ASSERT_TRUE(value);
  EXPECT_EQ(std::get<write_options>(value->options).line, "{\"a\":[1]}\n");
  const auto exact = make_order(verb::write, json::text{R"({"json":[1.50,99999999999999999999]})"});
  ASSERT_TRUE(exact);
  EXPECT_EQ(std::get<write_options>(exact->options).line, "[1.50,99999999999999999999]\n");
  EXPECT_FALSE(make_order(verb::write, json::text{R"({"json":1e400})"}));
}

TEST(Actions, ReadsWhichOfTextAndJsonIsGiven) {
  struct row {
    const char* data;
    const char* line;  // empty: it is refused
  };
  for (const row& each :
       {row{R"({"text":""})", "\n"}, row{R"({"text":"","json":1})", "1\n"},
        row{R"({"text":"a","json":null})", "a\n"}, row{R"({"text":null,"json":0})", "0\n"},
        row{R"({"json":false})", "false\n"}, row{R"({"json":""})", "\"\"\n"},
        row{R"({"text":"a","json":1})", ""}, row{R"({"text":"a","json":0})", ""},
        row{R"({"text":"","json":null})", ""}, row{R"({"json":null})", ""}, row{"{}", ""},
        row{"null", ""}, row{R"({"text":7})", ""}, row{R"({"line":"a"})", ""}, row{"[]", ""}}) {
    const auto order = make_order(verb::write, json::text{each.data});
    EXPECT_EQ(order ? std::get<write_options>(order->options).line : "", each.line) << each.data;
  }
  EXPECT_EQ(make_order(verb::write, json::text{R"({"text":"a","json":1})"}).error().message,
            "write takes text or json, and both were given");
}

TEST(Actions, ForgetsAllOnlyWhereThatIsSaid) {
  const auto read = [](const char* data) { return make_order(verb::forget, json::text{data}); };
  EXPECT_EQ(std::get<forget_options>(read(R"({"target":"a"})")->options).target, "a");
  EXPECT_EQ(std::get<forget_options>(read(R"({"all":true})")->options).target, std::nullopt);
  for (const char* bad :
       {"{}", "null", R"({"all":false})", R"({"target":""})", R"({"target":null})",
        R"({"target":"a","all":true})", R"({"all":"yes"})"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

TEST(Actions, SaysWhatWasDone) {
  EXPECT_THAT(text_of(describe(verb::run, "c", change::made)),
              HasSubstr("container c was started"));
  EXPECT_THAT(text_of(describe(verb::run, "c", change::already)),
              HasSubstr("container c is running already"));
  EXPECT_THAT(text_of(describe(verb::stop, "c", change::made)),
              HasSubstr("container c was stopped"));
  EXPECT_THAT(text_of(describe(verb::stop, "c", change::already)),
              HasSubstr("container c is stopped already"));
  EXPECT_THAT(text_of(describe(verb::restart, "c", change::made)),
              HasSubstr("container c was restarted"));
  EXPECT_EQ(text_of(describe(verb::stop, "c", engine::fault(engine::errc::timed_out, "too slow"))),
            "error: container c: stop failed: too slow");
}

TEST(Actions, TellsOfAGroupWhatItsMembersTell) {
  const member_outcome good{"web", describe(verb::run, "web", change::already)};
  const member_outcome bad{"db", myko::action_failed{"container db: run failed: no"}};
  EXPECT_EQ(text_of(combine("shop", {good})),
            R"({"containers":["web"],"ok":true,"results":[)"
            R"({"changed":false,"message":"container web is running already","ok":true}]})");
  EXPECT_EQ(text_of(combine("shop", {good, bad, good})),
            "error: project shop: 2 of 3 containers did it. container db: run failed: no");
}

}  // namespace
}  // namespace gantry::fleet
