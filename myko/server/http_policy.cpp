#include "myko/server/http_policy.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cctype>
#include <charconv>

namespace gantry::myko {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char each) { return static_cast<char>(std::tolower(each)); });
  return out;
}

// The authority of "https://Core.local:443": "core.local"; nothing for "null".
std::optional<std::string> authority_of(std::string_view origin) {
  const std::string text = lower(origin);
  const auto end = text.find("://");
  if (end == std::string::npos) return std::nullopt;
  std::string_view authority = std::string_view(text).substr(end + 3);
  const std::string_view usual_port = text.starts_with("https:") ? ":443" : ":80";
  if (authority.ends_with(usual_port)) authority.remove_suffix(usual_port.size());
  return std::string(authority);
}

bool is_loopback_name(std::string_view host) {
  std::string name = lower(host);
  const auto port = name.rfind(':');
  if (port != std::string::npos && !name.ends_with(']')) name.resize(port);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(name, not_an_address);
  return name == "localhost" || (!not_an_address && address.is_loopback());
}

bool is_foreign(const http_rules& rules, const request_head& request) {
  if (!request.origin) return false;  // not a browser
  const auto from = authority_of(*request.origin);
  // The scheme of the page is that of this connection, so the same usual port is left out.
  const auto scheme = request.origin->substr(0, request.origin->find("://"));
  const auto here = authority_of(std::string(scheme) + "://" + std::string(request.host));
  if (!from || from != here) return true;
  return rules.listens_on == reach::loopback && !is_loopback_name(request.host);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    const char* digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string query_value(std::string_view target, std::string_view name) {
  const auto start = target.find('?');
  std::string_view rest = start == std::string_view::npos ? "" : target.substr(start + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return percent_decoded(pair.substr(name.size() + 1));
    }
  }
  return "";
}

// Takes as long for a token that is nearly right as for one that is all wrong.
bool equal(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  unsigned difference = 0;
  for (std::size_t at = 0; at < left.size(); ++at) {
    difference |= static_cast<unsigned char>(left[at]) ^ static_cast<unsigned char>(right[at]);
  }
  return difference == 0;
}

bool is_authorised(const http_rules& rules, const request_head& request) {
  if (!rules.token) return true;
  static constexpr std::string_view scheme = "bearer ";
  if (lower(request.authorization.substr(0, scheme.size())) == scheme) {
    return equal(request.authorization.substr(scheme.size()), *rules.token);
  }
  return equal(query_value(request.target, "access_token"), *rules.token);
}

// Seen on the TypeScript server; the rust one's codes are from its router.
http_answer no_upgrade(generation plays, unsigned rust_status) {
  if (plays == generation::rust) return plain_answer(rust_status, "");
  return plain_answer(500, "Upgrade Failed");
}

http_decision decide_upgrade(const http_rules& rules, const request_head& request,
                             std::string_view path) {
  if (path != "/myko") return no_upgrade(rules.plays, 404);
  if (is_foreign(rules, request)) return plain_answer(403, "this page is of another site");
  if (!is_authorised(rules, request)) return plain_answer(401, "a bearer token is needed");
  if (request.early_bytes) return plain_answer(400, "frames before the answer to the upgrade");
  return upgrade_granted{};
}

}  // namespace

http_answer plain_answer(unsigned status, std::string_view text) {
  return {status, {"text/plain; charset=utf-8", std::string(text)}};
}

http_decision decide(const http_rules& rules, const request_head& request) {
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  if (request.method == http_method::other) return plain_answer(405, "GET and HEAD only");
  if (path == "/server") return plain_answer(200, rules.host_id);  // seen: to an upgrade, too
  if (request.upgrade) return decide_upgrade(rules, request, path);
  if (path == "/myko") return no_upgrade(rules.plays, 426);
  if (rules.pages) {
    if (auto page = rules.pages(path)) return http_answer{200, *std::move(page)};
  }
  return plain_answer(404, "not found");
}

}  // namespace gantry::myko
