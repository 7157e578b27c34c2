// What an HTTP request to the server gets: an upgrade to Myko, a page, or a refusal.
//
// Decides only; the connection performs. Generations differ only in how they refuse an upgrade,
// which executors see while a core starts.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "myko/server/generation.hpp"

namespace gantry::myko {

struct http_page {
  std::string content_type;
  std::string body;
  bool operator==(const http_page&) const = default;
};
// What a GET of `path` (a target without its query) gives; nothing: 404.
using page_source = std::function<std::optional<http_page>(std::string_view path)>;

enum class http_method { get, head, other };

// Views into the request; empty: the header is absent.
struct request_head {
  http_method method = http_method::get;
  std::string_view target;
  std::string_view host;
  std::optional<std::string_view> origin;
  std::string_view authorization;
  bool upgrade = false;      // asks for a WebSocket
  bool early_bytes = false;  // something came behind the head, before any answer
};

struct http_answer {
  unsigned status = 200;
  http_page page;
  bool operator==(const http_answer&) const = default;
};
[[nodiscard]] http_answer plain_answer(unsigned status, std::string_view text);
struct upgrade_granted {
  bool operator==(const upgrade_granted&) const = default;
};
using http_decision = std::variant<http_answer, upgrade_granted>;

enum class reach { loopback, network };

struct http_rules {
  generation plays = generation::ts;
  reach listens_on = reach::loopback;
  std::string host_id;               // what GET /server gives
  std::optional<std::string> token;  // asked of upgrades
  page_source pages;                 // may be empty
};

// /myko upgrades, with any query. Refused are: a browser whose page is of another site (its Origin
// is not the Host; on loopback also a Host that is no loopback name, which is how a foreign name
// that was made to resolve to this machine would look) with 403; a missing or wrong token with 401;
// a method other than GET and HEAD with 405; bytes that a client sent without waiting for the
// answer to its upgrade with 400, as the rust server does.
[[nodiscard]] http_decision decide(const http_rules& rules, const request_head& request);

}  // namespace gantry::myko
