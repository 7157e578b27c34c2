// Views, which only the core of 2026 has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using test::core_driver;
using testing::HasSubstr;
using testing::IsEmpty;

std::string view(const std::string& id, const std::string& body) {
  return R"({"event":"ws:m:view","data":{"viewId":")" + id + R"(","viewItemType":"x","view":)" +
         body + "}}";
}

class live_view : public testing::Test {
 protected:
  std::string ask(const std::string& id, const std::string& body) {
    server.send(client, view(id, body));
    return server.take_one(client);
  }

  core_driver server{generation::rust};
  connection_id client = server.connect();
};

TEST_F(live_view, of_properties_is_answered_at_once_and_empty) {
  EXPECT_EQ(ask("ReconciledProperties", R"({"tx":"V","instanceId":"i","targetIds":["s:t"]})"),
            R"({"event":"ws:m:view-response","data":{"deletes":[],"upserts":[],"sequence":0,)"
            R"("tx":"V","totalCount":0}})");
}

TEST_F(live_view, that_is_not_known_gets_an_error_as_recorded) {
  EXPECT_EQ(ask("RequiredCompEngineState", R"({"tx":"V","instanceId":"i"})"),
            R"({"event":"ws:m:view-error","data":{"tx":"V","viewId":"RequiredCompEngineState",)"
            R"("message":"No registered handler for view: RequiredCompEngineState"}})");
}

TEST_F(live_view, that_cannot_be_read_gets_an_error) {
  for (const char* body : {R"({"tx":"V"})", R"({"tx":"V","instanceId":1})",
                           R"({"tx":"V","instanceId":"i","targetIds":[1]})",
                           R"({"tx":"V","instanceId":"i","targetIds":"t"})"}) {
    EXPECT_THAT(ask("ReconciledProperties", body),
                HasSubstr("Failed to parse view ReconciledProperties: "))
        << body;
  }
}

TEST_F(live_view, with_a_tx_in_use_is_ignored_until_that_is_cancelled) {
  const std::string good = view("ReconciledProperties", R"({"tx":"V","instanceId":"i"})");
  server.send(client, good);
  server.take(client);
  server.send(client, good);
  server.send(client, core_driver::query("GetAllTargets", "Target", "V"));
  EXPECT_THAT(server.take(client), IsEmpty());
  server.send(client, R"({"event":"ws:m:view-cancel","data":{"tx":"V"}})");
  server.send(client, good);
  EXPECT_THAT(server.take_one(client), HasSubstr("view-response"));
}

TEST_F(live_view, counts_among_the_queries_of_a_connection) {
  core_limits limits;
  limits.queries_per_connection_max = 1;
  core_driver small(generation::rust, limits);
  const auto one = small.connect();
  small.send(one, view("ReconciledProperties", R"({"tx":"V","instanceId":"i"})"));
  small.take(one);
  small.send(one, view("ReconciledProperties", R"({"tx":"W","instanceId":"i"})"));
  EXPECT_THAT(small.take_one(one), HasSubstr("view-error"));
}

TEST(views, are_unknown_to_the_other_generations) {
  for (const generation plays : {generation::docs, generation::ts}) {
    core_driver server(plays);
    const auto client = server.connect();
    server.take(client);
    server.send(client, view("ReconciledProperties", R"({"tx":"V","instanceId":"i"})"));
    EXPECT_THAT(server.take(client), IsEmpty());
    EXPECT_EQ(server.counters().messages_unknown, 1U);
  }
}

}  // namespace
}  // namespace gantry::myko
