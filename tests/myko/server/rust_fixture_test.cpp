// Recordings with the real core of 2026, played against this one: what executors sent it, and what
// it answered and kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::SizeIs;

bool is_command(const json::value& message) {
  return json::find_string(message, "event") == "ws:m:command";
}

class recording {
 public:
  // Sends what the executor sent at its time, until this one's end.
  void play(const std::string& name, std::int64_t until_ms) {
    std::ifstream in(std::string(MYKO_FIXTURES) + "/myko-rust-6/" + name + ".jsonl");
    std::int64_t time = 0;
    for (std::string line; std::getline(in, line);) {
      const json::document fields = json::parse(line).value();
      if (fields["t"].GetInt64() > until_ms) break;
      server.advance(milliseconds(fields["t"].GetInt64() - time));
      time = fields["t"].GetInt64();
      const json::value* message = json::find(fields, "msg");
      if (message == nullptr) continue;
      if (json::find_string(fields, "dir") != "server") {
        server.send(executor, json::write(*message));
      } else if (!is_command(*message)) {  // what it relays is asked for by another
        recorded.push_back(json::write(*message));
      }
    }
    server.advance(milliseconds(100));
    answered = server.take(executor);
  }

  std::size_t count(const char* type) { return server.state().items(type).size(); }

  test::core_driver server{generation::rust};
  connection_id executor = server.connect();
  std::vector<std::string> recorded;
  std::vector<std::string> answered;
};

TEST(rust_fixture, the_rust_sdk_registers_and_hears_what_was_recorded) {
  recording sdk;
  sdk.play("sdk-rust-server", 3'000);
  EXPECT_THAT(sdk.recorded, SizeIs(5));
  EXPECT_THAT(sdk.answered, testing::ElementsAreArray(sdk.recorded));
  EXPECT_EQ(sdk.server.counters().items_dropped, 0U);
  EXPECT_THAT(sdk.server.state().items("Target").at("rust-sdk-service:sdk-root-target"),
              HasSubstr("SDK Root Target (Renamed)"));
  for (const char* type :
       {"Machine", "Instance", "Target", "TargetStatus", "TargetLayout", "TargetTopology", "Action",
        "ActionStatus", "Emitter", "EmitterStatus", "Pulse"}) {
    EXPECT_GT(sdk.count(type), 0U) << type;
  }
}

TEST(rust_fixture, the_python_sdk_registers_without_its_alert_and_its_track) {
  recording sdk;
  sdk.play("sdk-py-server", 7'000);
  EXPECT_THAT(sdk.server.take_log(),
              ElementsAre(HasSubstr("EventTrack py-svc:track: locked is missing"),
                          HasSubstr("Alert py-svc:tpy-svc:py-machine")));
  EXPECT_THAT(sdk.server.state().items("Emitter"), ElementsAre(Key("py-svc:t:em")));
  EXPECT_THAT(sdk.server.state().items("Action"), ElementsAre(Key("py-svc:t:do-it")));
  EXPECT_THAT(sdk.server.state().items("TargetStatus").begin()->second, HasSubstr("offline"));
}

TEST(rust_fixture, a_property_has_no_rows_without_a_scene) {
  recording property;
  property.play("r6-property", 400);
  EXPECT_THAT(property.recorded, SizeIs(1));
  EXPECT_THAT(property.answered, testing::ElementsAreArray(property.recorded));
  EXPECT_THAT(property.server.state().items("Action").at("s:t:running:set"),
              HasSubstr(R"("writesTo":{"emitterId":"s:t:running","role":"canonical"})"));
}

// What made this necessary: an executor whose schemas have lists of types.
TEST(rust_fixture, of_thirteen_emitters_with_lists_of_types_none_is_kept) {
  recording gantry;
  gantry.play("r1-connect", 6'010);
  EXPECT_THAT(gantry.answered, testing::ElementsAreArray(gantry.recorded));
  EXPECT_EQ(gantry.count("Emitter"), 0U);
  EXPECT_EQ(gantry.server.counters().items_dropped, 13U);
  EXPECT_THAT(gantry.server.take_log(), AllOf(SizeIs(13), Contains(HasSubstr("is no string"))));
  EXPECT_EQ(gantry.count("Target"), 3U);
  EXPECT_EQ(gantry.count("Action"), 12U);
}

}  // namespace
}  // namespace gantry::myko
