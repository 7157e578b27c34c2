// The program itself: what it prints, how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/co_test.hpp"
#include "tests/support/ws_peer.hpp"

namespace gantry::launchpad {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A child process whose standard output and error are read here.
class program {
 public:
  explicit program(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) become(std::move(arguments), ends);
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~program() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      (void)exit_code();
    }
    ::close(output_);
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  // The next line; what there is when the program ends before it does.
  [[nodiscard]] std::string line() const {
    std::string out;
    for (char byte = 0; ::read(output_, &byte, 1) == 1 && byte != '\n';) out += byte;
    return out;
  }
  void stop_reading() { ::close(std::exchange(output_, -1)); }
  void signal(int number) const { ::kill(child_, number); }
  // Waits for the end. -1: it did not exit by itself.
  int exit_code() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  [[noreturn]] static void become(std::vector<std::string> arguments,
                                  const std::array<int, 2>& ends) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    std::vector<char*> words;
    words.reserve(arguments.size() + 2);
    arguments.insert(arguments.begin(), LAUNCHPAD_PROGRAM);
    for (std::string& each : arguments) words.push_back(each.data());
    words.push_back(nullptr);
    ::execv(LAUNCHPAD_PROGRAM, words.data());
    ::_exit(127);
  }

  pid_t child_ = 0;
  int output_ = -1;
};

// From "... http://127.0.0.1:PORT/".
std::string port_of(const std::string& line) {
  const auto colon = line.rfind(':');
  return line.substr(colon + 1, line.rfind('/') - colon - 1);
}

TEST(launchpad_program, serves_its_page_and_its_core_until_it_is_stopped) {
  for (const int number : {SIGINT, SIGTERM}) {
    program launchpad({"--listen", "127.0.0.1:0"});
    const std::string first = launchpad.line();
    ASSERT_THAT(first, StartsWith("launchpad plays the ts core: http://127.0.0.1:"));
    const auto port = static_cast<std::uint16_t>(std::stoi(port_of(first)));
    boost::asio::io_context context;
    test::run_script(context, [port]() -> boost::asio::awaitable<void> {
      test::peer_options options;
      options.port = port;
      const auto page = co_await test::exchange_bytes(port, "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
                                                      options.patience);
      EXPECT_THAT(page.value(), HasSubstr("<!doctype html>"));
      auto peer = co_await test::connect_peer(options);
      const auto greeting = co_await peer.value()->read();
      EXPECT_THAT(greeting.value(), HasSubstr("SetClientId"));
    });
    launchpad.signal(number);
    EXPECT_EQ(launchpad.exit_code(), 0) << number;
  }
}

TEST(launchpad_program, as_the_core_of_2026_tells_its_log_what_it_drops) {
  program launchpad({"--generation", "rust", "--listen", "127.0.0.1:0"});
  const std::string first = launchpad.line();
  ASSERT_THAT(first, StartsWith("launchpad plays the rust core: http://127.0.0.1:"));
  const auto port = static_cast<std::uint16_t>(std::stoi(port_of(first)));
  boost::asio::io_context context;
  test::run_script(context, [port]() -> boost::asio::awaitable<void> {
    test::peer_options options;
    options.port = port;
    auto peer = co_await test::connect_peer(options);
    const auto sent = co_await peer.value()->send(
        R"({"event":"ws:m:event","data":{"itemType":"Emitter","changeType":"SET","item":)"
        R"({"id":"e\u001b","name":"n","targetId":"t","serviceId":"s",)"
        R"("schema":{"type":["integer","null"]}}}})");
    EXPECT_TRUE(sent);
  });
  std::string line = launchpad.line();
  while (line.find("dropped") == std::string::npos && !line.empty()) line = launchpad.line();
  EXPECT_THAT(line, HasSubstr("warning dropped: Emitter e?: schema/type is no string"));
}

// What it logs then ended it by SIGPIPE.
TEST(launchpad_program, outlives_whoever_reads_its_log) {
  program launchpad({"--generation", "rust", "--listen", "127.0.0.1:0"});
  const auto port = static_cast<std::uint16_t>(std::stoi(port_of(launchpad.line())));
  launchpad.stop_reading();
  boost::asio::io_context context;
  test::run_script(context, [port]() -> boost::asio::awaitable<void> {
    test::peer_options options;
    options.port = port;
    auto peer = co_await test::connect_peer(options);
    for (int each = 0; each < 3; ++each) {
      EXPECT_TRUE(co_await peer.value()->send(
          R"({"event":"ws:m:event","data":{"itemType":"Emitter","changeType":"SET","item":)"
          R"({"id":"e","name":"n","targetId":"t","serviceId":"s","schema":{"type":[]}}}})"));
    }
    const auto page =
        co_await test::exchange_bytes(port, "GET / HTTP/1.0\r\nHost: h\r\n\r\n", options.patience);
    EXPECT_THAT(page.value(), HasSubstr("<!doctype html>"));
  });
  launchpad.signal(SIGTERM);
  EXPECT_EQ(launchpad.exit_code(), 0);
}

TEST(launchpad_program, says_in_plain_words_that_its_port_is_taken) {
  program first({"--listen", "127.0.0.1:0"});
  const std::string port = port_of(first.line());
  program second({"--listen", "127.0.0.1:" + port});
  EXPECT_THAT(second.line(), HasSubstr("127.0.0.1:" + port + " is taken"));
  EXPECT_EQ(second.exit_code(), 69);
}

TEST(launchpad_program, refuses_files_that_cannot_be_used) {
  program no_token({"--token-file", "/nowhere/token"});
  EXPECT_THAT(no_token.line(), HasSubstr("/nowhere/token"));
  EXPECT_EQ(no_token.exit_code(), 78);
  program no_certificate(
      {"--listen", "127.0.0.1:0", "--tls-cert", "/nowhere/crt", "--tls-key", "/nowhere/key"});
  EXPECT_THAT(no_certificate.line(), HasSubstr("/nowhere/crt"));
  EXPECT_EQ(no_certificate.exit_code(), 78);
}

TEST(launchpad_program, warns_when_the_network_can_reach_it) {
  program open({"--listen", "0.0.0.0:0"});
  EXPECT_THAT(open.line(), HasSubstr("warning"));
}

TEST(launchpad_program, refuses_a_wrong_command_line) {
  program wrong({"--generation", "java"});
  EXPECT_EQ(wrong.exit_code(), 64);
}

}  // namespace
}  // namespace gantry::launchpad
