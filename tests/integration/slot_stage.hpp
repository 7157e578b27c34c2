// A stage with slots: a configuration file with their tables, and what is left of them removed.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/stage.hpp"

namespace gantry::test {

class slot_stage : public core_stage {
 protected:
  void SetUp() override {
    core_stage::SetUp();
    config_ = std::filesystem::temp_directory_path() / (prefix + "slots.toml");
  }

  void TearDown() override {
    if (!IsSkipped()) remove_all();
    std::filesystem::remove(config_);
    stage::TearDown();
  }

  // A slot of this test, with more keys. Gives its path.
  std::string add_slot(const std::string& name, const std::string& keys,
                       const std::string& image = "gantry-test") {
    const std::string slot = prefix + name;
    std::ofstream(config_, std::ios::app)
        << "[[slot]]\nname = \"" << slot << "\"\nimage = \"" << image << "\"\n"
        << keys << "\n";
    names_.push_back(slot);
    return "slot/" + slot;
  }
  // One that runs a script in its shell.
  std::string add(const std::string& name, const std::string& script, const std::string& keys = "",
                  const std::string& image = "gantry-test") {
    return add_slot(
        name, "command = [\"sh\", \"-c\", '''" + script + "''']\nstop_grace = \"1s\"\n" + keys,
        image);
  }

  [[nodiscard]] environment with_config(environment extra = {}) const {
    extra["GANTRY_CONFIG"] = config_;
    return extra;
  }
  void start(environment extra = {}) {
    core_stage::start(with_config(std::move(extra)));
    ASSERT_TRUE(until([&] { return status("slot/" + names_.front()) == "online"; }));
  }

  // Of this slot, whether they run or not: one a line.
  std::string containers_of(const std::string& path, const std::string& format = "{{.ID}}",
                            const std::string& also = "status=running") const {
    return docker({"ps", "-a", "--filter", "label=gantry.slot=" + path.substr(5), "--filter", also,
                   "--format", format});
  }
  std::string all_of(const std::string& path, const std::string& format = "{{.ID}}") const {
    return containers_of(path, format, "label=gantry.slot");
  }

  // The ends of this slot's runs so far.
  std::vector<heard_pulse> ends(const std::string& path) { return pulses_of(path + ":finish"); }
  std::size_t begun(const std::string& path) { return pulses_of(path + ":run").size(); }
  static std::string text(const heard_pulse& pulse, const char* key) {
    const json::value* const found = json::find(*pulse.data, key);
    if (found == nullptr) return "missing";
    return found->IsString() ? found->GetString() : json::write(*found);
  }

  // Asks for a run, and gives its name.
  std::string ask(const std::string& path, const std::string& data = "{}") {
    const answer done = act(path, "run", data);
    EXPECT_TRUE(done.good) << done.text;
    const auto parsed = json::parse(done.text);
    return parsed ? std::string(json::find_string(*parsed, "run").value_or("")) : "";
  }
  // ... and waits for its end.
  heard_pulse run_once(const std::string& path, const std::string& data = "{}") {
    const auto before = ends(path).size();
    ask(path, data);
    if (until([&] { return ends(path).size() == before + 1; })) return ends(path).back();
    ADD_FAILURE() << "no finish of " << path;
    return {path + ":finish", std::make_shared<json::document>(rapidjson::kObjectType), ""};
  }
  bool until_begun(const std::string& path, std::size_t count) {
    return until([&] { return begun(path) == count; });
  }
  bool until_nothing_is_left(const std::string& path) {
    return until([&] { return all_of(path).empty(); });
  }

 private:
  void remove_all() {
    end_gantry();
    for (const std::string& each : names_) remove_containers("label=gantry.slot=" + each);
  }

  std::string config_;
  std::vector<std::string> names_;
};

}  // namespace gantry::test
