// A state folder of an earlier version, taken over by gantry as it is today, on an engine that has
// none of its containers: a core gets all that waited, each once.
#include <gmock/gmock.h>

#include "model/json.hpp"
#include "tests/executor/outbox/earlier_states.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using outbox::earlier_state;
using testing::HasSubstr;
using testing::Not;

std::string text_at(const json::value& object, const char* key) {
  const json::value* const found = json::find(object, key);
  if (found == nullptr) return "";
  return found->IsString() ? found->GetString() : json::write(*found);
}

// What tells a pulse from all others of its emitter; of lines, which may have been combined, each.
using contents = std::vector<std::string>;

contents of_expected(const json::value& item) {
  const std::string what = text_at(item, "what");
  if (what == "line") return {text_at(item, "seq") + " " + text_at(item, "text")};
  if (what == "notice") return {text_at(item, "count") + " x " + text_at(item, "reason")};
  const std::string data = json::canonical(*json::find(item, "data"));
  return {what == "value" ? data : text_at(item, "seq") + " " + data};
}

contents of_heard(const json::document& data) {
  if (data.HasMember("suppressed")) {
    return {text_at(data, "suppressed") + " x " + text_at(data, "reason")};
  }
  if (!data.HasMember("seq")) return {json::canonical(data)};
  const std::uint64_t first = data["seq"].GetUint64();
  if (!data.HasMember("text") || data.HasMember("run")) {
    json::document rest;
    rest.CopyFrom(data, rest.GetAllocator());
    rest.RemoveMember("seq");
    return {std::to_string(first) + " " + json::canonical(rest)};
  }
  contents out;
  const std::string text = data["text"].GetString();
  std::size_t begin = 0;
  for (std::uint64_t at = 0; at < data["count"].GetUint64(); ++at) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out.push_back(std::to_string(first + at) + " " + text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

class earlier_versions : public core_stage, public testing::WithParamInterface<earlier_state> {
 protected:
  void SetUp() override {
    core_stage::SetUp();
    if (IsSkipped()) return;
    (void)GetParam().copy_into(folder_);
    for (const std::string& line : GetParam().expected()) {
      const auto item = json::parse(line);
      ASSERT_TRUE(item) << line;
      const std::string what = text_at(*item, "what");
      if (what == "target") targets_.push_back(text_at(*item, "path"));
      if (what == "fact" && text_at(*item, "name") == "machine.id") {
        instance_ = text_at(*item, "value") + ":test";
      }
      const std::string emitter = text_at(*item, "emitter");
      if (emitter.empty() || what == "next") continue;
      for (std::string& each : of_expected(*item)) {
        waiting_[emitter.substr(emitter.find(':') + 1)].push_back(std::move(each));
      }
    }
  }
  void TearDown() override {
    end_gantry();
    if (!IsSkipped()) remove_containers("label=gantry.service=test");
    core_stage::TearDown();
  }

  void start() {
    start_gantry({{"GANTRY_STATE_DIR", folder_.path()},
                  {"GANTRY_CONFIG", GetParam().file("gantry.toml")},
                  {"GANTRY_FORGET_AFTER", "never"}});
    ASSERT_TRUE(until([&] { return field("Instance", instance_, "status") == "Available"; }));
  }
  [[nodiscard]] contents heard(const std::string& emitter) const {
    contents out;
    for (const heard_pulse& each : pulses_of(emitter)) {
      for (std::string& one : of_heard(*each.data)) out.push_back(std::move(one));
    }
    return out;
  }
  [[nodiscard]] bool all_heard() const {
    return std::ranges::all_of(waiting_, [this](const auto& each) {
      return heard(each.first).size() >= each.second.size();
    });
  }
  [[nodiscard]] std::string status_of(const std::string& path) const {
    return field("TargetStatus", instance_ + ":" + target(path), "status");
  }
  [[nodiscard]] std::size_t ends_of(const std::string& path) const {
    return pulses_of(path + ":finish").size() + pulses_of(path + ":stop").size();
  }

  temp_folder folder_;
  std::string instance_;
  std::vector<std::string> targets_;
  std::map<std::string, contents> waiting_;  // by emitter
};

TEST_P(earlier_versions, have_left_what_a_core_gets_each_once) {
  start();
  EXPECT_TRUE(until([&] { return all_heard(); }));
  ASSERT_FALSE(waiting_.empty());
  for (const auto& [emitter, all] : waiting_) {
    contents got = heard(emitter);
    EXPECT_LE(all.size(), got.size());
    got.resize(std::min(got.size(), all.size()));
    EXPECT_EQ(got, all) << emitter;
  }
  for (const std::string& path : targets_) {
    const bool slot = path.starts_with("slot/");
    const std::string wanted = slot || path == "engine" ? "online" : "offline";
    EXPECT_TRUE(until([&] { return status_of(path) == wanted; })) << path << status_of(path);
  }
  // Of what ran the engine knows nothing any more; what waited for its turn is run now.
  EXPECT_TRUE(until([&] { return ends_of("container/show-clock") == 1; }));
  EXPECT_TRUE(until([&] { return pulses_of("slot/show-echo:run").size() == 1; }));
  EXPECT_EQ(pulses_of("slot/show-echo:finish").size(), 1U) << "of the run before";

  // The next life has nothing left to tell of it.
  const std::size_t told = pulses().size();
  stop_gantry();
  EXPECT_EQ(*gantry().exit_status(), 0);
  const std::string log = gantry().log();
  for (const char* each :
       {"damaged", "moved to", "cannot be read", "for the first time", "twice"}) {
    EXPECT_THAT(log, Not(HasSubstr(each)));
  }
  EXPECT_THAT(log, HasSubstr("an earlier run has left "));
  start();
  EXPECT_TRUE(until([&] { return status_of("slot/show-echo") == "online"; }));
  std::map<std::string, std::size_t> times;
  for (const auto& [emitter, all] : waiting_) {
    for (const std::string& each : heard(emitter)) ++times[emitter + " " + each];
  }
  for (const auto& [what, count] : times) EXPECT_EQ(count, 1U) << what;
  EXPECT_GE(pulses().size(), told);
}

INSTANTIATE_TEST_SUITE_P(versions, earlier_versions, testing::ValuesIn(outbox::earlier_states()),
                         [](const auto& each) { return outbox::name_of(each.param); });

}  // namespace
}  // namespace gantry::test
