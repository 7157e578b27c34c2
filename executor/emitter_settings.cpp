#include "executor/emitter_settings.hpp"

#include "executor/setting_checks.hpp"

namespace gantry {
namespace {

using namespace std::chrono_literals;
using namespace setting_checks;

problem store_match(fleet::emitter_rule& out, const setting_value& value) {
  const auto& match = as<std::string>(value);
  if (match.empty()) return "must not be empty: * fits every emitter";
  if (match.find_first_of(":*?[") == std::string::npos) {
    return "names no emitter: write \"" + match + ":output\", or \"" + match + ":*\" for all";
  }
  out.match = match;
  return std::nullopt;
}

problem store_delivery(fleet::emitter_rule& out, const setting_value& value) {
  const auto& text = as<std::string>(value);
  if (text != "queued" && text != "latest") {
    return "must be queued or latest" + but_not(text);
  }
  out.delivery = text == "queued" ? fleet::delivery::queued : fleet::delivery::latest;
  return std::nullopt;
}

problem store_ttl(fleet::emitter_rule& out, const setting_value& value) {
  const auto& ttl = as<time_limit>(value);
  if (auto wrong = check_limit(ttl, 1ms)) return wrong;
  out.ttl = ttl;
  return std::nullopt;
}

problem store_emitter_rate(fleet::emitter_rule& out, const setting_value& value) {
  const double rate = as<double>(value);
  if (auto wrong = check_rate(rate)) return wrong;
  out.pulses_per_second = rate;
  return std::nullopt;
}

problem store_emitter_combine(fleet::emitter_rule& out, const setting_value& value) {
  out.combine = as<bool>(value);
  return std::nullopt;
}

std::vector<emitter_setting> make_emitter_settings() {
  using enum setting_type;
  return {
      {"match", text, "a pattern for PATH:EMITTER, such as container/web*:output", store_match},
      {"delivery", text, "queued: every pulse; latest: only the newest", store_delivery},
      {"ttl", time_limit, "queued pulses are dropped after this, with a notice, or never",
       store_ttl},
      {"pulses_per_second", number, "instead of output.pulses_per_second", store_emitter_rate},
      {"combine", toggle, "instead of output.combine", store_emitter_combine},
  };
}

}  // namespace

std::span<const emitter_setting> all_emitter_settings() {
  static const std::vector<emitter_setting> settings = make_emitter_settings();
  return settings;
}

}  // namespace gantry
