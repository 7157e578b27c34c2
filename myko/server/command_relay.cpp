#include "myko/server/command_relay.hpp"

#include <algorithm>
#include <boost/assert.hpp>
#include <iterator>

namespace gantry::myko {

void command_relay::add(pending_command command, std::optional<time_point> expires) {
  BOOST_ASSERT(!full());
  by_tx_.emplace(key{command.executor, command.tx}, next_);
  pending_.emplace(next_++, entry{std::move(command), expires});
}

std::vector<pending_command> command_relay::answered(connection_id executor,
                                                     const std::string& tx) {
  std::vector<order> found;
  const auto [first, last] = by_tx_.equal_range({executor, tx});
  std::transform(first, last, std::back_inserter(found),
                 [](const auto& each) { return each.second; });
  std::vector<pending_command> out;
  std::transform(found.begin(), found.end(), std::back_inserter(out),
                 [this](order each) { return take(pending_.find(each)); });
  return out;
}

std::vector<pending_command> command_relay::expired(time_point now) {
  std::vector<pending_command> out;
  while (!pending_.empty()) {
    const auto oldest = pending_.begin();
    if (!oldest->second.expires || *oldest->second.expires > now) break;
    out.push_back(take(oldest));
  }
  return out;
}

std::vector<pending_command> command_relay::gone(connection_id connection) {
  std::vector<pending_command> out;
  for (auto each = pending_.begin(); each != pending_.end();) {
    const auto here = each++;
    const bool executes = here->second.command.executor == connection;
    const bool called = here->second.command.caller == connection;
    if (!executes && !called) continue;
    pending_command command = take(here);
    if (!called) out.push_back(std::move(command));
  }
  return out;
}

std::optional<command_relay::time_point> command_relay::next_expiry() const {
  return pending_.empty() ? std::nullopt : pending_.begin()->second.expires;
}

pending_command command_relay::take(std::map<order, entry>::iterator which) {
  pending_command out = std::move(which->second.command);
  const auto [first, last] = by_tx_.equal_range({out.executor, out.tx});
  for (auto each = first; each != last; ++each) {
    if (each->second != which->first) continue;
    by_tx_.erase(each);
    break;
  }
  pending_.erase(which);
  return out;
}

}  // namespace gantry::myko
