#include "myko/small_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/executor/temp_folder.hpp"

namespace gantry {
namespace {

using testing::HasSubstr;

std::string why_not(const result<std::string>& read) {
  EXPECT_FALSE(read);
  return read ? "" : read.error().message;
}

TEST(SmallFile, IsReadAsAWholeUpToItsLimit) {
  const temp_folder folder;
  const std::string content("a\0b\n", 4);
  EXPECT_EQ(read_small_file(folder.write("x", content), 4).value(), content);
  EXPECT_EQ(read_small_file(folder.write("empty", ""), 4).value(), "");
  EXPECT_TRUE(read_small_file("/proc/self/mountinfo", 1U << 20U)) << "which tells no size";
  EXPECT_THAT(why_not(read_small_file(folder.write("y", std::string(2'049, 'x')), 2'048)),
              HasSubstr("it has more than 2 KiB"));
}

// Where reading would wait for ever, or never end.
TEST(SmallFile, IsNoPipeNoDeviceAndNoFolder) {
  const temp_folder folder;
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, std::string("/dev/zero"), folder.path()}) {
    EXPECT_THAT(why_not(read_small_file(path, 100)), HasSubstr("it is no regular file")) << path;
  }
  const auto missing = read_small_file(folder.file("nowhere"), 100);
  EXPECT_EQ(missing.error().code, boost::system::errc::no_such_file_or_directory);
  EXPECT_THAT(why_not(missing), HasSubstr("No such file"));
}

TEST(TokenFile, IsItsFirstLine) {
  const temp_folder folder;
  EXPECT_EQ(read_token_file("").value(), "");
  EXPECT_EQ(read_token_file(folder.write("x", "one\ntwo\n")).value(), "one");
  EXPECT_EQ(read_token_file(folder.write("x", "one\r\n")).value(), "one");
  EXPECT_EQ(read_token_file(folder.write("x", "one")).value(), "one");
}

TEST(TokenFile, IsNamedWhereItCannotBeUsedAndNeverToldOf) {
  const temp_folder folder;
  EXPECT_THAT(why_not(read_token_file("/no/such/token")),
              HasSubstr("the token file /no/such/token cannot be used: No such file"));
  EXPECT_THAT(why_not(read_token_file(folder.write("x", "\nsecret\n"))),
              testing::AllOf(HasSubstr("its first line is empty"), testing::Not(HasSubstr("sec"))));
  EXPECT_THAT(why_not(read_token_file(folder.write("x", std::string(17U << 10U, 'x')))),
              HasSubstr("it has more than 16 KiB"));
}

}  // namespace
}  // namespace gantry
