// What the field sent or wrote down, and what nobody should send: every frame ends as a message or
// as an error, never as a crash.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "model/json.hpp"
#include "myko/error.hpp"
#include "myko/parse.hpp"
#include "myko/write.hpp"
#include "tests/support/seed.hpp"

namespace gantry::myko {
namespace {

// Section 11 of the evidence.
const std::vector<std::string> evidence_frames{
    R"({"event":"ws:m:command","data":{"commandId":"client:setId","command":{"clientId":"c-1"}}})",
    R"({"event":"ws:m:command","data":{"commandId":"SetClientId","command":{"tx":"t0","clientId":"c-1"}}})",
    R"({"event":"ws:m:command","data":{"commandId":"target:action:exec","command":{"tx":"t1","createdAt":"2024-01-01T00:00:00Z","action":{"id":"svc:cam:zoom","name":"Zoom","targetId":"svc:cam","serviceId":"svc","schema":null},"data":{"value":2}}}})",
    R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction","command":{"tx":"t2","createdAt":"2026-01-01T00:00:00Z","instanceId":"host:svc","action":{"id":"svc:cam:zoom","targetId":"svc:cam"},"data":3.5}}})",
    R"({"event":"ws:m:command","data":{"commandId":"BatchTargetAction","command":{"tx":"t3","actions":[{"action":{"id":"svc:cam:zoom","targetId":"svc:cam"},"data":{"value":1}}]}}})",
    R"({"event":"ws:m:command","data":{"commandId":"CompactBatchTargetAction","command":{"tx":"t4","groups":[{"actionId":"svc:cam:zoom","payloads":[{"value":1},{"value":2}],"assignments":[{"instanceId":"host:svc","targetId":"svc:cam","payloadIndex":1}]}]}}})",
    R"({"event":"ws:m:command","data":{"commandId":"ResendEmitterValue","command":{"tx":"t5","instanceId":"host:svc","emitterId":"svc:cam:pos"}}})",
    R"({"event":"ws:m:command-response","data":{"tx":"t2","response":null}})",
    R"({"event":"ws:m:command-error","data":{"tx":"t2","commandId":"ExecTargetAction","message":"no such action"}})",
    R"({"event":"ws:m:event","data":{"itemType":"Instance","changeType":"SET","tx":"e1","createdAt":"2026-01-01T00:00:00.000Z","sourceId":null,"item":{"id":"host:svc","name":"svc","serviceId":"svc","serviceTypeCode":"fleet","status":"Available","machineId":"host","color":"#336699","clientId":null,"message":null,"clusterId":null,"hash":"ab12"}}})",
    R"({"event":"ws:m:event","data":{"itemType":"TargetStatus","changeType":"SET","item":{"id":"host:svc:svc:cam","name":"host:svc:svc:cam","targetId":"svc:cam","instanceId":"host:svc","status":"online","hash":"cd34"}}})",
    R"({"event":"ws:m:event","data":{"itemType":"Pulse","changeType":"SET","item":{"id":"svc:cam:pos","name":"svc:cam:pos","emitterId":"svc:cam:pos","data":{"value":1.5},"timestamp":1767225600000,"clientId":null,"hash":"ef56"}}})",
    R"({"event":"ws:m:ping","data":{"id":"p-17","timestamp":1767225600000}})",
    R"({"event":"ws:m:query","data":{"queryId":"GetTargetStatussByQuery","queryItemType":"TargetStatus","query":{"tx":"q1","createdAt":"2026-01-01T00:00:00Z","instanceId":"host:svc"}}})",
    R"({"event":"ws:m:query-response","data":{"tx":"q1","sequence":0,"upserts":[{"item":{"id":"host:svc:svc:cam","targetId":"svc:cam","instanceId":"host:svc","status":"offline"},"itemType":"TargetStatus"}],"deletes":[],"changes":[],"totalCount":1,"window":null}})",
    R"({"event":"ws:m:query-cancel","data":{"tx":"q1"}})",
};

bool is_known(const message& from) {
  if (std::holds_alternative<unknown_message>(from)) return false;
  const auto* command = std::get_if<myko::command>(&from);
  return command == nullptr || !(std::holds_alternative<other_command>(command->content) ||
                                 std::holds_alternative<malformed_command>(command->content));
}

TEST(frames_of_the_evidence, are_all_understood_and_survive_a_round_trip) {
  for (const std::string& each : evidence_frames) {
    const auto parsed = parse(each);
    ASSERT_TRUE(parsed) << each;
    EXPECT_TRUE(is_known(*parsed)) << each;
    const auto again = parse(write(*parsed));
    ASSERT_TRUE(again) << each;
    EXPECT_EQ(*again, *parsed) << each;
  }
}

// ---- Recorded exchanges -----------------------------------------------------------------------

// The text frames that a real server sent in this recording.
std::vector<std::string> received_in(const std::filesystem::path& recording) {
  std::vector<std::string> out;
  std::ifstream in(recording);
  for (std::string line; std::getline(in, line);) {
    const auto entry = json::parse(line);
    if (!entry) {
      ADD_FAILURE() << recording << ": " << line;
      continue;
    }
    if (json::find_string(*entry, "dir") != "recv") continue;
    if (json::find_string(*entry, "frame") != "TEXT") continue;
    out.emplace_back(json::find_string(*entry, "data").value_or(""));
  }
  return out;
}

TEST(recorded_frames, are_all_understood) {
  std::size_t frames = 0;
  for (const auto& each : std::filesystem::directory_iterator(GANTRY_MYKO_FIXTURES)) {
    if (each.path().extension() != ".jsonl") continue;
    for (const std::string& frame : received_in(each.path())) {
      ++frames;
      const auto parsed = parse(frame);
      if (!parsed) {
        EXPECT_EQ(parsed.error().code, errc::not_json) << each.path() << ": " << frame;
        EXPECT_EQ(frame, "Error parsing message");
        continue;
      }
      if (const auto* unknown = std::get_if<unknown_message>(&*parsed)) {
        EXPECT_EQ(unknown->event, "ws:m:report-response");  // an executor asks for no reports
      }
      EXPECT_TRUE(parse(write(*parsed))) << frame;
    }
  }
  EXPECT_GT(frames, 100U) << "the recordings are missing";
}

// ---- Damage -----------------------------------------------------------------------------------

// All that can be made of them is that somebody waits for an answer.
TEST(damaged_frames, are_no_messages_when_they_are_cut_short) {
  for (const std::string& each : evidence_frames) {
    for (std::size_t size = 0; size < each.size(); ++size) {
      const auto parsed = parse(std::string_view(each).substr(0, size));
      if (!parsed) continue;
      const auto* const command = std::get_if<myko::command>(&*parsed);
      ASSERT_NE(command, nullptr) << each.substr(0, size);
      EXPECT_TRUE(std::holds_alternative<malformed_command>(command->content));
      EXPECT_NE(command->tx, "");
    }
  }
}

TEST(damaged_frames, never_crash_when_bytes_change) {
  for (const std::uint64_t seed : test::seeds(4'000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    std::string frame = evidence_frames[dice.upto(evidence_frames.size() - 1)];
    for (std::size_t times = 1 + dice.upto(4); times > 0; --times) {
      const std::size_t at = dice.upto(frame.size() - 1);
      switch (dice.upto(3)) {
        case 0:
          frame[at] = static_cast<char>(dice.upto(255));
          break;
        case 1:
          frame.erase(at, 1 + dice.upto(5));
          break;
        case 2:
          frame.insert(at, frame.substr(dice.upto(frame.size() - 1), dice.upto(20)));
          break;
        default:
          frame[at] = R"({}[]":,\0n)"[dice.upto(9)];
      }
      if (frame.empty()) frame = "{";
    }
    const auto parsed = parse(frame);
    if (parsed) {
      EXPECT_TRUE(json::parse(write(*parsed))) << frame;
    }
  }
}

TEST(damaged_frames, never_crash_when_they_nest_deeply) {
  for (const std::size_t depth : {100U, 500U, 511U, 512U, 513U, 5'000U, 1'000'000U}) {
    const std::string nest = std::string(depth, '[') + std::string(depth, ']');
    (void)parse(R"({"event":"ws:m:ping","data":)" + nest + "}");
    (void)parse(R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction","command":)"
                R"({"tx":"t","action":{"id":"a"},"data":)" +
                nest + "}}}");
  }
  std::string batches = "1";
  for (int depth = 0; depth < 200; ++depth) {
    batches = R"({"event":"ws:m:batch","data":[)" + batches + "]}";
  }
  EXPECT_TRUE(parse(batches));
}

TEST(damaged_frames, may_hold_huge_numbers) {
  for (const std::string number :
       {"123456789012345678901234567890", "-99999999999999999999999", "1e308", "-0", "1E+2",
        "18446744073709551616", "0.00000000000000000000000000000000000001", "1e999",
        "[99999999999999999999,1.5e309]"}) {
    const auto parsed = parse(R"({"event":"ws:m:ping","data":)" + number + "}");
    ASSERT_TRUE(parsed) << number;
    EXPECT_EQ(std::get<ping>(*parsed).data.bytes, number);
  }
  const std::string digits(100'000, '9');
  EXPECT_TRUE(parse(R"({"event":"ws:m:ping","data":)" + digits + "}"));
}

TEST(damaged_frames, may_hold_keys_twice) {
  const auto parsed =
      parse(R"({"event":"ws:m:ping","event":"ws:m:event","data":{"id":"a","id":"b"},"data":1})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(std::get<ping>(*parsed).data.bytes, R"({"id":"a","id":"b"})");
}

TEST(damaged_frames, may_hold_half_surrogate_pairs_and_nul_anywhere) {
  for (const std::string odd : {R"(\ud800)", R"(\udc00)", R"(\u0000)", R"(\ud83d\ud83d)"}) {
    const auto parsed = parse(R"({"event":"ws:m:command","data":{"commandId":"D)" + odd +
                              R"(","command":{"tx":"t)" + odd + R"(","k)" + odd + R"(":1}}})");
    ASSERT_TRUE(parsed) << odd;
    EXPECT_TRUE(json::parse(write(*parsed))) << odd;
  }
}

}  // namespace
}  // namespace gantry::myko
