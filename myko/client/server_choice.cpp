#include "myko/client/server_choice.hpp"

#include <algorithm>
#include <utility>

#include "myko/error.hpp"

namespace gantry::myko {
namespace {

// Not where the name is unknown or our own file cannot be read: that is so at every port.
bool another_port_may_answer(const failure& why) {
  return why.code == errc::unreachable || why.code == errc::upgrade_refused ||
         why.code == boost::system::errc::timed_out;
}

}  // namespace

server_choice::server_choice(std::vector<server_address> servers, backoff_config config,
                             std::chrono::milliseconds doubted_every, random_source random)
    : backoff_(config, std::move(random)), doubted_every_(doubted_every) {
  for (const server_address& server : servers) {
    entry& made = entries_.emplace_back();
    for (server_address& each : each_port(server)) made.ports.push_back({std::move(each), 0, {}});
  }
}

server_choice::attempt server_choice::next(time_point now) {
  std::chrono::milliseconds wait{0};
  if (round_.empty()) {
    if (begun_) wait = backoff_.next();
    begun_ = true;
    begin_round(now + wait);
  }
  if (round_.empty()) {
    wait = std::chrono::ceil<std::chrono::milliseconds>(earliest() - now);
    begin_round(now + wait);
  }
  current_ = round_.front();
  round_.pop_front();
  return {current().server, wait};
}

std::optional<std::uint16_t> server_choice::no_connection(const failure& why) {
  entries_[current_.entry].first = 0;
  if (!another_port_may_answer(why)) pass_over_other_ports();
  if (round_.empty() || round_.front().entry != current_.entry) return std::nullopt;
  return entries_[current_.entry].ports[round_.front().port].server.port;
}

server_choice::verdict server_choice::ended(bool refused_events,
                                            std::chrono::steady_clock::duration lasted,
                                            time_point now) {
  backoff_.worked_for(lasted);
  candidate& server = current();
  server.refusals = refused_events ? std::min(server.refusals + 1, refusals_max + 1) : 0;
  if (server.refusals >= refusals_max) {
    server.not_before = now + doubted_every_;
    entries_[current_.entry].first = 0;
    return server.refusals == refusals_max ? verdict::now_doubted : verdict::still_doubted;
  }
  server.not_before.reset();
  entries_[current_.entry].first = current_.port;
  pass_over_other_ports();
  return verdict::fine;
}

bool server_choice::is_doubted() const { return current().not_before.has_value(); }

void server_choice::takes_events() {
  current().refusals = 0;
  current().not_before.reset();
}

// All that may be tried at this time.
void server_choice::begin_round(time_point at) {
  for (std::size_t number = 0; number < entries_.size(); ++number) {
    const entry& each = entries_[number];
    for (std::size_t offset = 0; offset < each.ports.size(); ++offset) {
      const std::size_t port = (each.first + offset) % each.ports.size();
      const auto& not_before = each.ports[port].not_before;
      if (!not_before || *not_before <= at) round_.push_back({number, port});
    }
  }
}

void server_choice::pass_over_other_ports() {
  std::erase_if(round_, [this](const place& each) { return each.entry == current_.entry; });
}

// Called when all are doubted.
server_choice::time_point server_choice::earliest() const {
  time_point out = time_point::max();
  for (const entry& each : entries_) {
    for (const candidate& port : each.ports) {
      out = std::min(out, port.not_before.value_or(time_point::max()));
    }
  }
  return out;
}

server_choice::candidate& server_choice::current() {
  return entries_[current_.entry].ports[current_.port];
}
const server_choice::candidate& server_choice::current() const {
  return entries_[current_.entry].ports[current_.port];
}

}  // namespace gantry::myko
