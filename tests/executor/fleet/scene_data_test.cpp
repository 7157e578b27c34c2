// What a scene sends for the schemas that are published, and what becomes of it: its node sends all
// inputs, those that nobody has set as the defaults of their types.
#include <gmock/gmock.h>

#include "executor/fleet/actions.hpp"
#include "executor/fleet/schemas.hpp"
#include "executor/fleet/slot_schemas.hpp"
#include "model/json.hpp"
#include "tests/support/scene_node.hpp"

namespace gantry::fleet {
namespace {

using std::chrono::seconds;
using test::sent_by_scene;
using testing::ElementsAre;
using testing::HasSubstr;
using inputs = std::map<std::string, std::string>;

json::text scene(verb what, const inputs& set = {}) {
  return sent_by_scene(action_schema(what).published(schema_words::titles), set);
}

result<order> pressed(verb what, const inputs& set = {}) {
  return make_order(what, scene(what, set));
}
template <typename Options>
Options options_of(verb what, const inputs& set = {}) {
  const auto order = pressed(what, set);
  EXPECT_TRUE(order) << scene(what, set).bytes << ": " << order.error().message;
  return order ? std::get<Options>(order->options) : Options();
}
std::string refusal_of(verb what, const inputs& set = {}) {
  const auto order = pressed(what, set);
  EXPECT_FALSE(order) << scene(what, set).bytes;
  return order ? "" : order.error().message;
}

// The table of what the core sends: unset, and set to 7.
TEST(SceneNode, SendsWhatTheCoreSends) {
  struct row {
    const char* n;
    const char* unset;
    const char* set;
  };
  for (const row& each : {
           row{R"({"type":"integer"})", R"({"n":0})", R"({"n":7})"},
           row{R"({"type":"integer","default":10})", R"({"n":0})", R"({"n":7})"},
           row{"{}", R"({"n":null})", R"({"n":7})"},
           row{R"({"anyOf":[{"type":"integer"},{"type":"null"}]})", R"({"n":null})",
               R"({"n":null})"},
           row{R"({"type":"string"})", R"({"n":""})", R"({"n":7})"},
           row{R"({"type":"boolean"})", R"({"n":false})", R"({"n":7})"},
           row{R"({"type":"array"})", R"({"n":[]})", R"({"n":7})"},
           row{R"({"type":"string","enum":["a"]})", R"({"n":""})", R"({"n":7})"},
           row{R"({"oneOf":[{"const":"a","title":"A"},{"const":"b","title":"B"}]})", R"({"n":"a"})",
               R"({"n":7})"},
       }) {
    const json::text schema{R"({"type":"object","properties":{"n":)" + std::string(each.n) + "}}"};
    EXPECT_EQ(sent_by_scene(schema).bytes, each.unset) << each.n;
    EXPECT_EQ(sent_by_scene(schema, {{"n", "7"}}).bytes, each.set) << each.n;
  }
  for (const char* none : {R"({"type":"object"})", R"({"type":"object","properties":{}})",
                           R"({"allOf":[{"type":"object"}]})"}) {
    const std::string sent = sent_by_scene({none}).bytes;
    EXPECT_TRUE(sent == "null" || sent == R"({"":null})") << none << " " << sent;
  }
  EXPECT_EQ(sent_by_scene({R"({"type":"object","properties":{"a":{"type":"object","properties":)"
                           R"({"b":{"type":"number"},"c":{"type":"integer"}}}}})"},
                          {{"a.c", "7"}})
                .bytes,
            R"({"a":{"b":0.0,"c":7}})");
}

TEST(SceneData, OfAnActionWithoutFieldsIsNull) {
  for (const verb each : {verb::run, verb::pause, verb::unpause, verb::refresh}) {
    EXPECT_EQ(scene(each).bytes, "null");
    EXPECT_TRUE(pressed(each));
    for (const char* data : {"7", "[1]", "\"x\"", "true", R"({"timeout":3})"}) {
      EXPECT_TRUE(make_order(each, json::text{data})) << data;
    }
  }
}

TEST(SceneData, OfStopAndRestartHasTheEnginesOwnTimeout) {
  for (const verb each : {verb::stop, verb::restart}) {
    EXPECT_EQ(scene(each).bytes, R"({"timeout":0})");
    EXPECT_EQ(options_of<stop_options>(each).grace, std::nullopt);
    EXPECT_EQ(options_of<stop_options>(each, {{"timeout", "7"}}).grace, seconds(7));
  }
}

TEST(SceneData, OfKillHasTheUsualSignal) {
  EXPECT_EQ(scene(verb::kill).bytes, R"({"signal":""})");
  EXPECT_EQ(options_of<kill_options>(verb::kill).signal, "SIGKILL");
  EXPECT_EQ(options_of<kill_options>(verb::kill, {{"signal", "\"HUP\""}}).signal, "SIGHUP");
}

TEST(SceneData, OfWriteIsTextOrJson) {
  const auto line = [](const inputs& set) {
    return options_of<write_options>(verb::write, set).line;
  };
  EXPECT_EQ(scene(verb::write).bytes, R"({"json":null,"text":""})");
  EXPECT_THAT(refusal_of(verb::write), HasSubstr("neither was given"));
  EXPECT_EQ(line({{"text", "\"go\""}}), "go\n");
  EXPECT_EQ(line({{"json", "7"}}), "7\n");
  EXPECT_EQ(line({{"json", "0"}}), "0\n");
  EXPECT_EQ(line({{"json", "false"}}), "false\n");
  EXPECT_EQ(line({{"json", "\"\""}}), "\"\"\n");
  EXPECT_EQ(line({{"json", "[]"}}), "[]\n");
  EXPECT_THAT(refusal_of(verb::write, {{"text", "\"go\""}, {"json", "7"}}),
              HasSubstr("both were given"));
}

TEST(SceneData, OfExecHasTheContainersUserAndFourSeconds) {
  EXPECT_EQ(scene(verb::exec).bytes, R"({"command":[],"timeout":0,"user":""})");
  EXPECT_THAT(refusal_of(verb::exec), HasSubstr("lacks command"));
  const auto some = options_of<exec_options>(verb::exec, {{"command", R"(["ls","-l"])"}});
  EXPECT_THAT(some.command, ElementsAre("ls", "-l"));
  EXPECT_EQ(some.user, "");
  EXPECT_EQ(some.timeout, seconds(4));
  const auto all = options_of<exec_options>(
      verb::exec, {{"command", R"(["ls"])"}, {"user", "\"root\""}, {"timeout", "7"}});
  EXPECT_EQ(all.user, "root");
  EXPECT_EQ(all.timeout, seconds(7));
}

TEST(SceneData, OfRemoveTakesNothingMoreThanTheContainer) {
  EXPECT_EQ(scene(verb::remove).bytes, R"({"force":false,"volumes":false})");
  const auto none = options_of<engine::removal>(verb::remove);
  EXPECT_FALSE(none.force);
  EXPECT_FALSE(none.volumes);
  const auto both =
      options_of<engine::removal>(verb::remove, {{"force", "true"}, {"volumes", "true"}});
  EXPECT_TRUE(both.force);
  EXPECT_TRUE(both.volumes);
}

TEST(SceneData, OfPullHasToNameAnImage) {
  EXPECT_EQ(scene(verb::pull).bytes, R"({"image":""})");
  EXPECT_THAT(refusal_of(verb::pull), HasSubstr("lacks image"));
  EXPECT_EQ(options_of<pull_options>(verb::pull, {{"image", "\"box\""}}).image, "box");
}

TEST(SceneData, OfConfigureKeepsWhatIsNotSet) {
  EXPECT_EQ(scene(verb::configure).bytes, R"({"logLevel":"","lookAgainEvery":0,"statsEvery":0})");
  EXPECT_EQ(options_of<configure_options>(verb::configure), configure_options());
  configure_options all;
  all.log_level = "debug";
  all.look_again_every = seconds(7);
  all.stats_every = seconds(8);
  EXPECT_EQ(options_of<configure_options>(
                verb::configure,
                {{"logLevel", "\"debug\""}, {"lookAgainEvery", "7"}, {"statsEvery", "8"}}),
            all);
}

TEST(SceneData, OfForgetNeverForgetsAllByItself) {
  EXPECT_EQ(scene(verb::forget).bytes, R"({"all":false,"target":""})");
  EXPECT_THAT(refusal_of(verb::forget), HasSubstr("neither was given: nothing was forgotten"));
  EXPECT_EQ(options_of<forget_options>(verb::forget, {{"target", "\"clock\""}}).target, "clock");
  EXPECT_EQ(options_of<forget_options>(verb::forget, {{"all", "true"}}).target, std::nullopt);
  EXPECT_THAT(refusal_of(verb::forget, {{"target", "\"clock\""}, {"all", "true"}}),
              HasSubstr("both were given"));
}

// So that none is forgotten here when there is one more.
TEST(SceneData, OfEachActionIsUnderstoodOrRefusedInWords) {
  for (const verb_facts& each : all_verbs()) {
    const auto order = pressed(each.what);
    const bool needs_more = each.what == verb::write || each.what == verb::exec ||
                            each.what == verb::pull || each.what == verb::forget;
    EXPECT_EQ(order.has_value(), !needs_more) << each.name;
  }
}

// ---- Slots --------------------------------------------------------------------------------------

std::string stop_of_slot(const inputs& set) {
  const json::text data = sent_by_scene(slot_stop_schema().published(schema_words::titles), set);
  const auto checked = check_own_data(data, slot_stop_schema());
  EXPECT_TRUE(checked) << data.bytes;
  return checked ? json::write(*checked) : "";
}

TEST(SceneData, OfASlotsStopMeansAllOrOne) {
  EXPECT_EQ(stop_of_slot({}), "{}");
  EXPECT_EQ(stop_of_slot({{"run", "\"echo-1\""}}), R"({"run":"echo-1"})");
}

class slot_input {
 public:
  explicit slot_input(const std::string& schema) { slot_.input = json::text{schema}; }

  // The input that the run gets, or why there is none.
  [[nodiscard]] std::string sent(const inputs& set = {}) const {
    return given(sent_by_scene(published_input_schema(slot_, schema_words::titles), set).bytes);
  }
  [[nodiscard]] std::string given(const std::string& data) const {
    const auto checked = check_input(json::text{data}, input_schema(slot_));
    return checked ? json::write(*checked) : checked.error().message;
  }

 private:
  slots::slot_template slot_;
};

TEST(SceneData, OfASlotIsJudgedAsItCame) {
  const slot_input plain(
      R"({"type":"object","properties":{"n":{"type":"integer"},"s":{"type":"string"}}})");
  EXPECT_EQ(plain.sent(), R"({"n":0,"s":""})") << "it fits, so it is what the run gets";
  EXPECT_EQ(plain.sent({{"n", "7"}}), R"({"n":7,"s":""})");
}

TEST(SceneData, OfASlotIsJudgedOnceMoreWithoutWhatNobodySet) {
  const slot_input strict(
      R"({"type":"object","required":["n"],"additionalProperties":false,"properties":{)"
      R"("n":{"type":"integer"},"mode":{"enum":["slow","fast"]},)"
      R"("at":{"type":"object","required":["x"],"properties":{"x":{"type":"integer","minimum":1}}},)"
      R"("rate":{"type":["number","null"],"minimum":1}}})");
  EXPECT_EQ(strict.sent({{"n", "7"}}), R"({"n":7})");
  EXPECT_EQ(strict.sent({{"n", "7"}, {"mode", "\"fast\""}, {"at.x", "3"}, {"rate", "2"}}),
            R"({"at":{"x":3},"mode":"fast","n":7,"rate":2})");
  EXPECT_EQ(strict.sent(), R"({"n":0})") << "what is required is a value";
  EXPECT_EQ(strict.given(R"({"n":1,"mode":""})"), R"({"n":1})");
  EXPECT_THAT(strict.given(R"({"n":1,"mode":"slowly"})"), HasSubstr("data/mode: must be one of"));
  EXPECT_THAT(strict.given(R"({"n":1,"x":""})"), R"({"n":1})");
  EXPECT_THAT(strict.given(R"({"n":"","mode":""})"),
              HasSubstr("data/n: must be a whole number, not a text"))
      << "of what is left";
}

TEST(SceneData, OfASlotMayBeOneOfTwo) {
  const slot_input either(R"({"type":"object","properties":{"text":{"type":"string"},"n":{}},)"
                          R"("oneOf":[{"required":["text"]},{"required":["n"]}]})");
  EXPECT_EQ(either.sent({{"text", "\"go\""}}), R"({"text":"go"})");
  EXPECT_EQ(either.sent({{"n", "7"}}), R"({"n":7})");
  EXPECT_THAT(either.sent(), HasSubstr("does not fit"));
}

TEST(SceneData, OfASlotWithoutAnInputIsAnEmptyObject) {
  EXPECT_EQ(sent_by_scene(published_input_schema({}, schema_words::titles)).bytes, "null");
  const auto checked = check_input(json::text{"null"}, input_schema({}));
  ASSERT_TRUE(checked);
  EXPECT_EQ(json::write(*checked), "{}");
}

}  // namespace
}  // namespace gantry::fleet
