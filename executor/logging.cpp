#include "executor/logging.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "myko/standard_streams.hpp"

namespace gantry {
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
class error_sink : public spdlog::sinks::base_sink<std::mutex> {
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

void set_up_logging(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("", std::make_shared<error_sink>());
  logger->set_error_handler(say_nothing);
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-7l %v");
  set_log_level(level);
}

void set_log_level(const std::string& level) { spdlog::set_level(spdlog::level::from_str(level)); }

log_sink make_log(const std::string& module) {
  return [module](log_level level, const std::string& text) {
    spdlog::log(level_of(level), "{:<6} {}", module, text);
  };
}

}  // namespace gantry
