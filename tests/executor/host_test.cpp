#include "executor/host.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/executor/temp_folder.hpp"

namespace gantry::host {
namespace {

TEST(Host, ReadsWholeFiles) {
  const temp_folder folder;
  const std::string content("a\0b\n", 4);
  EXPECT_EQ(read_file(folder.write("x", content)).value(), content);
  EXPECT_EQ(text_of(folder.file("x")), content);
  EXPECT_FALSE(read_file(folder.file("nowhere")));
  EXPECT_EQ(text_of(folder.file("nowhere")), "");
  EXPECT_FALSE(read_file(folder.path())) << "a folder";
}

TEST(Host, ReadsDockersConfig) {
  const temp_folder folder;
  ASSERT_TRUE(make_folder(folder.file(".docker")));
  (void)folder.write(".docker/config.json", "home");
  const auto set = environment("DOCKER_CONFIG");
  const auto home = environment("HOME");
  ::unsetenv("DOCKER_CONFIG");
  ::setenv("HOME", folder.path().c_str(), 1);
  EXPECT_EQ(docker_config(), "home");
  ::setenv("DOCKER_CONFIG", folder.path().c_str(), 1);
  EXPECT_EQ(docker_config(), std::nullopt) << "it is not there, and no other counts";
  (void)folder.write("config.json", "set");
  EXPECT_EQ(docker_config(), "set");
  ::unsetenv("DOCKER_CONFIG");
  if (set) ::setenv("DOCKER_CONFIG", set->c_str(), 1);
  ::unsetenv("HOME");
  EXPECT_EQ(docker_config(), std::nullopt);
  if (home) ::setenv("HOME", home->c_str(), 1);
}

TEST(Host, ReplacesFiles) {
  const temp_folder folder;
  const std::string file = folder.write("x", "a longer text");
  ASSERT_TRUE(replace_file(file, "short"));
  EXPECT_EQ(text_of(file), "short");
  ASSERT_TRUE(replace_file(file, std::string(1 << 20, 'x')));
  EXPECT_EQ(text_of(file).size(), 1U << 20U);
  const auto failed = replace_file(folder.file("nowhere/x"), "");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, testing::HasSubstr("nowhere/x"));
}

TEST(Host, MakesFolders) {
  const temp_folder folder;
  EXPECT_TRUE(make_folder(folder.file("a/b/c")));
  EXPECT_TRUE(make_folder(folder.file("a/b/c")));
  (void)folder.write("x", "");
  EXPECT_FALSE(make_folder(folder.file("x/y")));
}

TEST(Host, SeesWhatOthersCanRead) {
  const temp_folder folder;
  const std::string file = folder.write("x", "");
  chmod(file.c_str(), 0600);
  EXPECT_FALSE(is_readable_by_others(file));
  chmod(file.c_str(), 0640);
  EXPECT_TRUE(is_readable_by_others(file));
  chmod(file.c_str(), 0604);
  EXPECT_TRUE(is_readable_by_others(file));
  EXPECT_FALSE(is_readable_by_others(folder.file("nowhere")));
}

TEST(Host, HasANameAndKeepsItsLoopbackToItself) {
  EXPECT_FALSE(name().empty());
  EXPECT_THAT(addresses(), testing::Not(testing::Contains("127.0.0.1")));
}

TEST(Host, TellsAnEmptyVariableFromNone) {
  ASSERT_EQ(setenv("GANTRY_TEST_VARIABLE", "", 1), 0);
  EXPECT_EQ(environment("GANTRY_TEST_VARIABLE"), "");
  ASSERT_EQ(unsetenv("GANTRY_TEST_VARIABLE"), 0);
  EXPECT_EQ(environment("GANTRY_TEST_VARIABLE"), std::nullopt);
}

TEST(Host, FindsProgramsInThePath) {
  const auto shell = host::find_program("sh");
  ASSERT_TRUE(shell);
  EXPECT_TRUE(shell->ends_with("/sh"));
  EXPECT_EQ(host::find_program("no-such-program-anywhere"), std::nullopt);
}

}  // namespace
}  // namespace gantry::host
