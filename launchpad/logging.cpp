#include "launchpad/logging.hpp"

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "myko/standard_streams.hpp"

namespace gantry::launchpad {
namespace {

spdlog::level::level_enum level_of(log_level level) {
  switch (level) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warning:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// To standard error, which may be written to or not: that is no matter of whoever logs.
class error_sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    stream_.write({line.data(), line.size()});
  }
  void flush_() override {}

  log_writer stream_{STDERR_FILENO};
};

// What spdlog itself has to say would go to standard error, with no regard to who reads there.
void say_nothing(const std::string&) {}

}  // namespace

log_sink set_up_logging(const std::string& level) {
  const auto logger = std::make_shared<spdlog::logger>("", std::make_shared<error_sink>());
  logger->set_error_handler(say_nothing);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-7l %v");
  logger->set_level(spdlog::level::from_str(level));
  return [logger](log_level at, const std::string& text) { logger->log(level_of(at), "{}", text); };
}

}  // namespace gantry::launchpad
