// Finds the engine: the one that is named, or else the first of the usual sockets that answers, or
// else a Podman that we start.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "executor/engine/endpoint.hpp"
#include "executor/engine/locator.hpp"
#include "executor/engine/podman_service.hpp"

namespace gantry::engine {

struct finder_config {
  std::optional<endpoint> named;      // by the operator: this one and no other
  std::vector<usual_socket> sockets;  // else these, in this order
  // Where there is no socket at all; nothing: not allowed, or there is no podman.
  std::optional<podman_config> podman;
  // How long a socket may take to answer a ping before the next one is tried.
  std::chrono::milliseconds ping_max{3'000};
};

// What was found stays until this object ends: an engine that is away for a while is waited for,
// since the containers of another one are others.
class finder final : public locator {
 public:
  finder(boost::asio::any_io_executor executor, finder_config config, myko::random_source random,
         log_sink log);

  awaitable<result<endpoint>> find() override;
  [[nodiscard]] std::string where() const override;

  // How it was found, for people: "named", "Podman's usual socket"; empty before that.
  [[nodiscard]] const std::string& how() const { return how_; }

  // Ends the Podman that was started, if one was.
  void stop();

 private:
  awaitable<result<void>> ping(const endpoint& where) const;
  awaitable<result<endpoint>> look();
  void choose(endpoint where, std::string how);
  void pass_over(const std::string& path, const std::string& why);

  boost::asio::any_io_executor executor_;
  finder_config config_;
  log_sink log_;
  std::optional<podman_service> podman_;
  std::optional<endpoint> chosen_;
  bool chose_podman_ = false;  // that we start
  std::string how_;
  std::set<std::string> passed_over_;  // paths, which were logged already
};

}  // namespace gantry::engine
