// A disk so small that it fills: a tmpfs in a mount namespace of its own.
//
// A helper process holds the namespace, and with it the mount: both go when it ends, and it ends
// with this object or with the test program, however that ends. Needs root.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/process.hpp"

namespace gantry::test {

class small_disk {
 public:
  // `folder` exists and is to be the disk's mount point; the helper's log goes beside it.
  small_disk(std::string folder, std::size_t bytes);

  enum class state { starting, ready, refused };
  [[nodiscard]] state now();
  [[nodiscard]] std::string why_refused() const;

  // When it is ready: what a command line has to begin with to see the disk at `folder`.
  [[nodiscard]] std::vector<std::string> enter() const;
  [[nodiscard]] std::size_t free_bytes() const;
  // Takes all that is free; gives it back.
  void fill() const;
  void clear() const;

 private:
  [[nodiscard]] std::string seen_from_here() const;

  std::string folder_;
  process holder_;
  std::string id_;  // of the holder
};

}  // namespace gantry::test
