// Every limit of the server, and what happens at it.
#pragma once

#include <chrono>
#include <cstddef>

namespace gantry::myko {

struct core_limits {
  std::size_t items_per_type_max = 100'000;   // an item with a new id is refused and counted
  std::size_t item_bytes_max = 256U << 20U;   // of all items; what would exceed it is refused too
  std::size_t window_bytes_max = 64U << 20U;  // rust: of items that wait; likewise
  std::size_t queries_per_connection_max = 256;  // a further query is answered with an error
  std::size_t pending_commands_max = 10'000;     // a further command with a command-error
  std::size_t rejections_kept = 32;              // reasons of dropped messages; the oldest goes
};

struct connection_limits {
  std::size_t connections_max = 1'000;         // a further one is closed at once
  std::size_t outbox_frames_max = 10'000;      // a reader so slow that it is reached is dropped
  std::size_t outbox_bytes_max = 64U << 20U;   // likewise; one frame of any size always fits
  std::size_t frame_bytes_max = 0;             // of one message; 0: what the generation reads
  std::size_t request_head_bytes_max = 8'192;  // a longer HTTP head is answered with 431
  std::chrono::milliseconds handshake_max{10'000};   // for TLS, a request's head, the upgrade
  std::chrono::milliseconds keep_alive_max{30'000};  // between two requests of one connection
  std::chrono::milliseconds write_max{60'000};       // for one frame or page to be taken
  std::chrono::milliseconds close_max{2'000};        // for the peer to answer a close frame
};

}  // namespace gantry::myko
