// Everything in a database that is no pulse: facts, containers, targets, entities.
#pragma once

#include <functional>

#include "executor/outbox/batch.hpp"
#include "executor/outbox/database.hpp"
#include "executor/outbox/store.hpp"

namespace gantry::outbox {

// First what is gone, then what is new: what is in both is there afterwards.
void write_state(database& in, const batch& what);

// Into the fields of `out` that are meant: facts, containers, targets, entities.
void read_state(database& in, snapshot& out);

// Those of the gone that are there.
[[nodiscard]] bool has_container(database& in, const std::string& id);
[[nodiscard]] bool has_target(database& in, const std::string& path);
[[nodiscard]] bool has_entity(database& in, const std::string& type, const std::string& id);

}  // namespace gantry::outbox
