#include "executor/outbox/frame_fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/outbox/render.hpp"
#include "model/item_json.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"
#include "myko/write.hpp"

namespace gantry::outbox {
namespace {

constexpr std::size_t most = 64U << 10U;

record made(form what, std::string body) {
  record out;
  out.target = model::target_id("s:a");
  out.emitter = model::emitter_id("s:a:output");
  out.form = what;
  out.seq = 18'446'744'073'709'551'615U;
  out.body = std::move(body);
  return out;
}

// As the session makes it.
std::size_t frame_bytes(const record& each) {
  const model::client_id client("7c9e6679-7425-40de-944b-e07fc1f90ae7");
  return myko::write(myko::event{.item_type = "Pulse",
                                 .item = model::to_item(to_pulse(each, most), client),
                                 .tx = "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                                 .created_at = "2026-11-23T10:00:00.000Z"})
      .size();
}

std::string member(const record& each, const char* name) {
  const auto data = json::parse(data_of(each, data_room(each.emitter, most)).bytes);
  EXPECT_TRUE(data);
  const auto* found = json::find(*data, name);
  if (found == nullptr) return "(absent)";
  return found->IsString() ? found->GetString() : json::write(*found);
}

TEST(FrameFit, CountsWhatJsonMakesOfAText) {
  for (const std::string text : {"", "plain", "\"\\", "\n\t\r\b\f", "\x01\x1b[0m\x7f", "ä€😀"}) {
    EXPECT_EQ(escaped_bytes(text) + 2, json::quoted(text).size()) << text;
  }
}

TEST(FrameFit, LeavesAloneWhatFits) {
  for (const form what : {form::lines, form::data, form::value, form::notice}) {
    record each = made(what, R"({"a":1})");
    const record before = each;
    cut_to_fit(each, most);
    EXPECT_EQ(each, before);
  }
}

TEST(FrameFit, CutsLinesByTheirSizeOnTheWire) {
  const std::string samples[] = {std::string(200'000, 'x'), std::string(30'000, '\x01'),
                                 std::string(60'000, '"'), std::string(most, '\t'),
                                 std::string(3U << 20U, '\x1b')};
  for (const std::string& text : samples) {
    record each = made(form::lines, text);
    ASSERT_FALSE(fits(each, most));
    cut_to_fit(each, most);
    EXPECT_TRUE(each.truncated);
    EXPECT_FALSE(each.joins);
    EXPECT_TRUE(text.starts_with(each.body));
    EXPECT_LE(frame_bytes(each), most);
    EXPECT_GT(frame_bytes(each), most - 2'000) << "and no more than needed";
    EXPECT_EQ(member(each, "json"), "(absent)");
  }
}

TEST(FrameFit, CutsNoCharacterInTwo) {
  std::string text;
  for (int times = 0; times < 50'000; ++times) text += "a\xF0\x9F\x98\x80";
  for (std::size_t shift = 0; shift < 5; ++shift) {
    record each = made(form::lines, text.substr(0, shift) == "" ? text : "x" + text);
    cut_to_fit(each, most + shift);
    const char last = each.body.back();
    EXPECT_TRUE(last == 'a' || last == '\x80') << "it ends with a whole one";
  }
}

TEST(FrameFit, LeavesOutJsonBeforeItCutsTheText) {
  const record each = made(form::lines, "\"" + std::string(40'000, 'x') + "\"");
  EXPECT_TRUE(fits(each, most));
  EXPECT_EQ(member(each, "json"), "(absent)");
  EXPECT_EQ(member(each, "truncated"), "(absent)");
  EXPECT_EQ(member(each, "text").size(), 40'002U);
  EXPECT_LE(frame_bytes(each), most);
}

TEST(FrameFit, CutsTheLargestOfData) {
  record each =
      made(form::data, json::object()
                           .set("exitCode", 3)
                           .set("data", json::text{"[\"" + std::string(most, 'x') + "\"]"})
                           .set("text", std::string(most, '\x01'))
                           .set("run", "r-1")
                           .to_text()
                           .bytes);
  cut_to_fit(each, most);
  EXPECT_EQ(member(each, "exitCode"), "3");
  EXPECT_EQ(member(each, "run"), "r-1");
  EXPECT_EQ(member(each, "truncated"), "true");
  EXPECT_LE(frame_bytes(each), most);
}

TEST(FrameFit, MakesANoticeOfWhatCannotBeCut) {
  for (const form what : {form::value, form::data}) {
    record each = made(what, "[\"" + std::string(most, 'x') + "\"]");
    cut_to_fit(each, most);
    EXPECT_EQ(each.form, form::notice);
    EXPECT_EQ(member(each, "reason"), "too large for the server");
    EXPECT_EQ(member(each, "suppressed"), "1");
  }
}

TEST(FrameFit, HoldsForAnIdOfAnyLengthAndAFrameOfAnySize) {
  record each = made(form::lines, std::string(most, 'x'));
  each.emitter = model::emitter_id("s:" + std::string(9'000, '"') + ":output");
  cut_to_fit(each, most);
  EXPECT_LE(frame_bytes(each), most);
  cut_to_fit(each, 100);
  EXPECT_EQ(each.body, "");
}

}  // namespace
}  // namespace gantry::outbox
