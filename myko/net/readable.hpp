// Waiting for a descriptor alone, without reading from it.
#pragma once

#include <poll.h>

#include <boost/system/error_code.hpp>

#include "myko/net/deadline.hpp"

namespace gantry::net {

// Waits until `descriptor`, a socket or a stream_descriptor of Asio's, has something to read, has
// ended or is broken; fails when it is closed or the wait cancelled. Asio's own wait can end for
// nothing: what it knows of a descriptor it uses again for the next, and an event of one that was
// closed in the turn in which it came is then taken for the next one's (epoll_reactor, Boost 1.81).
template <typename Descriptor>
awaitable<boost::system::error_code> wait_readable(Descriptor& descriptor) {
  while (true) {
    const auto [error] = co_await descriptor.async_wait(Descriptor::wait_read, token);
    if (error) co_return error;
    pollfd it{.fd = descriptor.native_handle(), .events = POLLIN, .revents = 0};
    if (::poll(&it, 1, 0) > 0) co_return error;
  }
}

}  // namespace gantry::net
