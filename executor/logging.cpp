#include "executor/logging.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

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

}  // namespace

void set_up_logging(const std::string& level) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-7l %v");
  set_log_level(level);
  spdlog::flush_on(spdlog::level::debug);
}

void set_log_level(const std::string& level) { spdlog::set_level(spdlog::level::from_str(level)); }

log_sink make_log(const std::string& module) {
  return [module](log_level level, const std::string& text) {
    spdlog::log(level_of(level), "{:<6} {}", module, text);
  };
}

}  // namespace gantry
