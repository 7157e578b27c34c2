#include "launchpad/service.hpp"

#include <boost/asio/ip/address.hpp>

#include "launchpad/exit_codes.hpp"
#include "launchpad/page.hpp"
#include "myko/small_file.hpp"

namespace gantry::launchpad {
namespace {

std::string authority(const listen_address& listen, std::uint16_t port) {
  const bool v6 = listen.host.find(':') != std::string::npos;
  return (v6 ? "[" + listen.host + "]" : listen.host) + ":" + std::to_string(port);
}

}  // namespace

result<myko::server_config> make_config(const command_line& line) {
  myko::server_config out;
  out.address = line.listen.host;
  out.port = line.listen.port;
  out.plays = line.plays;
  if (!line.tls_certificate.empty()) {
    out.tls = myko::tls_files{line.tls_certificate, line.tls_key, ""};
  }
  if (!line.token_file.empty()) {
    auto token = read_token_file(line.token_file);
    if (!token) return token.error();
    out.token = *std::move(token);
  }
  out.pages = [](std::string_view path) { return find_page(embedded_files(), path); };
  return out;
}

std::string url_of(const command_line& line, std::uint16_t port) {
  return (line.tls_certificate.empty() ? "http://" : "https://") + authority(line.listen, port) +
         "/";
}

std::string warning_about(const command_line& line) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(line.listen.host, error);
  if (error || address.is_loopback() || !line.token_file.empty()) return "";
  return "anybody who reaches " + line.listen.host +
         " can act on every connected executor: listen on 127.0.0.1, or ask for a token with "
         "--token-file";
}

excuse explain(const command_line& line, const failure& why) {
  namespace errc = boost::system::errc;
  const std::string where = authority(line.listen, line.listen.port);
  if (why.code == errc::address_in_use) {
    return {exit_codes::unavailable,
            where +
                " is taken: another launchpad, or a core, is running there. Stop it, or choose "
                "another port with --listen " +
                authority(line.listen, 0) + " (0: any that is free)"};
  }
  if (why.code == errc::address_not_available) {
    return {exit_codes::unavailable, line.listen.host + " is no address of this machine"};
  }
  if (why.code == errc::permission_denied && why.message.starts_with("cannot listen")) {
    return {exit_codes::unavailable,
            "port " + std::to_string(line.listen.port) + " is reserved: choose one above 1023"};
  }
  return {exit_codes::configuration, why.message};
}

}  // namespace gantry::launchpad
