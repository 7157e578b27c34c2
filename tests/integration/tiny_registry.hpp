// A registry of images on loopback that has one image, and waits with its layer until it is let go.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gantry::test {

// Source: docs.docker.com, "HTTP API V2": of it, what a pull asks for. Engines take plain HTTP from
// registries on 127.0.0.0/8.
class tiny_registry {
 public:
  // The image's only layer, as a tar archive.
  explicit tiny_registry(const std::string& layer);
  ~tiny_registry();
  tiny_registry(const tiny_registry&) = delete;
  tiny_registry& operator=(const tiny_registry&) = delete;

  // As in docker pull.
  [[nodiscard]] std::string image() const;
  void let_go();
  // Has the layer been asked for?
  [[nodiscard]] bool is_asked() const { return asked_; }

 private:
  struct page {
    std::string type;
    std::string body;
  };

  void serve();
  void answer(int socket);
  void wait_for_leave();

  std::map<std::string, page> pages_;  // by path
  std::string layer_path_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool let_go_ = false;
  std::atomic<bool> asked_ = false;
  std::atomic<bool> ending_ = false;
  std::vector<std::thread> answering_;
  std::thread serving_;
};

}  // namespace gantry::test
