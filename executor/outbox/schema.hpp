// The tables of the database, how an older file comes to have them, and whose file it is at all.
#pragma once

#include <string>

#include "executor/outbox/database.hpp"
#include "executor/outbox/store.hpp"

namespace gantry::outbox {

// In the file's header: it is gantry's. "Gant".
inline constexpr std::int64_t application_id = 0x47616E74;

// What is written here is the newest version that this gantry understands.
// Of a database that we have made. Larger ones are faster, but on a small disk each transaction has
// to leave room for more of them.
inline constexpr std::uint64_t page_bytes = 4'096;

[[nodiscard]] std::int64_t schema_version();

// Empty: it is ours, and of this version (`exactly`: peek cannot migrate) or an older one, or it
// is new. Else why not, in words. Where the database fails, look at that first.
[[nodiscard]] std::string foreign(database& in);
[[nodiscard]] bool is_current(database& in);

// Settings of the connection, then the migrations that are missing; the tables are then compared to
// what they must be. Failure sticks to the database.
void prepare(database& in, durability how);

}  // namespace gantry::outbox
