// A container's followed log from Podman, without what Podman cannot be trusted with.
//
// When a container ends, Podman drops lines of its followed log anywhere in what was not sent yet,
// and goes on with later ones (containers/podman#21914). While it runs, none are dropped. So what
// was received counts only if the container still ran after that.
#pragma once

#include <functional>
#include <memory>

#include "executor/engine/basics.hpp"
#include "executor/engine/container_streams.hpp"

namespace gantry::engine {

struct podman_log_source {
  std::function<awaitable<result<std::unique_ptr<log_stream>>>()> open;
  std::function<awaitable<result<container_details>>()> inspect;
  timestamp started_at = 0;  // of the run that is to be followed
  timestamp asked_at = 0;    // when that was known, by the engine's clock
};

// Is opened with the first read(), since Podman does not answer before the first line. Ends when
// the run has ended, or when what was received last may have gaps: then the log, not followed, has
// the rest. Of a container that was removed there is no other: what comes is given as it is.
[[nodiscard]] std::unique_ptr<log_stream> make_podman_log_stream(podman_log_source source);

// Does a container of this description run, since that time?
[[nodiscard]] bool still_runs(const container_details& now, timestamp started_at);

}  // namespace gantry::engine
