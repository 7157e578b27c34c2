#include "myko/small_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/system/errc.hpp>
#include <cerrno>

namespace gantry {
namespace {

constexpr std::size_t token_bytes_max = 16U << 10U;

struct descriptor {
  explicit descriptor(int opened) : number(opened) {}
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  int number;
};

failure because_of_errno() {
  const boost::system::error_code code(errno, boost::system::system_category());
  return {code, code.message()};
}

failure refused(const std::string& why) {
  return {make_error_code(boost::system::errc::invalid_argument), why};
}

}  // namespace

result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (file.number < 0) return because_of_errno();
  struct stat about = {};
  if (::fstat(file.number, &about) != 0) return because_of_errno();
  if (!S_ISREG(about.st_mode)) return refused("it is no regular file");
  std::string out;
  std::array<char, 64U << 10U> piece{};  // files of the kernel tell no size
  while (true) {
    const ssize_t read = ::read(file.number, piece.data(), piece.size());
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return because_of_errno();
    if (read == 0) return out;
    out.append(piece.data(), static_cast<std::size_t>(read));
    if (out.size() > bytes_max) {
      return refused("it has more than " + std::to_string(bytes_max >> 10U) + " KiB");
    }
  }
}

result<std::string> read_token_file(const std::string& path) {
  if (path.empty()) return std::string();
  const auto unusable = [&path](const std::string& why) {
    return failure{make_error_code(boost::system::errc::permission_denied),
                   "the token file " + path + " cannot be used: " + why};
  };
  auto token = read_small_file(path, token_bytes_max);
  if (!token) return unusable(token.error().message);
  token->resize(std::min(token->find('\n'), token->size()));
  if (token->ends_with('\r')) token->pop_back();
  if (token->empty()) return unusable("its first line is empty");
  return token;
}

}  // namespace gantry
