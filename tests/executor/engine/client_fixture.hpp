// A client of a scripted engine, for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/docker_client.hpp"
#include "fake_engine.hpp"
#include "run.hpp"

namespace gantry::engine {

inline const scripted_answer pong =
    json_answer("200 OK", "OK", "Api-Version: 1.41\r\nServer: Docker/20.10.24+dfsg1 (linux)\r\n");

class client_fixture : public testing::Test {
 protected:
  client_fixture() {
    config_.connect_max = std::chrono::seconds(2);
    config_.request_max = std::chrono::seconds(2);
  }

  // Serves `script` on a unix socket, and makes a client of it.
  client& serve(std::vector<scripted_answer> script) {
    engine_.emplace(fake_engine::on_unix(path_, std::move(script)));
    client_ = create_docker_client(unix_endpoint{path_}, config_);
    return *client_;
  }

  // The same, after a ping that says 1.41.
  client& serve_negotiated(std::vector<scripted_answer> script) {
    script.insert(script.begin(), pong);
    client& out = serve(std::move(script));
    EXPECT_TRUE(run(io_, out.negotiate()));
    return out;
  }

  // The first line of each request.
  std::vector<std::string> asked() {
    std::vector<std::string> out;
    for (const std::string& each : engine_->requests())
      out.push_back(each.substr(0, each.find('\r')));
    return out;
  }

  std::string path_ = testing::TempDir() + "/eng" + std::to_string(getpid()) + ".sock";
  client_config config_;
  std::optional<fake_engine> engine_;  // outlives the client's connections
  boost::asio::io_context io_;
  std::unique_ptr<client> client_;
};

}  // namespace gantry::engine
