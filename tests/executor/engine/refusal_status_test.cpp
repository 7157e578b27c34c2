#include "executor/engine/refusal_status.hpp"

#include <gtest/gtest.h>

namespace gantry::engine {
namespace {

TEST(refusal_status, is_a_conflict_where_podman_says_that_something_stands_in_the_way) {
  EXPECT_EQ(refusal_status(500, R"({"cause":"container state improper",
      "message":"can only kill running containers. a1 is in state created: container state )"
                                R"(improper","response":500})"),
            409);
  EXPECT_EQ(refusal_status(500, R"({"cause":"that name is already in use","message":"m"})"), 409);
}

TEST(refusal_status, is_that_of_a_call_which_is_not_let_through_where_a_proxy_answers) {
  for (const char* const body :
       {"", "no JSON", "<html></html>", "[]", "null", "404 page not found"}) {
    EXPECT_EQ(refusal_status(404, body), 403) << body;
    EXPECT_EQ(refusal_status(401, body), 403) << body;
    EXPECT_EQ(refusal_status(503, body), 503) << body;
  }
  EXPECT_EQ(refusal_status(404, R"({"message":"page not found"})"), 403);
  EXPECT_EQ(refusal_status(404, R"({"message":"No such container: page not found"})"), 404);
  EXPECT_EQ(refusal_status(401, R"({"message":"unauthorized"})"), 401);
}

TEST(refusal_status, is_a_failure_where_the_engine_itself_says_that_something_is_away) {
  EXPECT_EQ(refusal_status(503, R"({"message":"This node is not a swarm manager."})"), 500);
}

TEST(refusal_status, is_the_engines_own_for_all_else) {
  EXPECT_EQ(refusal_status(500, R"({"cause":"invalid signal: SIGWHAT","message":"m"})"), 500);
  EXPECT_EQ(refusal_status(500, R"({"message":"container state improper"})"), 500);
  EXPECT_EQ(refusal_status(404, R"({"cause":"container state improper"})"), 404);
  for (const char* const body : {"", "no JSON", "[]", R"({"cause":5})", "null"}) {
    EXPECT_EQ(refusal_status(500, body), 500) << body;
  }
}

}  // namespace
}  // namespace gantry::engine
