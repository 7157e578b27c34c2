#include "executor/engine/permissions.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace gantry::engine {
namespace {

std::vector<std::string_view> segments_of(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  std::vector<std::string_view> out;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

// "/containers/json" and "/images/create" name no thing.
bool names_a_thing(const std::vector<std::string_view>& segments) {
  return segments.size() > 2 ||
         (segments.size() == 2 && segments[1] != "json" && segments[1] != "create");
}

}  // namespace

std::string call_kind(const api_request& request) {
  const auto segments = segments_of(request.target);
  std::string out = request.method + " /" + std::string(segments.front());
  if (!names_a_thing(segments)) {
    return segments.size() < 2 ? out : out + "/" + std::string(segments.back());
  }
  out += "/{id}";  // that of an image may have slashes
  return segments.size() < 3 ? out : out + "/" + std::string(segments.back());
}

std::string proxy_switches(const api_request& request) {
  const auto segments = segments_of(request.target);
  std::string out;
  for (const char each : segments.front()) {
    if (each != '_') out += static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
  }
  out += "=1";
  return request.method == "GET" ? out : out + " and POST=1";
}

}  // namespace gantry::engine
