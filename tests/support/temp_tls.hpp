// A certificate authority of its own for one test.
#pragma once

#include <filesystem>
#include <string>

namespace gantry::test {

// Makes, with the openssl program and in a new directory that goes with the object: a CA, a server
// certificate for 127.0.0.1, ::1 and localhost, and a client certificate. Throws
// std::runtime_error when that fails.
class temp_tls {
 public:
  temp_tls();
  ~temp_tls();
  temp_tls(const temp_tls&) = delete;
  temp_tls& operator=(const temp_tls&) = delete;

  [[nodiscard]] std::string ca() const { return file("ca.crt"); }
  [[nodiscard]] std::string server_certificate() const { return file("server.crt"); }
  [[nodiscard]] std::string server_key() const { return file("server.key"); }
  [[nodiscard]] std::string client_certificate() const { return file("client.crt"); }
  [[nodiscard]] std::string client_key() const { return file("client.key"); }

 private:
  [[nodiscard]] std::string file(const char* name) const { return (directory_ / name).string(); }
  void issue(const std::string& name, const std::string& extensions) const;

  std::filesystem::path directory_;
};

}  // namespace gantry::test
