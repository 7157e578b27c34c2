// A container's followed log from Podman, without what Podman cannot be trusted with.
//
// When a container ends, Podman drops lines of its followed log anywhere in what was not sent yet,
// and goes on with later ones (containers/podman#21914). While it runs, none are dropped. So what
// was received counts only if the container still ran after that.
#pragma once

#include <memory>
#include <string>

#include "executor/engine/client.hpp"

namespace gantry::engine {

// `engine` is a client of the stream's own. `started_at` is that of the run that is followed, as it
// was before the stream was opened. The stream ends when the run has ended, or when what was
// received last may have gaps: then the log, not followed, has the rest.
[[nodiscard]] std::unique_ptr<log_stream> make_podman_log_stream(std::unique_ptr<log_stream> stream,
                                                                 std::unique_ptr<client> engine,
                                                                 std::string id,
                                                                 timestamp started_at);

// Does a container of this description run, since that time?
[[nodiscard]] bool still_runs(const container_details& now, timestamp started_at);

}  // namespace gantry::engine
