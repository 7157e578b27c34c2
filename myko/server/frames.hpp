// The frames that a server sends, as each generation writes them.
//
// Apart from myko/write.hpp, which writes what every server understands: here the order of the keys
// and the absence of fields are those of one server, as recorded or as its sources have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json_types.hpp"
#include "myko/server/generation.hpp"

namespace gantry::myko::frames {

// What the TypeScript server answers to text that is no JSON. Itself no JSON.
inline constexpr std::string_view not_json_answer = "Error parsing message";

// The first frame of a connection, where the generation has one.
[[nodiscard]] std::optional<std::string> greeting(generation plays, std::string_view tx,
                                                  std::string_view client);

[[nodiscard]] std::string own_ping(std::int64_t unix_ms);
[[nodiscard]] std::string ping_echo(const json::value* data);

// What changed for a query. Views into what the caller holds.
struct rows_told {
  std::string_view tx;
  std::uint64_t sequence = 0;
  std::string_view item_type;             // of all `upserts`
  std::vector<std::string_view> upserts;  // items as JSON
  std::vector<std::string_view> deletes;  // ids
  std::size_t total = 0;                  // rust: of how many rows the query is now
};
[[nodiscard]] std::string query_response(generation plays, const rows_told& rows);
// Rust only.
[[nodiscard]] std::string view_response(const rows_told& rows);
[[nodiscard]] std::string view_error(std::string_view tx, std::string_view view,
                                     std::string_view why);
[[nodiscard]] std::string query_error(generation plays, std::string_view tx, std::string_view query,
                                      std::string_view message);

// The one report that there is.
struct server_info {
  std::string host;
  std::size_t targets = 0;
  bool operator==(const server_info&) const = default;
};
[[nodiscard]] std::string report_response(std::string_view tx, const server_info& info);
[[nodiscard]] std::string report_error(std::string_view tx, std::string_view message);

// `body` is the command object as JSON.
[[nodiscard]] std::string command(generation plays, std::string_view id, std::string_view body);
// The body of one action. `action` and `data` are null where absent.
struct action_body {
  std::string tx;
  std::string created_at;
  std::string instance;
  std::string action_id;  // rust, whose actions are these two and no more
  std::string target;
  const json::value* action = nullptr;
  const json::value* data = nullptr;
};
[[nodiscard]] std::string exec_command(generation plays, const action_body& body);

[[nodiscard]] std::string command_response(generation plays, std::string_view tx,
                                           std::string_view response);
// No message: the TypeScript server has none for a command that it does not know.
[[nodiscard]] std::string command_error(generation plays, std::string_view tx,
                                        std::string_view command,
                                        const std::optional<std::string>& message);

}  // namespace gantry::myko::frames
