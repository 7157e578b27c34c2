#include "tests/support/virtual_clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <ctime>
#include <memory>
#include <optional>

namespace {

using std::chrono::nanoseconds;

// Of both clocks: since boot, and since 1970.
struct both_times {
  nanoseconds steady;
  nanoseconds wall;
};

std::optional<both_times> set;  // nothing: the time is the real one

nanoseconds real(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

}  // namespace

// The linker takes these before those of the shared library.
namespace std::chrono {  // NOLINT(cert-dcl58-cpp)

steady_clock::time_point steady_clock::now() noexcept {
  return time_point(set ? set->steady : real(CLOCK_MONOTONIC));
}

system_clock::time_point system_clock::now() noexcept {
  return time_point(set ? set->wall : real(CLOCK_REALTIME));
}

}  // namespace std::chrono

namespace gantry::test {

using namespace std::chrono_literals;

virtual_clock::virtual_clock() {
  set = {.steady = 1h,
         .wall = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) -
                 std::chrono::sys_days(std::chrono::year(1970) / 1 / 1)};
}

virtual_clock::~virtual_clock() { set.reset(); }

// Asio sleeps by the kernel's clock, which knows nothing of ours: a timer that is due at once, and
// before all others, makes it look at them.
void virtual_clock::pass(std::chrono::milliseconds time, boost::asio::io_context& io) {
  set->steady += time;
  set->wall += time;
  const auto waker =
      std::make_shared<boost::asio::steady_timer>(io, boost::asio::steady_timer::time_point::min());
  waker->async_wait([waker](const boost::system::error_code&) {});
}

}  // namespace gantry::test
