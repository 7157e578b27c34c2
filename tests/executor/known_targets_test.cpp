#include "executor/known_targets.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "executor/host.hpp"
#include "tests/executor/temp_folder.hpp"

namespace gantry {
namespace {

using fleet::identity;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<identity> some{{"container/clock", "clock", ""},
                                 {"container/a%2Fb/web/1", "web \"one\" \xC3\xA9", "a/b"}};

TEST(KnownTargets, AreTheSameAfterwards) {
  const temp_folder folder;
  const std::string file = folder.file("targets.json");
  EXPECT_THAT(load_known_targets(file).value(), IsEmpty());
  ASSERT_TRUE(save_known_targets(file, some));
  EXPECT_EQ(load_known_targets(file).value(), some);
  ASSERT_TRUE(save_known_targets(file, {}));
  EXPECT_THAT(load_known_targets(file).value(), IsEmpty());
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(file + ".new"));
}

TEST(KnownTargets, SayWhatIsWrongWithTheirFile) {
  const temp_folder folder;
  for (const auto& [content, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "not JSON"},
           {"{\"version\":1,\"targets\":[", "not JSON"},
           {"[]", "of another version"},
           {"{\"version\":2,\"targets\":[]}", "of another version"},
           {"{\"version\":1}", "it lists no targets"},
           {"{\"version\":1,\"targets\":{}}", "it lists no targets"},
           {"{\"version\":1,\"targets\":[{}]}", "a target lacks a field"},
           {"{\"version\":1,\"targets\":[7]}", "a target lacks a field"},
           {R"({"version":1,"targets":[{"path":"","name":"x","group":""}]})", "lacks a field"},
           {R"({"version":1,"targets":[{"path":"x","name":"x"}]})", "lacks a field"}}) {
    const std::string file = folder.write("targets.json", content);
    const auto loaded = load_known_targets(file);
    ASSERT_FALSE(loaded) << content;
    EXPECT_THAT(loaded.error().message, HasSubstr(file));
    EXPECT_THAT(loaded.error().message, HasSubstr(why)) << content;
  }
}

TEST(KnownTargets, TakeWhatCannotBeReadForNoEmptyList) {
  const temp_folder folder;
  const auto loaded = load_known_targets(folder.path());  // a folder
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("cannot be read"));
}

TEST(KnownTargets, SayWhenTheyCannotBeSaved) {
  const temp_folder folder;
  const std::string file = folder.file("nowhere/targets.json");
  const auto saved = save_known_targets(file, some);
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr(file));
  ASSERT_TRUE(host::make_folder(folder.file("nowhere")));
  EXPECT_TRUE(save_known_targets(file, some));
}

}  // namespace
}  // namespace gantry
