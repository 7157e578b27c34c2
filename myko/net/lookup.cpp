#include "myko/net/lookup.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "myko/net/deadline.hpp"
#include "myko/net/readable.hpp"

namespace gantry::net {
namespace {

constexpr std::size_t addresses_max = 32;

// Which look-ups are under way, by name. Any thread.
class lookup_count {
 public:
  // False: too many hang.
  bool begin(const std::string& host) {
    const std::lock_guard lock(mutex_);
    if (names_.size() >= lookups_max || names_.count(host) >= lookups_of_a_name_max) return false;
    names_.insert(host);
    return true;
  }
  void end(const std::string& host) {
    const std::lock_guard lock(mutex_);
    names_.erase(names_.find(host));
  }

 private:
  std::mutex mutex_;
  std::multiset<std::string> names_;
};

// Threads that nobody waits for may still use it when the program ends.
lookup_count& lookups_running() {
  static auto* const all = new lookup_count;
  return *all;
}

failure not_resolved(const std::string& host, const std::string& why) {
  return {asio::error::host_not_found, "the name " + host + " cannot be resolved: " + why};
}

// What a look-up's thread and its asker share. The thread knows no io_context, which may be gone
// before it: it leaves its answer here and raises an event of the kernel's.
class pending_lookup {
 public:
  pending_lookup() : event_(::eventfd(0, EFD_CLOEXEC)) {}
  ~pending_lookup() {
    if (event_ >= 0) ::close(event_);
  }
  pending_lookup(const pending_lookup&) = delete;
  pending_lookup& operator=(const pending_lookup&) = delete;

  // Readable once there is an answer; negative without file descriptors left.
  [[nodiscard]] int event() const { return ::fcntl(event_, F_DUPFD_CLOEXEC, 0); }

  void give(result<addresses> answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    const std::uint64_t one = 1;
    (void)!::write(event_, &one, sizeof one);
  }
  // Once, and when event() is readable.
  [[nodiscard]] result<addresses> take() {
    const std::lock_guard lock(mutex_);
    return *std::move(answer_);
  }

 private:
  const int event_;
  std::mutex mutex_;
  std::optional<result<addresses>> answer_;
};

// False: too many hang, or no thread can be had.
bool run_apart(const std::shared_ptr<pending_lookup>& pending, const std::string& host,
               const name_resolver& resolve) {
  if (!lookups_running().begin(host)) return false;
  try {
    std::thread([pending, host, resolve] {
      auto answer = resolve(host);
      lookups_running().end(host);
      pending->give(std::move(answer));
    }).detach();
  } catch (const std::system_error&) {
    lookups_running().end(host);
    return false;
  }
  return true;
}

awaitable<result<addresses>> wait_for_answer(std::string host, name_resolver resolve) {
  const auto pending = std::make_shared<pending_lookup>();
  const int event = pending->event();
  if (event < 0) co_return not_resolved(host, "there are no file descriptors left");
  asio::posix::stream_descriptor answered(co_await asio::this_coro::executor, event);
  if (!run_apart(pending, host, resolve)) {
    co_return not_resolved(host,
                           "too many look-ups hang, or no thread can be had: does the name server "
                           "answer?");
  }
  if (const auto error = co_await wait_readable(answered)) co_return failure{error, "cancelled"};
  co_return pending->take();
}

std::string printed_address(const sockaddr* address, socklen_t size) {
  std::array<char, 128> out{};  // an IPv6 address with the name of an interface takes 62
  const int error =
      ::getnameinfo(address, size, out.data(), out.size(), nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? out.data() : "";
}

}  // namespace

result<addresses> resolve_by_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return not_resolved(host, ::gai_strerror(error));
  }
  addresses out;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::string one = printed_address(each->ai_addr, each->ai_addrlen);
    if (!one.empty() && std::ranges::find(out, one) == out.end()) out.push_back(std::move(one));
  }
  ::freeaddrinfo(found);
  return out;
}

awaitable<result<addresses>> look_up(std::string host, std::chrono::milliseconds limit,
                                     name_resolver resolve) {
  boost::system::error_code no_address;
  (void)asio::ip::make_address(host, no_address);
  if (!no_address) co_return addresses{host};
  auto answer = wait_for_answer(host, std::move(resolve));
  auto found = co_await with_deadline(limit, "resolving the name " + host, std::move(answer));
  if (!found) co_return found;
  if (found->empty()) co_return not_resolved(host, "it has no address");
  found->resize(std::min(found->size(), addresses_max));
  co_return found;
}

}  // namespace gantry::net
