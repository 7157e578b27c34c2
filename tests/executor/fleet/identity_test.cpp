#include "executor/fleet/identity.hpp"

#include <gtest/gtest.h>

#include "tests/executor/fleet/containers.hpp"

namespace gantry::fleet {
namespace {

identity alone(const engine::container_summary& each) {
  const auto all = identify({each});
  return all.contains(each.id) ? all.at(each.id) : identity{};
}

TEST(Identity, IsTheNameOfAPlainContainer) {
  EXPECT_EQ(alone(container("1", "clock")), (identity{"container/clock", "clock", ""}));
  EXPECT_EQ(alone(container("2", "clock")), alone(container("1", "clock")));
}

TEST(Identity, IsWhatComposeSays) {
  EXPECT_EQ(alone(container("1", "shop-web-1", compose("shop", "web"))),
            (identity{"container/shop/web/1", "web", "shop"}));
  EXPECT_EQ(alone(container("1", "shop-web-3", compose("shop", "web", "3"))),
            (identity{"container/shop/web/3", "web 3", "shop"}));
}

TEST(Identity, OfAContainerForOneCommandIsItsName) {
  const auto once = container("1", "shop-web-run-ab12",
                              with(compose("shop", "web"), "com.docker.compose.oneoff", "True"));
  EXPECT_EQ(alone(once), (identity{"container/shop-web-run-ab12", "shop-web-run-ab12", "shop"}));
}

TEST(Identity, OfHalfAComposeContainerIsItsName) {
  for (const char* missing : {"service", "container-number"}) {
    auto half = compose("shop", "web");
    half.erase(std::string("com.docker.compose.") + missing);
    EXPECT_EQ(alone(container("1", "x", half)), (identity{"container/x", "x", "shop"})) << missing;
  }
  auto half = compose("shop", "web");
  half.erase("com.docker.compose.project");
  EXPECT_EQ(alone(container("1", "x", half)), (identity{"container/x", "x", ""}));
}

TEST(Identity, KeepsOddCharactersOutOfItsPath) {
  const auto odd = alone(container("1", "x", compose("a/b", "c:d \xC3\xA9", "%1")));
  EXPECT_EQ(odd.path, "container/a%2Fb/c%3Ad%20%C3%A9/%251");
  EXPECT_EQ(odd.group, "a/b");
  // Nothing that compose says can be taken for another container.
  EXPECT_NE(alone(container("1", "x", compose("a", "b/1", "1"))).path,
            alone(container("1", "x", compose("a", "b", "1/1"))).path);
}

TEST(Identity, GoesToTheNewContainerWhileComposeReplacesTheOld) {
  const auto old = container("1", "shop-web-1", compose("shop", "web"), 10);
  const auto replaced = with(compose("shop", "web"), "com.docker.compose.replace", "web-1");
  for (const std::int64_t created : {10, 11}) {  // in the same second, too
    for (const char* id : {"0", "2"}) {
      const auto all = identify({old, container(id, "ab_shop-web-1", replaced, created)});
      ASSERT_EQ(all.size(), 1U);
      EXPECT_EQ(all.at(id), (identity{"container/shop/web/1", "web", "shop"}));
    }
  }
}

TEST(Identity, OfACopyIsItsNameAndTheNewestHasThatOfCompose) {
  const auto all = identify({container("1", "shop-web-1", compose("shop", "web"), 10),
                             container("2", "copy", compose("shop", "web"), 20)});
  EXPECT_EQ(all.at("2").path, "container/shop/web/1");
  EXPECT_EQ(all.at("1"), (identity{"container/shop-web-1", "shop-web-1", "shop"}));
}

// While it is made or removed, an engine may list a container without a name.
TEST(Identity, NeedsAName) {
  EXPECT_TRUE(identify({container("1", "")}).empty());
  const auto all = identify({container("1", "", compose("shop", "web"), 10),
                             container("2", "x", compose("shop", "web"), 20)});
  EXPECT_EQ(all.size(), 1U);
}

}  // namespace
}  // namespace gantry::fleet
