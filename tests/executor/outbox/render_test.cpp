#include "executor/outbox/render.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "model/item_json.hpp"

namespace gantry::outbox {
namespace {

record make_lines(std::string body, std::uint64_t count = 1) {
  record out;
  out.id = 9;
  out.target = model::target_id("s:a");
  out.emitter = model::emitter_id("s:a:output");
  out.seq = 5;
  out.count = count;
  out.timestamp = 1'234;
  out.form = form::lines;
  out.time = 1'700'000'000'000'000'001;
  out.body = std::move(body);
  return out;
}

record make_data(std::string body) {
  record out = make_lines(std::move(body));
  out.form = form::data;
  return out;
}

record make_notice(std::uint64_t count) {
  record out = make_lines("outbox full", count);
  out.form = form::notice;
  return out;
}

TEST(Render, PutsTheNumberIntoData) {
  EXPECT_EQ(data_of(make_data(R"({"code":3})")).bytes, R"({"seq":5,"code":3})");
  EXPECT_EQ(data_of(make_data("{}")).bytes, R"({"seq":5})");
}

TEST(Render, WritesALine) {
  EXPECT_EQ(data_of(make_lines("a \"word\"")).bytes,
            R"({"count":1,"seq":5,"stream":"stdout","text":"a \"word\"",)"
            R"("time":"2023-11-14T22:13:20.000000001Z"})");
}

TEST(Render, NamesTheRunThatPrintedALine) {
  record of_run = make_lines("a");
  of_run.run = "0123456789ab-2";
  EXPECT_EQ(data_of(of_run).bytes,
            R"({"count":1,"run":"0123456789ab-2","seq":5,"stream":"stdout","text":"a",)"
            R"("time":"2023-11-14T22:13:20.000000001Z"})");
}

TEST(Render, WritesALineOfTheOtherStreamThatWasCut) {
  record cut = make_lines("[1");
  cut.stream = engine::stream_kind::stderr_stream;
  cut.truncated = true;
  EXPECT_EQ(data_of(cut).bytes, R"({"count":1,"seq":5,"stream":"stderr","text":"[1",)"
                                R"("time":"2023-11-14T22:13:20.000000001Z","truncated":true})");
  cut.body = "[1]";
  EXPECT_EQ(data_of(cut).bytes.find("json"), std::string::npos) << "it is JSON by chance only";
}

TEST(Render, WritesALineOfJson) {
  EXPECT_EQ(data_of(make_lines(R"({"a": [1]})")).bytes,
            R"({"count":1,"json":{"a": [1]},"seq":5,"stream":"stdout","text":"{\"a\": [1]}",)"
            R"("time":"2023-11-14T22:13:20.000000001Z"})");
}

TEST(Render, WritesManyLinesAsText) {
  EXPECT_EQ(data_of(make_lines("[1,\n2]", 2)).bytes,
            R"({"count":2,"seq":5,"stream":"stdout","text":"[1,\n2]",)"
            R"("time":"2023-11-14T22:13:20.000000001Z"})");
}

TEST(Render, WritesANotice) {
  EXPECT_EQ(data_of(make_notice(4)).bytes,
            R"({"from":5,"reason":"outbox full","suppressed":4,"to":8})");
  EXPECT_EQ(data_of(make_notice(0)).bytes,
            R"({"from":null,"reason":"outbox full","suppressed":null,"to":null})");
}

// A row that was damaged in a way that SQLite does not see would cost the whole message.
TEST(Render, TellsANoticeInThePlaceOfWhatCannotBeTold) {
  const std::string notice = R"({"from":5,"reason":"unreadable","suppressed":1,"to":5})";
  for (const char* body : {"", "{", "{\"a\":}", "[]", "7", "{\"a\":\"\xFF\"}", "{}{}",
                           "{\"a\":1e400}", "{\"a\":\"\\ud83d\"}"}) {
    record each = make_data(body);
    EXPECT_EQ(data_of(each).bytes, notice) << body;
    each.form = form::value;
    EXPECT_EQ(data_of(each).bytes, notice) << body;
  }
  record odd = make_lines("x");
  odd.form = static_cast<form>(99);
  EXPECT_EQ(data_of(odd).bytes, notice);
  odd = make_lines("x");
  odd.stream = static_cast<engine::stream_kind>(99);
  EXPECT_EQ(data_of(odd).bytes, notice);
  for (const auto time :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    odd = make_lines("x");
    odd.time = time;
    EXPECT_EQ(data_of(odd).bytes, notice);
  }
}

TEST(Render, GivesTheSameHashEachTimeAndAnotherToEachRecord) {
  const model::pulse one = to_pulse(make_lines("x"));
  EXPECT_EQ(one.emitter.value, "s:a:output");
  EXPECT_EQ(one.timestamp, 1'234);
  EXPECT_EQ(one.sequence, 9U);
  EXPECT_EQ(model::content_hash(one), model::content_hash(to_pulse(make_lines("x"))));
  std::set<std::string> hashes;
  for (row_id id = 1; id <= 100; ++id) {
    record each = make_lines("x");
    each.id = id;
    hashes.insert(model::content_hash(to_pulse(each)));
  }
  EXPECT_EQ(hashes.size(), 100U) << "also where all else is the same";
}

}  // namespace
}  // namespace gantry::outbox
