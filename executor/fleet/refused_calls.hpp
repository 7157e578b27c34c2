// What does not work because a kind of call is not allowed, said once, and once more when it is.
// Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gantry::fleet {

class refused_calls {
 public:
  // `now` is engine::traffic::not_allowed. What is to be said since the last time.
  [[nodiscard]] std::vector<std::string> news(const std::map<std::string, std::string>& now);

 private:
  std::map<std::string, std::string> said_;
};

}  // namespace gantry::fleet
