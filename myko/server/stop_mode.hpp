// How a server ends its connections.
#pragma once

namespace gantry::myko {

enum class stop_mode {
  orderly,  // every client gets a close frame (1001) and a moment to answer it
  abrupt,   // the sockets close without a word, as the TypeScript server's do on SIGTERM
};

}  // namespace gantry::myko
