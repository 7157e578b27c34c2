// SIGTERM and SIGINT end gantry within five seconds, whatever hangs.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>
#include <vector>

#include "executor/exit_codes.hpp"
#include "myko/net/clock.hpp"
#include "tests/executor/temp_folder.hpp"
#include "tests/integration/private_network.hpp"
#include "tests/integration/stage.hpp"
#include "tests/myko/client/raw_core.hpp"
#include "tests/support/fault_proxy.hpp"
#include "tests/support/full_queue.hpp"
#include "tests/support/temp_tls.hpp"

namespace gantry::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds promised{5};

// Takes connections as the kernel does; nobody ever reads or answers.
class deaf_listener {
 public:
  deaf_listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    EXPECT_EQ(bind(socket_, address, size), 0);
    EXPECT_EQ(listen(socket_, 16), 0);
    EXPECT_EQ(getsockname(socket_, address, &size), 0);
    port_ = std::to_string(ntohs(at.sin_port));
  }
  ~deaf_listener() { close(socket_); }
  deaf_listener(const deaf_listener&) = delete;
  deaf_listener& operator=(const deaf_listener&) = delete;

  [[nodiscard]] const std::string& port() const { return port_; }
  // Somebody is connected.
  [[nodiscard]] bool is_called() const {
    pollfd it{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&it, 1, 0) == 1;
  }

 private:
  int socket_;
  std::string port_;
};

// Without an engine, unless a test has one.
class ending_program : public testing::Test {
 protected:
  void start(environment extra = {}, std::vector<std::string> arguments = {},
             const std::string& log_file = "") {
    arguments.insert(arguments.begin(), GANTRY_PROGRAM);
    start_command(arguments, std::move(extra), log_file.empty() ? folder_.file("log") : log_file);
  }
  void start_command(const std::vector<std::string>& command, environment extra,
                     const std::string& log_file) {
    extra.try_emplace("RSHIP_SERVER", "127.0.0.1:1");
    extra.try_emplace("DOCKER_HOST", "unix:///no/such.sock");
    extra.try_emplace("GANTRY_STATE_DIR", folder_.file("state"));
    extra.try_emplace("GANTRY_LOG_LEVEL", "debug");
    gantry_ = std::make_unique<process>(command, extra, log_file);
  }
  bool until(const std::function<bool()>& condition) {
    const auto end = net::now().steady + std::chrono::seconds(60);
    while (!condition()) {
      if (net::now().steady >= end) return false;
      context_.restart();
      context_.run_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  bool until_logged(const std::string& text) {
    return until([&] { return gantry_->log().find(text) != std::string::npos; });
  }
  // Before that they end it as they end any program.
  [[nodiscard]] bool takes_signals() const {
    std::ifstream status("/proc/" + std::to_string(gantry_->id()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("SigBlk:")) return line.ends_with("4002");
    }
    return false;
  }
  [[nodiscard]] std::size_t sockets() const {
    return std::ranges::count_if(
        open_files(), [](const std::string& each) { return each.starts_with("socket:"); });
  }
  [[nodiscard]] bool has_open(const std::string& file) const {
    return std::ranges::count(open_files(), file) > 0;
  }
  [[nodiscard]] std::vector<std::string> open_files() const {
    std::vector<std::string> out;
    const std::string files = "/proc/" + std::to_string(gantry_->id()) + "/fd";
    for (const auto& each : std::filesystem::directory_iterator(files)) {
      std::error_code closed;
      out.push_back(std::filesystem::read_symlink(each, closed).string());
    }
    return out;
  }
  // Gives the exit status.
  int ended_by(int signal) {
    const auto asked = net::now().steady;
    gantry_->send(signal);
    EXPECT_TRUE(until([&] { return gantry_->exit_status().has_value(); })) << gantry_->log();
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(net::now().steady - asked);
    std::cout << "ended after " << took.count() << " ms\n";
    EXPECT_LT(took, promised) << gantry_->log();
    return gantry_->exit_status().value_or(-1);
  }
  void expect_orderly_end(int signal = SIGTERM) {
    EXPECT_EQ(ended_by(signal), exit_codes::done) << gantry_->log();
    EXPECT_THAT(gantry_->log(), HasSubstr("info    gantry stopped\n"));
    EXPECT_THAT(gantry_->log(), Not(HasSubstr("ended by force")));
  }
  void expect_forced_end(const std::string& words) {
    EXPECT_EQ(ended_by(SIGTERM), exit_codes::cut_short);
    EXPECT_THAT(gantry_->log(),
                HasSubstr("ended by force, since it was asked to stop and is not done: " + words));
    EXPECT_THAT(gantry_->log(), Not(HasSubstr("gantry stopped")));
  }

  temp_folder folder_;
  boost::asio::io_context context_{1};
  std::unique_ptr<process> gantry_;
};

// ---- The network

TEST_F(ending_program, comes_though_the_core_never_answers_the_upgrade) {
  const deaf_listener core;
  start({{"RSHIP_SERVER", "127.0.0.1:" + core.port()}});
  ASSERT_TRUE(until_logged("/no/such.sock"));
  expect_orderly_end(SIGINT);
}

TEST_F(ending_program, comes_though_the_core_never_answers_a_hello_of_tls) {
  const deaf_listener core;
  start({{"RSHIP_SERVER", "wss://127.0.0.1:" + core.port()}});
  ASSERT_TRUE(until_logged("/no/such.sock"));
  expect_orderly_end();
}

TEST_F(ending_program, comes_though_core_and_engine_drop_each_syn) {
  const full_queue core("127.0.0.1");
  const full_queue engine("127.0.0.1");
  start({{"RSHIP_SERVER", "127.0.0.1:" + std::to_string(core.port())},
         {"DOCKER_HOST", "tcp://127.0.0.1:" + std::to_string(engine.port())}});
  ASSERT_TRUE(until([&] { return sockets() >= 2; })) << gantry_->log();
  expect_orderly_end();
}

TEST_F(ending_program, comes_though_the_engine_never_answers) {
  const deaf_listener engine;
  start({{"DOCKER_HOST", "tcp://127.0.0.1:" + engine.port()}});
  ASSERT_TRUE(until([&] { return engine.is_called(); }));
  expect_orderly_end();
}

// By what it says before it falls silent, with its TCP connection open.
struct rudeness {
  std::string name;
  std::string says;
  bool tls = false;
};

std::ostream& operator<<(std::ostream& out, const rudeness& way) { return out << way.name; }

class ending_with_a_rude_core : public ending_program,
                                public testing::WithParamInterface<rudeness> {};

TEST_P(ending_with_a_rude_core, comes_though_it_keeps_the_connection) {
  const temp_tls files;
  const myko::test::raw_tls tls{.certificate = files.server_certificate(),
                                .key = files.server_key()};
  const bool encrypted = GetParam().tls;
  const myko::test::raw_core core(context_.get_executor(), encrypted ? &tls : nullptr,
                                  [](net::stream& stream) -> net::awaitable<void> {
                                    co_await myko::test::grant_upgrade(stream);
                                    (void)co_await stream.write(GetParam().says);
                                  });
  const std::string address = "127.0.0.1:" + std::to_string(core.port());
  start({{"RSHIP_SERVER", (encrypted ? "wss://" : "ws://") + address},
         {"GANTRY_CA_FILE", files.ca()}});
  ASSERT_TRUE(until([&] { return core.scripts_ended() > 0; }));
  ASSERT_TRUE(until_logged("connected to "));
  expect_orderly_end();
}

std::vector<rudeness> rude_ways() {
  using namespace std::string_literals;
  std::vector<rudeness> out{{"silence", ""},
                            {"close", "\x88\x02\x03\xe8"s},
                            {"masked", "\x81\x85"s + "12345678"s},
                            {"reserved", "\xf3\x01x"s}};
  for (const std::size_t at : {0U, 1U}) {
    out.push_back({out[at].name + "_over_tls", out[at].says, true});
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(ways, ending_with_a_rude_core, testing::ValuesIn(rude_ways()),
                         [](const auto& each) { return each.param.name; });

// ---- The machine

TEST_F(ending_program, comes_though_the_log_is_not_read) {
  const std::string pipe = folder_.file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int log = open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  const std::array<char, 4'096> full{};
  while (write(log, full.data(), full.size()) > 0) {
  }
  start({}, {}, pipe);
  ASSERT_TRUE(until([&] { return takes_signals(); }));
  EXPECT_EQ(ended_by(SIGTERM), exit_codes::done);
  close(log);
}

TEST_F(ending_program, comes_though_its_thread_is_held_by_a_file) {
  const std::string token = folder_.write("token", "secret\n");
  start({{"GANTRY_TOKEN_FILE", token},
         {"LD_PRELOAD", GANTRY_HANGING_DISK},
         {"GANTRY_TEST_HANGS_WHILE", folder_.file("hangs")}});
  ASSERT_TRUE(until_logged("refused"));
  (void)folder_.write("hangs", "");  // before the next try
  ASSERT_TRUE(until([&] { return has_open(token); }));
  expect_forced_end("its thread is held by a call of the system");
}

TEST_F(ending_program, comes_though_the_disk_hangs_at_the_start) {
  const std::string hangs = folder_.write("hangs", "");
  start({{"LD_PRELOAD", GANTRY_HANGING_DISK}, {"GANTRY_TEST_HANGS_WHILE", hangs}});
  ASSERT_TRUE(until([&] { return std::filesystem::exists(folder_.file("state/gantry.db")); }));
  expect_forced_end("the state folder does not open: its disk does not answer");
}

TEST_F(ending_program, comes_at_once_when_it_is_asked_again) {
  const std::string hangs = folder_.write("hangs", "");
  start({{"LD_PRELOAD", GANTRY_HANGING_DISK}, {"GANTRY_TEST_HANGS_WHILE", hangs}});
  ASSERT_TRUE(until([&] { return std::filesystem::exists(folder_.file("state/gantry.db")); }));
  gantry_->send(SIGTERM);
  EXPECT_EQ(ended_by(SIGINT), exit_codes::cut_short);
  EXPECT_THAT(gantry_->log(), HasSubstr("error   gantry ended at once, asked again\n"));
}

TEST_F(ending_program, of_a_check_is_that_of_any_program) {
  const deaf_listener core;
  start({{"RSHIP_SERVER", "127.0.0.1:" + core.port()}}, {"check"});
  ASSERT_TRUE(until([&] { return core.is_called(); }));
  EXPECT_EQ(ended_by(SIGINT), 128 + SIGINT);
}

// As in a container, where the kernel ends the first process by no signal that it does not handle.
TEST_F(ending_program, of_a_check_comes_though_it_is_the_first_process) {
  if (geteuid() != 0) GTEST_SKIP() << "a namespace of its own needs root";
  const deaf_listener core;
  start_command({"unshare", "--pid", "--fork", "--kill-child", GANTRY_PROGRAM, "check"},
                {{"RSHIP_SERVER", "127.0.0.1:" + core.port()}}, folder_.file("log"));
  ASSERT_TRUE(until([&] { return core.is_called(); }));
  const std::string parent = std::to_string(gantry_->id());
  std::ifstream children("/proc/" + parent + "/task/" + parent + "/children");
  pid_t first = 0;
  ASSERT_TRUE(children >> first);
  ASSERT_EQ(kill(first, SIGINT), 0);
  EXPECT_TRUE(until([&] { return gantry_->exit_status().has_value(); }));
  EXPECT_EQ(gantry_->exit_status(), 128 + SIGINT);
}

// ---- With an engine

class ending_on_stage : public core_stage {
 protected:
  void SetUp() override {
    core_stage::SetUp();
    if (!IsSkipped()) clock_ = run_container("clock", "while :; do echo tick; sleep 0.05; done");
  }
  void TearDown() override {
    end_gantry();
    core_stage::TearDown();
  }
  [[nodiscard]] std::size_t ticks() const { return lines_of("container/" + clock_).size(); }
  int ended() {
    const auto asked = net::now().steady;
    gantry().send(SIGTERM);
    EXPECT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(net::now().steady - asked);
    std::cout << "ended after " << took.count() << " ms\n";
    EXPECT_LT(took, promised);
    return gantry().exit_status().value_or(-1);
  }

  temp_folder folder_;
  std::string clock_;
};

TEST_F(ending_on_stage, comes_though_the_disk_hangs_and_loses_nothing) {
  const environment settings{{"LD_PRELOAD", GANTRY_HANGING_DISK},
                             {"GANTRY_TEST_HANGS_WHILE", folder_.file("hangs")}};
  start(settings);
  ASSERT_TRUE(until([&] { return ticks() > 2; }));
  (void)folder_.write("hangs", "");
  const std::size_t before = ticks();  // more is printed meanwhile, and cannot be written
  EXPECT_EQ(ended(), exit_codes::cut_short);
  EXPECT_THAT(gantry().log(), HasSubstr("the disk has not taken the last writes"));
  EXPECT_TRUE(until([&] { return status("container/" + clock_) == "offline"; }))
      << "the core was told";

  std::filesystem::remove(folder_.file("hangs"));
  start(settings);
  EXPECT_TRUE(until([&] { return ticks() > before + 20; })) << "and lines_of() finds no gap";
  EXPECT_EQ(ended(), exit_codes::done);
}

TEST_F(ending_on_stage, comes_though_the_core_reads_nothing_more) {
  fault_proxy proxy(context(), core_port());
  start({{"RSHIP_SERVER", "127.0.0.1:" + std::to_string(proxy.port())}});
  ASSERT_TRUE(until([&] { return ticks() > 2; }));
  proxy.stall();
  EXPECT_EQ(ended(), exit_codes::done);
  EXPECT_THAT(gantry().log(), HasSubstr("gantry stopped"));
}

// ---- The log

// A pipe whose reader goes away, or is there and reads nothing.
class ending_without_a_log : public ending_on_stage, public testing::WithParamInterface<bool> {};

TEST_P(ending_without_a_log, comes_in_order_and_actions_are_done_until_then) {
  const temp_folder folder;
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  int reader = open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  process gantry({GANTRY_PROGRAM},
                 {{"RSHIP_SERVER", "127.0.0.1:" + std::to_string(core_port())},
                  {"DOCKER_HOST", engine_host},
                  {"GANTRY_SERVICE_ID", "test"},
                  {"GANTRY_NAMES", prefix + "*"},
                  {"GANTRY_STATE_DIR", folder.file("state")},
                  {"GANTRY_LOG_LEVEL", "debug"}},
                 pipe);
  ASSERT_TRUE(until([&] { return registered() && status("engine") == "online"; }));
  if (GetParam()) {
    close(std::exchange(reader, -1));
  } else {
    const std::array<char, 4'096> full{};
    while (write(reader, full.data(), full.size()) > 0) {
    }
  }
  EXPECT_TRUE(act("container/" + clock_, "stop", R"({"timeout":1})").good);
  EXPECT_TRUE(act("container/" + clock_, "run").good);
  EXPECT_TRUE(until([&] { return ticks() > 2; }));
  gantry.send(SIGTERM);
  EXPECT_TRUE(until([&] { return gantry.exit_status().has_value(); }, promised));
  EXPECT_EQ(gantry.exit_status(), exit_codes::done);
  EXPECT_TRUE(until([&] { return status("container/" + clock_) == "offline"; }));
  EXPECT_EQ(status("engine"), "offline");
  if (reader >= 0) close(reader);
}

INSTANTIATE_TEST_SUITE_P(logs, ending_without_a_log, testing::Bool(), [](const auto& each) {
  return each.param ? "whose_reader_is_gone" : "that_nobody_reads";
});

// ---- Names

class ending_without_names : public ending_on_stage {
 protected:
  void SetUp() override {
    if (const std::string why = private_network::why_not(); !why.empty()) GTEST_SKIP() << why;
    network_.emplace(folder_.path(), "127.0.0.1 localhost known.test\n");
    ending_on_stage::SetUp();
  }
  void TearDown() override {
    if (!IsSkipped()) ending_on_stage::TearDown();
  }

  std::optional<private_network> network_;
};

TEST_F(ending_without_names, comes_though_the_cores_name_is_looked_up_and_the_engine_is_not_held) {
  fault_proxy engine(context(), engine_host.substr(std::string_view("unix://").size()));
  start_gantry({{"RSHIP_SERVER", "core.test:5155"},
                {"DOCKER_HOST", "tcp://known.test:" + std::to_string(engine.port())}});
  EXPECT_TRUE(until([&] { return gantry().log().find("answers (API") != std::string::npos; }));
  EXPECT_EQ(ended(), exit_codes::done);
  EXPECT_EQ(count("Target"), 0U) << "nobody could be told of them";
}

TEST_F(ending_without_names, comes_though_the_engines_name_is_looked_up_and_the_core_is_not_held) {
  start_gantry({{"RSHIP_SERVER", "known.test:" + std::to_string(core_port())},
                {"DOCKER_HOST", "tcp://engine.test:2375"}});
  EXPECT_TRUE(until([&] { return status("engine") == "offline"; })) << "it is told of as away";
  EXPECT_EQ(ended(), exit_codes::done);
  EXPECT_EQ(field("Instance", instance(), "status"), "Unavailable");
}

}  // namespace
}  // namespace gantry::test
