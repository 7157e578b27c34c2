// What is said of a pull: how far it is, and what to do about one that failed. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "executor/engine/image_types.hpp"
#include "executor/engine/registry_login.hpp"

namespace gantry::fleet {

// Counts the layers of one pull.
class pull_tally {
 public:
  // Images have at most 127 layers; of more nothing is counted.
  static constexpr std::size_t layers_max = 1'000;

  // False for a step that gets the image no nearer, such as one more try.
  bool take(const engine::pull_progress& step);
  // "pulling image busybox: 3 of 7 layers, 40 %", without what is not known.
  [[nodiscard]] std::string note(const std::string& image) const;

 private:
  struct layer {
    std::string status;
    std::int64_t current = 0;
    std::int64_t total = 0;  // 0: not known
    bool is_done = false;
  };

  std::map<std::string, layer> layers_;  // by id
  std::string status_;                   // of the whole
};

// The reason, and what an operator can do about it.
[[nodiscard]] std::string pull_failure_text(const std::string& image, std::string_view why,
                                            const engine::image_reference& reference,
                                            bool had_login);

}  // namespace gantry::fleet
