// A real engine for tests, Docker's or Podman's. Tests make containers named eng-* there, which are
// removed.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "executor/engine/docker_client.hpp"
#include "run.hpp"
#include "tests/support/test_engine.hpp"

namespace gantry::engine {

inline constexpr const char* image = "gantry-test";

class real_engine : public testing::Test {
 protected:
  void SetUp() override {
    const test::test_engine engine = test::engine_for_tests();
    if (engine.host.empty()) GTEST_SKIP() << test::no_engine(engine);
    host_ = engine.host;
    engine_environment values;
    values.docker_host = host_;
    client_ = create_docker_client(parse_endpoint(values).value());
    const auto version = run(io_, client_->negotiate());
    ASSERT_TRUE(version) << version.error().message;
    if (shell("image inspect " + std::string(image)).status != 0) make_image();
  }

  void TearDown() override {
    for (const std::string& name : made_) shell("rm --force " + name);
  }

  struct output {
    int status = 0;
    std::string text;
  };

  output shell(const std::string& arguments) {
    return run_program("docker --host " + host_ + " " + arguments + " 2>&1");
  }

  static output run_program(const std::string& command) {
    output out;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer;
    while (const std::size_t bytes = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      out.text.append(buffer.data(), bytes);
    }
    out.status = ::pclose(pipe);
    return out;
  }

  // No registry is needed: an image is a tree around a static busybox.
  void make_image() {
    const std::string tree = testing::TempDir() + "/eng-tree" + std::to_string(getpid());
    const output made =
        run_program("set -e; mkdir -p " + tree + "/bin " + tree + "/tmp; cp /bin/busybox " + tree +
                    "/bin; for each in $(/bin/busybox --list); do ln -sf busybox " + tree +
                    "/bin/$each; done; tar -C " + tree + " -c . | docker --host " + host_ +
                    " import - " + image + " 2>&1; rm -r " + tree);
    ASSERT_EQ(made.status, 0) << made.text;
  }

  // Creates a container that runs `script`, and returns its name.
  std::string create(const std::string& script, const std::string& options = "") {
    const std::string name = "eng-" + std::to_string(getpid()) + "-" + std::to_string(made_.size());
    made_.push_back(name);
    const output made = shell("create --network none --name " + name + " " + options + " " + image +
                              " sh -c '" + script + "'");
    EXPECT_EQ(made.status, 0) << made.text;
    return name;
  }

  void start(const std::string& name) {
    const auto started = run(io_, client_->start(name));
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_EQ(*started, change::made);
  }

  std::string host_;
  std::vector<std::string> made_;
  boost::asio::io_context io_;
  std::unique_ptr<client> client_;
};

}  // namespace gantry::engine
