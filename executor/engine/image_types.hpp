// Images that the engine has, or is to fetch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "executor/engine/basics.hpp"
#include "model/result.hpp"

namespace gantry::engine {

struct image_details {
  std::string id;            // sha256:...
  std::string architecture;  // amd64
  std::string os;            // linux
};

struct pull_request {
  std::string image;  // as in `docker pull`: without a tag and a digest it is :latest
  // The value of X-Registry-Auth, from registry_login(); empty: none. It is never part of a
  // message.
  std::string registry_auth;
};

// One step of a pull. Most are of one layer.
struct pull_progress {
  std::string id;            // of the layer; empty: of the whole
  std::string status;        // Downloading, Pull complete, ...
  std::int64_t current = 0;  // bytes
  std::int64_t total = 0;    // 0: not told
};

// A pull under way; its destruction ends it (the engine keeps the layers that are complete).
class pull_stream {
 public:
  virtual ~pull_stream() = default;
  // The next step; nothing when the image is there. Fails with engine_error when the engine could
  // not fetch it, in its own words. There is no time-out: a registry may be slow.
  [[nodiscard]] virtual awaitable<result<std::optional<pull_progress>>> next() = 0;
};

}  // namespace gantry::engine
