// A watch that goes on where an earlier life of gantry was.
#pragma once

#include <memory>

#include "executor/fleet/container_watch.hpp"
#include "executor/outbox/batch.hpp"

namespace gantry::fleet {

// Nothing when what was saved cannot be read; the log says so. `output` takes the saved state up.
[[nodiscard]] std::shared_ptr<container_watch> resume_watch(
    const watch_services& services, const engine::container_summary& container,
    const outbox::saved_container& saved, const std::shared_ptr<target_output>& output);

}  // namespace gantry::fleet
