#include "executor/fleet/run_voice.hpp"

#include <gtest/gtest.h>

#include "executor/fleet/slot_pulses.hpp"
#include "executor/outbox/render.hpp"

namespace gantry::fleet {
namespace {

const model::target_id slot("svc:slot/echo");

outbox::record line(const std::string& text,
                    engine::stream_kind stream = engine::stream_kind::stdout_stream) {
  outbox::record out;
  out.form = outbox::form::lines;
  out.seq = 4;
  out.body = text;
  out.stream = stream;
  return out;
}

// The emitter's name and the data of what is told of it.
std::string told(slots::output_form form, const outbox::record& what) {
  const run_voice voice(slot, "echo-1", form);
  const outbox::record out = voice.lines(what);
  return out.emitter.value.substr(slot.value.size() + 1) + " " + outbox::data_of(out).bytes;
}

TEST(RunVoice, TellsAJsonObjectAsItIs) {
  EXPECT_EQ(told(slots::output_form::json, line(R"({"b": 1, "a": [2]})")),
            R"(output {"b": 1, "a": [2]})");
}

TEST(RunVoice, TellsAnotherValueAsValue) {
  EXPECT_EQ(told(slots::output_form::json, line("5")), R"(output {"value":5})");
  EXPECT_EQ(told(slots::output_form::json, line("[1]")), R"(output {"value":[1]})");
  EXPECT_EQ(told(slots::output_form::json, line("null")), R"(output {"value":null})");
}

TEST(RunVoice, NumbersValuesWithTheirRun) {
  using slots::output_form;
  EXPECT_EQ(told(output_form::numbered, line(R"({"b": 1, "a": [2]})")),
            R"(output {"seq":4,"run":"echo-1","value":{"b": 1, "a": [2]}})");
  EXPECT_EQ(told(output_form::numbered, line("5")), R"(output {"seq":4,"run":"echo-1","value":5})");
  EXPECT_EQ(told(output_form::numbered, line("null")),
            R"(output {"seq":4,"run":"echo-1","value":null})");
  EXPECT_TRUE(told(output_form::numbered, line("oops")).starts_with(R"(error {"seq":4,"run")"));
  const auto standard_error = line("5", engine::stream_kind::stderr_stream);
  EXPECT_TRUE(told(output_form::numbered, standard_error).starts_with("error "));
}

TEST(RunVoice, TellsWhatIsNoValueAsAnError) {
  const std::string data = told(slots::output_form::json, line("oops"));
  EXPECT_EQ(data, R"(error {"seq":4,"run":"echo-1","count":1,"stream":"stdout","text":"oops",)"
                  R"("time":"1970-01-01T00:00:00.000000000Z"})");
  outbox::record cut = line("5");
  cut.truncated = true;
  EXPECT_TRUE(told(slots::output_form::json, cut).starts_with("error "));
  const auto standard_error = line("5", engine::stream_kind::stderr_stream);
  EXPECT_TRUE(told(slots::output_form::json, standard_error).starts_with("error "));
}

TEST(RunVoice, SaysOfTextWhichRunPrintedIt) {
  const std::string data = told(slots::output_form::text, line("5"));
  EXPECT_TRUE(data.starts_with(R"(output {"seq":4,"run":"echo-1","count":1,"json":5)")) << data;
}

TEST(EndReason, IsWhatWeAskedForOrWhatHappened) {
  run ended;
  EXPECT_EQ(end_reason(ended, ""), end_reasons::unknown);
  ended.end = run_end{.exit_code = 3};
  EXPECT_EQ(end_reason(ended, ""), end_reasons::exit);
  EXPECT_EQ(end_reason(ended, end_reasons::timeout), end_reasons::timeout);
  ended.end = run_end{.exit_code = 137};
  EXPECT_EQ(end_reason(ended, ""), end_reasons::signal);
  ended.oom_killed = true;
  EXPECT_EQ(end_reason(ended, ""), end_reasons::memory);
  ended.oom_killed = false;
  ended.asked_by_others = true;
  EXPECT_EQ(end_reason(ended, ""), end_reasons::stop);
}

TEST(SlotState, SaysWhetherItHasRoom) {
  slots::slot_template slot;
  slot.concurrency = 2;
  slots::slot_board board({.concurrency = 2});
  EXPECT_EQ(slot_state_data(slot, board, {}).bytes,
            R"({"concurrency":2,"running":[],"status":"idle","waiting":0})");
  static_cast<void>(board.admit("a"));
  EXPECT_EQ(slot_state_data(slot, board, {.note = "n", .error = "e"}).bytes,
            R"({"concurrency":2,"error":"e","note":"n","running":["a"],"status":"busy",)"
            R"("waiting":0})");
  static_cast<void>(board.admit("b"));
  EXPECT_NE(slot_state_data(slot, board, {}).bytes.find(R"("status":"full")"), std::string::npos);
}

}  // namespace
}  // namespace gantry::fleet
