#include "executor/state_folder.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/executor/temp_folder.hpp"

namespace gantry {
namespace {

using testing::HasSubstr;

constexpr auto busy = boost::system::errc::device_or_resource_busy;

// Another process, which holds the folder until it is killed.
class holder {
 public:
  explicit holder(const std::string& path) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    process_ = ::fork();
    if (process_ == 0) {
      const auto held = state_folder::claim(path);
      const char answer = held ? 'y' : 'n';
      (void)!::write(ready[1], &answer, 1);
      while (true) ::pause();
    }
    char answer = 0;
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~holder() { kill(); }
  holder(const holder&) = delete;
  holder& operator=(const holder&) = delete;

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  [[nodiscard]] std::string id() const { return std::to_string(process_); }

 private:
  pid_t process_ = 0;
};

TEST(StateFolder, IsMadeWithALockForItsOwnerOnly) {
  const temp_folder temp;
  const std::string path = temp.file("some/folder");
  const auto held = state_folder::claim(path);
  ASSERT_TRUE(held) << held.error().message;
  EXPECT_EQ(held->database(), path + "/gantry.db");
  EXPECT_EQ(state_folder::database_in(path), path + "/gantry.db");
  struct stat lock {};
  ASSERT_EQ(::stat((path + "/lock").c_str(), &lock), 0);
  EXPECT_EQ(lock.st_mode & 0777U, 0600U);
}

TEST(StateFolder, HasNoDatabaseWhenItIsNotHeld) { EXPECT_EQ(state_folder().database(), ""); }

TEST(StateFolder, IsHeldByOneAtATime) {
  const temp_folder temp;
  auto first = state_folder::claim(temp.path());
  ASSERT_TRUE(first);
  const auto second = state_folder::claim(temp.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, busy);
  EXPECT_THAT(second.error().message, HasSubstr("(process " + std::to_string(::getpid()) + ")"));
  EXPECT_THAT(second.error().message, HasSubstr(temp.path()));
  const state_folder moved = *std::move(first);
  EXPECT_FALSE(state_folder::claim(temp.path())) << "it is still held";
}

TEST(StateFolder, IsGivenBackAtItsEnd) {
  const temp_folder temp;
  for (int life = 0; life < 3; ++life) EXPECT_TRUE(state_folder::claim(temp.path()));
}

TEST(StateFolder, IsGivenBackByAProcessThatIsKilled) {
  const temp_folder temp;
  holder other(temp.path());
  const auto refused = state_folder::claim(temp.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, busy);
  EXPECT_THAT(refused.error().message, HasSubstr("(process " + other.id() + ")"));
  other.kill();
  EXPECT_TRUE(state_folder::claim(temp.path()));
}

TEST(StateFolder, CanBeAskedWithoutBeingMade) {
  const temp_folder temp;
  EXPECT_EQ(state_folder::why_not(temp.path()), std::nullopt);
  EXPECT_EQ(state_folder::why_not(temp.path() + "/a/b"), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(temp.path() + "/a"));
  const std::string file = temp.write("a file", "");
  EXPECT_EQ(state_folder::why_not(file), file + " is no folder");
  EXPECT_EQ(state_folder::why_not(file + "/folder"), file + " is no folder");
}

TEST(StateFolder, SaysWhyItCannotBeUsed) {
  const temp_folder temp;
  const auto refused = state_folder::claim(temp.write("a file", "") + "/folder");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().code, busy);
  EXPECT_THAT(refused.error().message, HasSubstr("a file"));
}

}  // namespace
}  // namespace gantry
