#include "executor/engine/image_messages.hpp"

#include <algorithm>

#include "executor/engine/error.hpp"
#include "executor/engine/json_fields.hpp"
#include "executor/engine/messages.hpp"
#include "executor/engine/url.hpp"
#include "model/json.hpp"

namespace gantry::engine {
namespace {

// Slashes and colons stay as they are: Podman does not decode those of a name.
constexpr std::string_view reference_bytes = "/:@";

// Base64 for URLs: no byte of it can end a header.
bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '=' ||
           byte == '+' || byte == '/';
  });
}

}  // namespace

api_request inspect_image_request(std::string_view image) {
  return {"image " + std::string(image), "GET",
          "/images/" + percent_encode(image, reference_bytes) + "/json"};
}

result<api_request> pull_request_of(const pull_request& wanted) {
  const auto image = parse_image_reference(wanted.image);
  if (!image) return image.error();
  if (!is_header_value(wanted.registry_auth)) {
    return fault(errc::refused, "pull " + wanted.image + ": the registry login is no base64");
  }
  const std::string name = image->registry + "/" + image->repository;
  const std::string& version = image->digest.empty() ? image->tag : image->digest;
  api_request out{
      "pull " + wanted.image, "POST",
      "/images/create?fromImage=" + percent_encode(name) + "&tag=" + percent_encode(version)};
  out.registry_auth = wanted.registry_auth;
  return out;
}

result<image_details> parse_image(std::string_view body) {
  const auto root = json::parse(body);
  if (!root) return not_understood("description of an image", root.error().message);
  image_details out;
  out.id = string_at(*root, "Id");
  if (out.id.empty()) return not_understood("description of an image", "it has no Id");
  out.architecture = string_at(*root, "Architecture");
  out.os = string_at(*root, "Os");
  return out;
}

result<std::optional<pull_progress>> parse_pull_line(std::string_view line) {
  const auto root = json::parse(line);
  if (!root) return not_understood("progress of a pull", root.error().message);
  std::string error = string_at(member(*root, "errorDetail"), "message");
  if (error.empty()) error = string_at(*root, "error");  // older, and Podman at times
  if (!error.empty() || member(*root, "errorDetail").IsObject()) {
    return fault(errc::engine_error, error_text(error, "the engine does not say why"));
  }
  pull_progress out;
  out.id = string_at(*root, "id");
  out.status = string_at(*root, "status");
  const json::value& detail = member(*root, "progressDetail");
  out.current = integer_at(detail, "current");
  out.total = integer_at(detail, "total");
  if (out.status.empty()) return std::optional<pull_progress>();
  return std::optional(std::move(out));
}

}  // namespace gantry::engine
