// A network with nothing but loopback, and a name server that takes questions and never answers.
#pragma once

#include <string>

namespace gantry::test {

// From its making on what this thread opens, and each process that it starts, is in there: names
// are those of /etc/hosts as it is given here, and all others hang for minutes. Its end brings the
// thread back. Needs root.
class private_network {
 public:
  // Throws std::system_error where a step is refused. `folder` is for its files.
  private_network(const std::string& folder, const std::string& hosts);
  ~private_network();
  private_network(const private_network&) = delete;
  private_network& operator=(const private_network&) = delete;

  // Empty: it can be had.
  [[nodiscard]] static std::string why_not();

 private:
  int network_before_ = -1;
  int mounts_before_ = -1;
  int name_server_ = -1;
};

}  // namespace gantry::test
