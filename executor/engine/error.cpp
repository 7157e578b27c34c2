#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

namespace sys = boost::system;

// Values below are ours (errc), values from here on are HTTP statuses.
constexpr int status_min = 100;

errc meaning_of_status(int status) {
  if (status == 404) return errc::not_found;
  if (status == 409) return errc::conflict;
  if (status == 403 || status == 405) return errc::not_allowed;
  if (status >= 502 && status <= 504) return errc::unreachable;
  if (status >= 400 && status < 500) return errc::refused;
  if (status >= 500 && status < 600) return errc::engine_error;
  return errc::bad_response;
}

class category final : public sys::error_category {
 public:
  const char* name() const noexcept override { return "engine"; }

  std::string message(int value) const override {
    if (value >= status_min) return "HTTP status " + std::to_string(value);
    switch (static_cast<errc>(value)) {
      case errc::bad_address:
        return "the engine's address is not usable";
      case errc::unreachable:
        return "the engine cannot be reached";
      case errc::untrusted:
        return "the engine's certificate or ours is not accepted";
      case errc::disconnected:
        return "the connection ended before the answer did";
      case errc::timed_out:
        return "the engine took too long";
      case errc::bad_response:
        return "the engine's answer is not understood";
      case errc::unsupported_version:
        return "the engine speaks no API version that we do";
      case errc::not_found:
        return "not found";
      case errc::conflict:
        return "not possible in the present state";
      case errc::not_allowed:
        return "not allowed";
      case errc::exhausted:
        return "gantry is out of descriptors or memory";
      case errc::refused:
        return "refused by the engine";
      case errc::engine_error:
        return "the engine failed";
    }
    return "unknown engine error";
  }

  sys::error_condition default_error_condition(int value) const noexcept override {
    if (value < status_min) return {value, *this};
    return {static_cast<int>(meaning_of_status(value)), *this};
  }
};

}  // namespace

const sys::error_category& engine_category() {
  static const category instance;
  return instance;
}

sys::error_condition make_error_condition(errc condition) {
  return {static_cast<int>(condition), engine_category()};
}

sys::error_code make_error_code(errc fault) { return {static_cast<int>(fault), engine_category()}; }

sys::error_code make_status_code(int http_status) { return {http_status, engine_category()}; }

}  // namespace gantry::engine
