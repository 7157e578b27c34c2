#include "executor/engine/transport.hpp"

#include <boost/asio/error.hpp>
#include <utility>

#include "executor/engine/basics.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/connect.hpp"
#include "myko/net/tls.hpp"

namespace gantry::engine {
namespace {

using std::chrono::milliseconds;

// What is left of the time for all steps.
class time_left {
 public:
  explicit time_left(milliseconds limit) : end_(net::now().steady + limit) {}

  [[nodiscard]] milliseconds operator()() const {
    return std::max(milliseconds(1), std::chrono::ceil<milliseconds>(end_ - net::now().steady));
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

// No descriptors or no memory for a socket. (EAGAIN is a unix socket whose queue is full.)
bool is_lack(const failure& why) {
  namespace errc = boost::system::errc;
  return why.code == errc::too_many_files_open || why.code == errc::too_many_files_open_in_system ||
         why.code == errc::not_enough_memory || why.code == errc::no_buffer_space;
}

// A cancellation keeps its own code.
failure cannot_connect(const endpoint& where, const failure& why) {
  if (why.code == boost::asio::error::operation_aborted) return why;
  if (is_lack(why)) {
    return fault(errc::exhausted,
                 "gantry has no descriptors or memory left for a connection to the engine at " +
                     to_string(where) + ": " + why.message +
                     " (raise its limit of open files, `ulimit -n` or systemd's LimitNOFILE, or "
                     "give the machine more memory)");
  }
  std::string_view hint;
  if (why.code == boost::asio::error::access_denied) {
    hint = " (add this user to the socket's group, mostly `docker`, or run as root)";
  } else if (why.code == boost::system::errc::no_such_file_or_directory ||
             why.code == boost::asio::error::connection_refused) {
    hint = " (is the engine running, and is that its address?)";
  }
  return fault(errc::unreachable, "cannot connect to the engine at " + to_string(where) + ": " +
                                      why.message + std::string(hint));
}

failure not_trusted(const tls_endpoint& where, const failure& why) {
  if (why.code == boost::asio::error::operation_aborted) return why;
  return fault(errc::untrusted, "no TLS with the engine at " + to_string(endpoint(where)) + ": " +
                                    why.message +
                                    (where.files ? " (DOCKER_CERT_PATH is the folder of ca.pem, "
                                                   "cert.pem and key.pem)"
                                                 : ""));
}

net::client_tls tls_of(const tls_endpoint& where) {
  net::client_tls out;
  if (!where.files) return out;
  out.ca_file = where.files->authority;
  out.certificate_file = where.files->certificate;
  out.key_file = where.files->key;
  return out;
}

using connected = awaitable<result<net::stream>>;

// `where` is what HOST and PORT come from, for messages.
connected connect_host(endpoint where, std::string host, std::uint16_t port, time_left left,
                       net::name_resolver resolve) {
  auto looking = net::look_up(std::move(host), left(), std::move(resolve));
  const auto found = co_await std::move(looking);
  if (!found) co_return cannot_connect(where, found.error());
  const milliseconds rest = left();
  const net::connect_limits limits{.each = rest, .all = rest};
  auto connecting = net::connect_tcp(*found, port, limits);
  auto stream = co_await std::move(connecting);
  if (!stream) co_return cannot_connect(where, stream.error());
  co_return stream;
}

connected connect_to(unix_endpoint where, time_left left, net::name_resolver) {
  auto connecting = net::connect_unix(where.path, left());
  auto stream = co_await std::move(connecting);
  if (!stream) co_return cannot_connect(where, stream.error());
  co_return stream;
}

connected connect_to(tcp_endpoint where, time_left left, net::name_resolver resolve) {
  return connect_host(where, where.host, where.port, left, std::move(resolve));
}

connected connect_to(tls_endpoint where, time_left left, net::name_resolver resolve) {
  auto connecting = connect_host(where, where.host, where.port, left, std::move(resolve));
  auto stream = co_await std::move(connecting);
  if (!stream) co_return stream;
  const auto context = net::create_client_context(tls_of(where));
  if (!context) co_return not_trusted(where, context.error());
  auto securing = net::secure(*stream, *context, where.host, left());
  const auto secured = co_await std::move(securing);
  if (!secured && secured.error().code == boost::system::errc::timed_out) {
    co_return cannot_connect(where, secured.error());
  }
  if (!secured) co_return not_trusted(where, secured.error());
  co_return stream;
}

}  // namespace

connected connect(endpoint where, milliseconds limit, net::name_resolver resolve) {
  return std::visit(
      [&](auto& each) { return connect_to(std::move(each), time_left(limit), std::move(resolve)); },
      where);
}

}  // namespace gantry::engine
