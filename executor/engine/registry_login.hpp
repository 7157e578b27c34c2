// With which credentials an image is pulled. Nothing here reads files, runs programs or logs.
#pragma once

#include <string>
#include <string_view>

#include "model/result.hpp"

namespace gantry::engine {

// Docker Hub's name in references, and its key in Docker's config.json.
inline constexpr std::string_view hub_registry = "docker.io";
inline constexpr std::string_view hub_login_key = "https://index.docker.io/v1/";

struct image_reference {
  std::string registry;    // docker.io, ghcr.io, localhost:5000
  std::string repository;  // library/busybox
  std::string tag;         // latest, where neither tag nor digest is given
  std::string digest;      // sha256:...; it counts more than the tag

  bool operator==(const image_reference&) const = default;
};

// Reads "busybox", "ghcr.io/o/app:1", "localhost:5000/app@sha256:...". Fails with refused.
// Source: github.com/distribution/reference, normalize.go and regexp.go.
[[nodiscard]] result<image_reference> parse_image_reference(std::string_view text);

struct registry_login {
  std::string header;  // the value of X-Registry-Auth, a secret; empty: none is known
  std::string notice;  // why there is none though one may be expected, for the log
};

// Finds the credentials of the image's registry in the text of Docker's config.json: `auths` with
// `auth`, username and password, or `identitytoken`. Credential helpers (`credHelpers`,
// `credsStore`) are other programs and are NOT run: then there is a notice and no login. Fails with
// bad_address when the text is no such file; the message repeats nothing of it.
[[nodiscard]] result<registry_login> find_registry_login(std::string_view config_json,
                                                         const image_reference& image);

}  // namespace gantry::engine
