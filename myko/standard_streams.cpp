#include "myko/standard_streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <string>
#include <utility>

namespace gantry {
namespace {

// What a pipe takes without waiting, once poll() says that it takes more.
constexpr std::size_t piece_bytes_max = PIPE_BUF;

ssize_t write_piece(int to, std::string_view piece) {
  // A socket, such as that of systemd's journal, may take less than poll() lets one think.
  const ssize_t sent = send(to, piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 && errno == ENOTSOCK ? ::write(to, piece.data(), piece.size()) : sent;
}

}  // namespace

void secure_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (int each = STDIN_FILENO; each <= STDERR_FILENO; ++each) {
    // Takes the lowest number that is free: this one.
    if (fcntl(each, F_GETFD) < 0) (void)!open("/dev/null", O_RDWR);
  }
}

bool log_writer::takes_more() {
  pollfd it{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  // Ready also where there is nobody any more: writing says so.
  if (poll(&it, 1, 0) > 0) return may_wait_ = true;
  return std::exchange(may_wait_, false) && poll(&it, 1, static_cast<int>(patience.count())) > 0;
}

bool log_writer::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!takes_more()) return false;
    const std::string_view piece = bytes.substr(0, std::min(bytes.size(), piece_bytes_max));
    const ssize_t count = write_piece(descriptor_, piece);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    is_cut_ = piece[static_cast<std::size_t>(count) - 1] != '\n';
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool log_writer::write(std::string_view line) {
  if (is_cut_ && !write_all("\n")) return ++lost_, false;
  if (lost_ > 0) {
    const std::string count = std::to_string(lost_);
    if (!write_all(count + " lines of this log were lost: it could not be written\n")) {
      return ++lost_, false;
    }
  }
  lost_ = write_all(line) ? 0 : 1;
  return lost_ == 0;
}

}  // namespace gantry
