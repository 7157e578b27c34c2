// In which order the containers of a project run and stop.
#include "executor/fleet/compose_order.hpp"

#include <gmock/gmock.h>

#include <set>

#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using enum compose_condition;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

compose_member one(const std::string& service, const std::string& depends_on = "",
                   const std::string& number = "1") {
  return {service + "/" + number, service, number, depends_on};
}

std::vector<std::string> services_of(const compose_order& order) {
  std::vector<std::string> out;
  for (const compose_step& each : order.steps) out.push_back(each.service);
  return out;
}

const compose_step& step_of(const compose_order& order, const std::string& service) {
  for (const compose_step& each : order.steps) {
    if (each.service == service) return each;
  }
  throw std::out_of_range(service);
}

TEST(ComposeOrder, ReadsTheLabel) {
  EXPECT_THAT(parse_depends_on("db:service_healthy:false,cache:service_started:true"),
              ElementsAre(Pair("cache", done), Pair("db", healthy)));
  EXPECT_THAT(parse_depends_on("job:service_completed_successfully,db"),
              ElementsAre(Pair("db", done), Pair("job", completed)));
  EXPECT_THAT(parse_depends_on(""), IsEmpty());
  EXPECT_THAT(parse_depends_on(" , :service_healthy:false,,"), IsEmpty());
  EXPECT_THAT(parse_depends_on(" db : service_healthy ,later:service_dances:false"),
              ElementsAre(Pair("db", healthy), Pair("later", done)));
  EXPECT_THAT(parse_depends_on("db:service_healthy,db:service_started"),
              ElementsAre(Pair("db", healthy)))
      << "the strictest";
}

TEST(ComposeOrder, RunsWhatIsNeededFirstAndStopsItLast) {
  const std::vector<compose_member> members{
      one("web", "db:service_healthy:false,job:service_completed_successfully:false"),
      one("job", "db:service_healthy:false"), one("db"), one("alone")};
  const auto run = order_to_run(members);
  EXPECT_THAT(services_of(run), ElementsAre("alone", "db", "job", "web"));
  EXPECT_THAT(step_of(run, "web").after, ElementsAre(Pair("db", healthy), Pair("job", completed)));
  EXPECT_THAT(step_of(run, "alone").after, IsEmpty());
  const auto stop = order_to_stop(members);
  EXPECT_THAT(services_of(stop), ElementsAre("web", "job", "db", "alone"));
  EXPECT_THAT(step_of(stop, "db").after, ElementsAre(Pair("job", done), Pair("web", done)));
  EXPECT_THAT(step_of(stop, "web").after, IsEmpty());
}

TEST(ComposeOrder, TakesReplicasTogetherByNumber) {
  const auto run =
      order_to_run({one("web", "", "10"), one("web", "", "9"), one("db"), one("web", "db", "1")});
  EXPECT_THAT(step_of(run, "web").members, ElementsAre("web/1", "web/9", "web/10"));
  EXPECT_THAT(step_of(run, "web").after, ElementsAre(Pair("db", done)))
      << "what any of them waits for, all do";
}

TEST(ComposeOrder, IgnoresWhatIsNotThere) {
  const auto run = order_to_run({one("web", "db:service_healthy:false")});
  EXPECT_THAT(step_of(run, "web").after, IsEmpty());
  EXPECT_THAT(run.circles, IsEmpty());
}

TEST(ComposeOrder, LetsNobodyWaitForASingleCommand) {
  const auto run = order_to_run({{"container/shop-web-run-1", "", "", "db"}, one("db")});
  EXPECT_THAT(services_of(run), ElementsAre("db", "container/shop-web-run-1"));
}

TEST(ComposeOrder, BreaksACircleAndKeepsTheRest) {
  const auto run = order_to_run(
      {one("b", "c"), one("c", "a,base"), one("a", "b"), one("base"), one("me", "me")});
  EXPECT_THAT(services_of(run), ElementsAre("base", "c", "b", "a", "me"));
  EXPECT_THAT(step_of(run, "c").after, ElementsAre(Pair("base", done)));
  EXPECT_THAT(run.circles,
              ElementsAre("depends_on goes in a circle (a -> b -> c -> a): that c waits for a was "
                          "ignored",
                          HasSubstr("that me waits for me was ignored")));
  EXPECT_EQ(run, order_to_run({one("me", "me"), one("base"), one("a", "b"), one("c", "base,a"),
                               one("b", "c")}))
      << "whatever comes first";
}

TEST(ComposeOrder, TakesALongChain) {
  constexpr int length = 20'000;
  std::vector<compose_member> members;
  for (int at = 0; at < length; ++at) {
    members.push_back(one("s" + std::to_string(at), "s" + std::to_string(at + 1)));
  }
  EXPECT_EQ(order_to_run(members).steps.front().service, "s" + std::to_string(length - 1));
  EXPECT_EQ(order_to_stop(members).steps.front().service, "s0");
}

// ---- For any project ------------------------------------------------------------------------

struct project {
  std::vector<compose_member> members;
  std::set<std::pair<std::string, std::string>> edges;  // who waits, for whom; both are there
};

std::string random_name(test::dice& dice, std::size_t number) {
  return std::string(1, static_cast<char>('a' + dice.upto(25))) + std::to_string(number);
}

// Without circles every service waits for those of lower numbers only; names say nothing of that.
project make_project(test::dice& dice, bool circles) {
  std::vector<std::string> names;
  for (std::size_t count = 1 + dice.upto(11); count > 0; --count) {
    names.push_back(random_name(dice, count));
  }
  project out;
  for (std::size_t at = 0; at < names.size(); ++at) {
    std::string label;
    const std::size_t most = circles ? names.size() : at;
    for (std::size_t needed = 0; needed < most; ++needed) {
      if (!dice.one_in(3)) continue;
      label += (label.empty() ? "" : ",") + names[needed] + ":service_healthy:false";
      out.edges.emplace(names[at], names[needed]);
    }
    if (dice.one_in(5)) label += (label.empty() ? "" : ",") + std::string("nobody");
    for (std::size_t number = 1 + dice.upto(2); number > 0; --number) {
      out.members.push_back(one(names[at], label, std::to_string(number)));
    }
  }
  return out;
}

void expect_all_once(const compose_order& order, const project& from) {
  std::multiset<std::string> paths;
  std::multiset<std::string> ordered;
  for (const compose_member& each : from.members) paths.insert(each.path);
  std::set<std::string> before;
  for (const compose_step& step : order.steps) {
    ordered.insert(step.members.begin(), step.members.end());
    for (const auto& [service, until] : step.after) EXPECT_TRUE(before.contains(service));
    before.insert(step.service);
  }
  EXPECT_EQ(paths, ordered);
}

std::set<std::pair<std::string, std::string>> edges_of(const compose_order& order) {
  std::set<std::pair<std::string, std::string>> out;
  for (const compose_step& step : order.steps) {
    for (const auto& [service, until] : step.after) out.emplace(step.service, service);
  }
  return out;
}

// Exactly the edges that there are: nobody waits for more than it says.
TEST(ComposeOrderProperty, KeepsEveryEdgeBothWays) {
  for (const std::uint64_t seed : test::seeds(400)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const project any = make_project(dice, false);
    const auto run = order_to_run(any.members);
    expect_all_once(run, any);
    EXPECT_THAT(run.circles, IsEmpty());
    EXPECT_EQ(edges_of(run), any.edges);
    const auto stop = order_to_stop(any.members);
    expect_all_once(stop, any);
    std::set<std::pair<std::string, std::string>> reversed;
    for (const auto& [who, whom] : any.edges) reversed.emplace(whom, who);
    EXPECT_EQ(edges_of(stop), reversed);
  }
}

TEST(ComposeOrderProperty, OrdersAllThatIsNotInACircle) {
  for (const std::uint64_t seed : test::seeds(400)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const project any = make_project(dice, true);
    const auto run = order_to_run(any.members);
    expect_all_once(run, any);
    expect_all_once(order_to_stop(any.members), any);
    EXPECT_EQ(edges_of(run).size() + run.circles.size(), any.edges.size())
        << "what is left out is said";
  }
}

}  // namespace
}  // namespace gantry::fleet
