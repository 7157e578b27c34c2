#include "tests/support/temp_tls.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace gantry::test {
namespace {

namespace fs = std::filesystem;

fs::path new_directory() {
  std::string name = (fs::temp_directory_path() / "gantry-tls-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return name;
}

void openssl(const std::string& arguments) {
  const std::string command = "openssl " + arguments + " 2>/dev/null";
  // The arguments are constants of this file and the name of the directory made above.
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

constexpr const char* new_key = " -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes ";

}  // namespace

temp_tls::temp_tls() : directory_(new_directory()) {
  openssl(std::string("req -x509 -days 2 -subj '/CN=test CA'") + new_key + "-keyout " +
          file("ca.key") + " -out " + ca());
  issue("server", "subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost\n");
  issue("client", "extendedKeyUsage=clientAuth\n");
}

temp_tls::~temp_tls() {
  std::error_code ignored;  // a left-over in /tmp fails no test
  fs::remove_all(directory_, ignored);
}

void temp_tls::issue(const std::string& name, const std::string& extensions) const {
  const std::string base = (directory_ / name).string();
  std::ofstream(base + ".ext") << extensions;
  openssl("req -new -subj '/CN=" + name + "'" + new_key + "-keyout " + base + ".key -out " + base +
          ".csr");
  openssl("x509 -req -days 2 -CA " + ca() + " -CAkey " + file("ca.key") + " -CAcreateserial -in " +
          base + ".csr -extfile " + base + ".ext -out " + base + ".crt");
}

}  // namespace gantry::test
