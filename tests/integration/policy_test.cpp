// Which actions there are, and for whom: on a real engine.
#include <gmock/gmock.h>

#include <set>

#include "model/json.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using names = std::set<std::string>;

const names safe{"pause", "restart", "run", "stop", "unpause"};

class policy : public core_stage {
 protected:
  // A container that is published.
  std::string make(const std::string& name, std::vector<std::string> options = {}) {
    return online("container/" + create_container(name, "sleep 1000", std::move(options)));
  }
  std::string online(const std::string& path) {
    EXPECT_TRUE(until([&] { return status(path) == "online"; })) << path;
    return path;
  }

  // The names behind a target's actionIds or emitterIds, each of which has an item of its own.
  names listed(const std::string& path, const std::string& key, const std::string& type) {
    names out;
    const auto ids = json::parse(field("Target", target(path), key));
    EXPECT_TRUE(ids && ids->IsArray()) << path;
    if (!ids || !ids->IsArray()) return out;
    for (const json::value& each : ids->GetArray()) {
      const std::string id = each.GetString();
      out.insert(id.substr(id.rfind(':') + 1));
      EXPECT_EQ(field(type, id, "targetId"), target(path)) << id;
    }
    return out;
  }
  names actions_of(const std::string& path) { return listed(path, "actionIds", "Action"); }
  names emitters_of(const std::string& path) { return listed(path, "emitterIds", "Emitter"); }

  void expect_refused(const std::string& path, const std::string& action, const char* why,
                      const std::string& data = "") {
    const answer refused = act(path, action, data);
    EXPECT_FALSE(refused.good) << path << ":" << action << ": " << refused.text;
    EXPECT_THAT(refused.text, HasSubstr(why)) << path << ":" << action;
  }
};

names with(names base, const names& more) {
  base.insert(more.begin(), more.end());
  return base;
}

TEST_F(policy, what_is_safe_is_there_and_nothing_else) {
  start({});
  create_container(
      "web", "sleep 1000",
      {"--label", "com.docker.compose.project=shop", "--label", "com.docker.compose.service=web",
       "--label", "com.docker.compose.container-number=1"});
  const std::string its = online("container/shop/web/1");
  online("project/shop");
  EXPECT_EQ(actions_of(its), safe);
  EXPECT_EQ(actions_of("project/shop"), safe);
  EXPECT_EQ(actions_of("engine"), (names{"forget", "refresh"}));
  expect_refused(its, "kill", "actions.allow");
  expect_refused(its, "exec", "actions.allow", R"({"command":["true"]})");
  expect_refused(its, "write", "actions.allow", R"({"text":"a"})");
  expect_refused(its, "remove", "actions.allow");
  expect_refused("engine", "pull", "actions.allow", R"({"image":"gantry-test"})");
  expect_refused("engine", "configure", "actions.allow", "{}");
  expect_refused("project/shop", "remove", "no action remove");
}

TEST_F(policy, the_configuration_names_what_else_there_is_and_for_whom) {
  start({{"GANTRY_ALLOW",
          "container/" + prefix + "web*:exec,container/*:write,engine:configure,project/*:*"},
         {"GANTRY_DENY", "container/*db:run,container/*db:write"}});
  const std::string web = make("web-1");
  const std::string other = make("other");
  const std::string store = make("db");
  EXPECT_EQ(actions_of(web), with(safe, {"exec", "write"}));
  EXPECT_EQ(actions_of(other), with(safe, {"write"}));
  EXPECT_EQ(actions_of(store), (names{"pause", "restart", "stop", "unpause"}));
  EXPECT_EQ(actions_of("engine"), (names{"configure", "forget", "refresh"}));
  expect_refused(other, "exec", "actions.allow", R"({"command":["true"]})");
  expect_refused(store, "run", "actions.deny");
  expect_refused(store, "write", "actions.deny", R"({"text":"a"})");
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Status}}", prefix + "db"}), "created");
}

TEST_F(policy, read_only_is_emitters_and_no_actions) {
  start({{"GANTRY_READ_ONLY", "true"}, {"GANTRY_ALLOW", "*:*"}});
  const std::string path = make("web");
  EXPECT_EQ(count("Action"), 0U);
  EXPECT_THAT(actions_of(path), IsEmpty());
  EXPECT_THAT(actions_of("engine"), IsEmpty());
  EXPECT_TRUE(emitters_of(path).contains("output"));
  EXPECT_TRUE(emitters_of("engine").contains("engine"));
  expect_refused(path, "run", "read-only");
  expect_refused("engine", "refresh", "read-only");
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Status}}", prefix + "web"}), "created");
  docker({"start", prefix + "web"});
  EXPECT_TRUE(until([&] { return state(path) == "running"; })) << "what happens is told";
}

// A button that stays in every UI, and is refused, is worse than none.
TEST_F(policy, what_is_switched_off_is_deleted_at_the_next_start) {
  start({{"GANTRY_ALLOW", "container/*:kill"}, {"GANTRY_STATS", "container/*"}});
  const std::string web = make("web");
  EXPECT_EQ(actions_of(web), with(safe, {"kill"}));
  EXPECT_TRUE(emitters_of(web).contains("stats"));
  stop_gantry();
  EXPECT_TRUE(until([&] { return status(web) == "offline"; }));
  EXPECT_FALSE(field("Action", target(web) + ":kill", "id").empty());
  start();
  online(web);
  EXPECT_EQ(actions_of(web), safe);
  EXPECT_TRUE(until([&] { return field("Action", target(web) + ":kill", "id").empty(); }));
  EXPECT_TRUE(until([&] { return field("Emitter", target(web) + ":stats", "id").empty(); }));
  EXPECT_TRUE(field("Pulse", target(web) + ":stats", "id").empty());
}

TEST_F(policy, a_label_narrows_and_never_widens) {
  start({{"GANTRY_ALLOW", "container/*:kill"}});
  const std::string narrow = make("narrow", {"--label", "gantry.actions=run, kill,exec"});
  const std::string none = make("none", {"--label", "gantry.actions="});
  EXPECT_EQ(actions_of(narrow), (names{"kill", "run"})) << "exec is not for a label to give";
  EXPECT_THAT(actions_of(none), IsEmpty());
  expect_refused(narrow, "exec", "actions.allow", R"({"command":["true"]})");
  expect_refused(narrow, "stop", "gantry.actions");
  expect_refused(none, "run", "gantry.actions");
  EXPECT_TRUE(act(narrow, "run").good);
  EXPECT_TRUE(until([&] { return state(narrow) == "running"; }));
}

}  // namespace
}  // namespace gantry::test
