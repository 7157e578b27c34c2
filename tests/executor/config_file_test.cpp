#include "executor/config_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "executor/host.hpp"
#include "tests/executor/temp_folder.hpp"

namespace gantry {
namespace {

using testing::HasSubstr;

class config_file : public testing::Test {
 protected:
  [[nodiscard]] found_config_file find(const std::string& named = "") const {
    return find_config_file(named, {first, second});
  }

  temp_folder folder;
  std::string first = folder.file("first.toml");
  std::string second = folder.file("second.toml");
};

TEST_F(config_file, is_the_first_that_is_there) {
  EXPECT_FALSE(find().file);
  EXPECT_FALSE(find().mistake);
  (void)folder.write("second.toml", "two");
  EXPECT_EQ(find().file->name, second);
  (void)folder.write("first.toml", "one");
  EXPECT_EQ(find().file->name, first);
  EXPECT_EQ(find().file->content, "one");
}

TEST_F(config_file, is_the_one_that_is_named_alone) {
  (void)folder.write("first.toml", "one");
  const std::string other = folder.write("other.toml", "");
  EXPECT_EQ(find(other).file->name, other);
  const auto missing = find(folder.file("nowhere"));
  EXPECT_FALSE(missing.file);
  EXPECT_EQ(missing.mistake->where, folder.file("nowhere"));
  EXPECT_THAT(missing.mistake->what, HasSubstr("cannot be read: No such file"));
  EXPECT_THAT(find(folder.path()).mistake->what, HasSubstr("it is no regular file"));
}

TEST_F(config_file, is_not_passed_over_when_it_cannot_be_read) {
  ASSERT_EQ(::mkfifo(first.c_str(), 0600), 0);
  (void)folder.write("second.toml", "two");
  EXPECT_FALSE(find().file);
  EXPECT_THAT(find().mistake->what, HasSubstr("it is no regular file"));
}

TEST_F(config_file, is_none_that_is_a_folder_or_in_one_that_is_closed) {
  ASSERT_TRUE(host::make_folder(first));
  ASSERT_TRUE(host::make_folder(folder.file("closed")));
  (void)folder.write("closed/x", "");
  second = folder.file("closed/x");
  ASSERT_EQ(::chmod(folder.file("closed").c_str(), 0), 0);
  const bool sees_all = geteuid() == 0;  // root may look anywhere
  EXPECT_FALSE(find().mistake);
  EXPECT_EQ(find().file.has_value(), sees_all);
  ASSERT_EQ(::chmod(folder.file("closed").c_str(), 0700), 0);
}

}  // namespace
}  // namespace gantry
