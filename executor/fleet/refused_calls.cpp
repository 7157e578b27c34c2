#include "executor/fleet/refused_calls.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace gantry::fleet {
namespace {

// By kinds of calls, as engine::call_kind() names them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> losses_by_kind{{
    {"GET /_ping", "What engine it is, is asked otherwise, or not known"},
    {"GET /containers/json", "There is nothing to publish"},
    {"GET /containers/{id}/json", "Nothing is known of containers but their names"},
    {"GET /containers/{id}/logs", "The output of containers is not told"},
    {"GET /containers/{id}/stats", "What containers use of the machine is not told"},
    {"GET /events", "What happens to containers is seen by listing them, some seconds late"},
    {"GET /info", "The engine's own facts are not told"},
}};

std::string_view lost_by(std::string_view kind) {
  for (const auto& [each, what] : losses_by_kind) {
    if (each == kind) return what;
  }
  return "Actions that need it fail";
}

}  // namespace

std::vector<std::string> refused_calls::news(const std::map<std::string, std::string>& now) {
  std::vector<std::string> out;
  for (const auto& [kind, words] : now) {
    if (said_.try_emplace(kind, words).second) {
      out.push_back("the engine's " + words + ". " + std::string(lost_by(kind)) +
                    " until it is allowed");
    }
  }
  std::erase_if(said_, [&](const auto& each) {
    if (now.contains(each.first)) return false;
    out.push_back("the engine's " + each.first + " is allowed again");
    return true;
  });
  return out;
}

}  // namespace gantry::fleet
