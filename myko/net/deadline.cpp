#include "myko/net/deadline.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace gantry::net {

awaitable<void> sleep(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

failure took_too_long(const std::string& name, std::chrono::milliseconds limit) {
  return {make_error_code(boost::system::errc::timed_out),
          name + " took longer than " + std::to_string(limit.count()) + " ms"};
}

}  // namespace gantry::net
