// Asks a core what it holds of this gantry, without publishing anything: that would take the place
// of a gantry that runs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "model/catalogue.hpp"
#include "model/result.hpp"
#include "myko/client/websocket.hpp"

namespace gantry {

struct core_holdings {
  enum class known {
    no_queries,   // a server of the docs generation: it cannot be asked
    no_instance,  // no gantry of this id has registered there
    compared,
  };
  known how = known::no_queries;
  bool runs = false;                     // its Instance is not Unavailable
  std::size_t items = 0;                 // that were looked for
  std::size_t unknown_targets = 0;       // beside them, of this service
  std::vector<std::string> differences;  // in words; none: all is there as it should be
};

// Each wait has a deadline; all together take half a minute at most.
[[nodiscard]] boost::asio::awaitable<result<core_holdings>> ask_core(myko::server_address server,
                                                                     myko::websocket_config how,
                                                                     model::catalogue published);

}  // namespace gantry
