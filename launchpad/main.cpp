// launchpad: a development core. It stands in for the Rocketship core where there is none.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "launchpad/command_line.hpp"
#include "launchpad/exit_codes.hpp"
#include "launchpad/logging.hpp"
#include "launchpad/service.hpp"
#include "myko/server/server.hpp"
#include "myko/standard_streams.hpp"

namespace {

using namespace gantry;
using namespace gantry::launchpad;

int serve(const command_line& line, const log_sink& log) {
  auto config = make_config(line);
  if (!config) {
    log(log_level::error, config.error().message);
    return exit_codes::configuration;
  }
  if (const auto warning = warning_about(line); !warning.empty()) log(log_level::warning, warning);
  boost::asio::io_context context(1);
  myko::server server(context.get_executor(), *std::move(config), log);
  const auto port = server.listen();
  if (!port) {
    const excuse why = explain(line, port.error());
    log(log_level::error, why.text);
    return why.exit_code;
  }
  std::cout << "launchpad plays the " << to_string(line.plays) << " core: " << url_of(line, *port)
            << std::endl;

  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int number) {
    if (error) return;  // the server ended by itself
    log(log_level::info, number == SIGINT ? "SIGINT: stopping" : "SIGTERM: stopping");
    // Seen: the TypeScript server says nothing to its clients when it is stopped.
    server.stop(line.plays == myko::generation::ts ? myko::stop_mode::abrupt
                                                   : myko::stop_mode::orderly);
  });
  boost::asio::co_spawn(context, server.run(), [&](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
    signals.cancel();
  });
  context.run();
  return exit_codes::done;
}

int run(int argc, char** argv) {
  const command_line line = parse_command_line(argc, argv);
  if (!line.exit_code) return serve(line, set_up_logging(line.log_level));
  (*line.exit_code == exit_codes::done ? std::cout : std::cerr) << line.text;
  return *line.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  secure_standard_streams();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "launchpad: a fault of ours, please report it: " << error.what() << '\n';
    return exit_codes::bug;
  }
}
