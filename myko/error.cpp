#include "myko/error.hpp"

#include <string>

namespace gantry::myko {
namespace {

class myko_category final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "myko"; }

  [[nodiscard]] std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::not_json:
        return "not JSON";
      case errc::not_a_message:
        return "not a Myko message";
      case errc::bad_address:
        return "not a usable server address";
      case errc::name_unknown:
        return "server name unknown";
      case errc::unreachable:
        return "server unreachable";
      case errc::tls_refused:
        return "TLS refused";
      case errc::upgrade_refused:
        return "WebSocket upgrade refused";
      case errc::connection_lost:
        return "connection lost";
      case errc::closed_by_server:
        return "closed by the server";
      case errc::frame_too_large:
        return "a frame was too large for the server";
      case errc::silent:
        return "the server is silent";
    }
    return "unknown";
  }
};

}  // namespace

const boost::system::error_category& category() {
  static const myko_category instance;
  return instance;
}

}  // namespace gantry::myko
