// What earlier versions have left is opened, and all of it comes out.
//
// GANTRY_UPDATE_STATES=1 writes the expectations: for a fixture that is new.
#include <cstdlib>

#include "model/json_object.hpp"
#include "tests/executor/outbox/earlier_states.hpp"
#include "tests/executor/outbox/store_fixture.hpp"

namespace gantry::outbox {
namespace {

json::object told(const char* what) { return json::object().set("what", what); }

// Lines one by one: a later version may combine them otherwise.
void tell_lines(const record& each, std::vector<std::string>& out) {
  std::size_t begin = 0;
  for (std::uint64_t line = 0; line < each.count; ++line) {
    const auto end = line + 1 < each.count ? each.body.find('\n', begin) : each.body.size();
    json::object it = told("line").set("emitter", each.emitter.value).set("seq", each.seq + line);
    it.set("stream", engine::to_string(each.stream));
    it.set("text", each.body.substr(begin, end - begin));
    if (each.truncated) it.set("truncated", true);
    out.push_back(it.to_text().bytes);
    begin = end + 1;
  }
}

void tell(const record& each, std::vector<std::string>& out) {
  json::object it;
  switch (each.form) {
    case form::lines:
      return tell_lines(each, out);
    case form::data:
      it = told("data").set("seq", each.seq).set("data", json::text{each.body});
      break;
    case form::value:
      it = told("value").set("data", json::text{each.body});
      break;
    case form::notice:
      it = told("notice").set("seq", each.seq).set("count", each.count).set("reason", each.body);
      break;
  }
  out.push_back(it.set("emitter", each.emitter.value).to_text().bytes);
}

void tell(const snapshot& found, std::vector<std::string>& out) {
  const auto add = [&out](const json::object& each) { out.push_back(each.to_text().bytes); };
  for (const auto& [name, value] : found.facts) {
    add(told("fact").set("name", name).set("value", value));
  }
  for (const auto& [emitter, next] : found.seqs) {
    add(told("next").set("emitter", emitter).set("seq", next));
  }
  for (const auto& each : found.containers) {
    json::object it = told("container").set("id", each.id).set("path", each.path);
    add(it.set("cursor", each.cursor).set("runs", each.runs));
  }
  for (const auto& each : found.targets) {
    json::object it = told("target").set("path", each.path).set("name", each.name);
    add(it.set("group", each.group).set("goneSince", each.gone_since));
  }
  for (const auto& each : found.entities) {
    json::object it = told("entity").set("type", each.type).set("id", each.id);
    it.set("hash", each.hash).set("item", each.item);
    add(it.set("goneSince", each.gone_since).set("deleted", each.deleted));
  }
}

class earlier_states_test : public store_fixture,
                            public testing::WithParamInterface<earlier_state> {
 protected:
  earlier_states_test() { config_.file = GetParam().copy_into(folder_); }

  // The state, then what waits: target by target, those with the oldest pulse first.
  std::vector<std::string> all() {
    std::vector<std::string> out;
    const snapshot found = open();
    EXPECT_EQ(found.notice, "");
    EXPECT_EQ(found.totals.trouble, "");
    tell(found, out);
    std::uint64_t records = 0;
    for (const model::target_id& target : found.waiting) {
      for (const record& each : load(target.value)) {
        tell(each, out);
        ++records;
      }
      EXPECT_FALSE(more_);
    }
    EXPECT_LE(records, found.totals.records) << "they are combined, at most";
    EXPECT_GT(records, 0U);
    return out;
  }
};

TEST_P(earlier_states_test, comes_out_whole) {
  const std::vector<std::string> found = all();
  if (std::getenv("GANTRY_UPDATE_STATES") != nullptr) {
    std::ofstream out(GetParam().file("expected.jsonl"));
    for (const std::string& each : found) out << each << '\n';
  }
  EXPECT_THAT(found, testing::ElementsAreArray(GetParam().expected()));
  EXPECT_FALSE(std::filesystem::exists(config_.file + ".damaged-1"));
}

// Once it was opened by this version, it is one of this version.
TEST_P(earlier_states_test, is_the_same_when_it_is_opened_again) {
  const std::vector<std::string> first = all();
  EXPECT_EQ(all(), first);
  ASSERT_TRUE(peek(config_.file));
  EXPECT_EQ(peek(config_.file)->lines, store_->count().lines);
}

INSTANTIATE_TEST_SUITE_P(versions, earlier_states_test, testing::ValuesIn(earlier_states()),
                         [](const auto& each) { return name_of(each.param); });

}  // namespace
}  // namespace gantry::outbox
