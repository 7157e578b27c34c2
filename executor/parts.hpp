// The configuration of each part, out of gantry's.
#pragma once

#include "executor/config.hpp"
#include "executor/engine/finder.hpp"
#include "executor/fleet/controller.hpp"
#include "executor/outbox/pulse_outbox.hpp"
#include "model/result.hpp"
#include "myko/client/client.hpp"

namespace gantry::parts {

[[nodiscard]] myko::websocket_config websocket_of(const config& config);
// `found` is what an earlier life has left in the database.
[[nodiscard]] myko::client_config client_of(const config& config, const outbox::snapshot& found);

// `folder` is where a Podman that we start makes its socket.
[[nodiscard]] result<engine::finder_config> finder_of(const config& config,
                                                      const std::string& folder);

// How much published schemas say.
[[nodiscard]] fleet::schema_words words_of(const config& config);

[[nodiscard]] fleet::emitter_rules rules_of(const config& config);

// `file` is the database; empty: there is none, and all is kept in memory.
[[nodiscard]] outbox::outbox_config outbox_of(const config& config, const std::string& file);

// `found` as above.
[[nodiscard]] fleet::controller_config controller_of(const config& config,
                                                     const outbox::snapshot& found);

// The id of the container that gantry runs in, or empty.
[[nodiscard]] std::string own_container();

// Where state is kept.
[[nodiscard]] std::string state_folder_of(const config& config);

}  // namespace gantry::parts
