#include "launchpad/command_line.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <sstream>

#include "launchpad/exit_codes.hpp"
#include "launchpad/version.hpp"

namespace gantry::launchpad {

std::optional<listen_address> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string host(text.substr(0, colon));
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error || address.is_v6() != bracketed) return std::nullopt;
  listen_address out{host, 0};
  const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (wrong != std::errc() || end != port.data() + port.size()) return std::nullopt;
  return out;
}

command_line parse_command_line(int argc, const char* const* argv) {
  command_line out;
  std::string listen = "127.0.0.1:5155";
  std::string plays = "ts";
  CLI::App app("launchpad: a development core for Rocketship executors, with a web page.",
               "launchpad");
  app.set_version_flag("--version", std::string("launchpad ") + version);
  app.add_option("--listen", listen, "Where to listen; port 0 is any free one")
      ->type_name("HOST:PORT")
      ->capture_default_str()
      ->check([](const std::string& text) {
        if (parse_listen_address(text)) return std::string();
        return "'" + text + "' is not IP:PORT, such as 127.0.0.1:5155 or [::1]:5155";
      });
  app.add_option("--generation", plays, "Which server of the field to play")
      ->check(CLI::IsMember({"docs", "ts", "rust"}))
      ->capture_default_str();
  auto* certificate = app.add_option("--tls-cert", out.tls_certificate,
                                     "The server's certificate chain; makes it https and wss")
                          ->type_name("FILE");
  auto* key = app.add_option("--tls-key", out.tls_key, "Its key")->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  app.add_option("--token-file", out.token_file, "Clients must show the token in this file")
      ->type_name("FILE");
  app.add_option("--log-level", out.log_level, "How much to tell")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream text;
    const bool failed = app.exit(error, text, text) != 0;
    out.exit_code = failed ? exit_codes::usage : exit_codes::done;
    out.text = text.str();
    return out;
  }
  out.listen = *parse_listen_address(listen);
  out.plays = *myko::parse_generation(plays);
  return out;
}

}  // namespace gantry::launchpad
