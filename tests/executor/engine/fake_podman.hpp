// A program in the place of podman, and what tests of child processes need.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "executor/engine/client.hpp"
#include "myko/log.hpp"
#include "myko/net/clock.hpp"

namespace gantry::engine {

// A folder with a program `podman` in it.
class fake_podman {
 public:
  // Answers pings at the socket that its last argument names.
  static constexpr const char* serves = R"(#!/usr/bin/python3
import os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[-1].removeprefix("unix://"))
server.listen()
print("I am", os.getpid(), " ".join(sys.argv[1:-1]), flush=True)
while True:
    client, _ = server.accept()
    client.recv(4096)
    client.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Libpod/4.3.1 (linux)\r\n"
                   b"Content-Length: 2\r\n\r\nOK")
    client.close()
)";

  explicit fake_podman(const std::string& name, const char* script = serves)
      : folder_(std::filesystem::temp_directory_path() / (name + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    std::ofstream(program()) << script;
    chmod(program().c_str(), 0755);
  }
  ~fake_podman() { std::filesystem::remove_all(folder_); }
  fake_podman(const fake_podman&) = delete;
  fake_podman& operator=(const fake_podman&) = delete;

  [[nodiscard]] std::string program() const { return folder_ / "podman"; }
  [[nodiscard]] std::string socket() const { return folder_ / "podman.sock"; }

 private:
  std::filesystem::path folder_;
};

// Log lines, as they came.
struct log_lines {
  std::vector<std::string> all;

  log_sink sink() {
    return [this](log_level, const std::string& line) { all.push_back(line); };
  }
  [[nodiscard]] std::string last_with(const std::string& part) const {
    std::string out;
    for (const std::string& each : all) {
      if (each.find(part) != std::string::npos) out = each;
    }
    return out;
  }
};

inline bool run_until(boost::asio::io_context& io, const std::function<bool()>& condition) {
  const auto end = net::now().steady + std::chrono::seconds(30);
  while (!condition()) {
    if (net::now().steady > end) return false;
    io.restart();
    io.run_for(std::chrono::milliseconds(5));
  }
  return true;
}

// As run(), while other operations go on.
template <typename T>
T run_beside(boost::asio::io_context& io, awaitable<T> operation) {
  std::optional<T> out;
  boost::asio::co_spawn(io, std::move(operation),
                        [&out](const std::exception_ptr& thrown, T value) {
                          if (thrown) std::rethrow_exception(thrown);
                          out = std::move(value);
                        });
  if (!run_until(io, [&out] { return out.has_value(); })) throw std::runtime_error("it hangs");
  return *std::move(out);
}

}  // namespace gantry::engine
