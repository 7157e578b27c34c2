#include "myko/client/event_trial.hpp"

#include <variant>

#include "myko/error.hpp"
#include "myko/parse.hpp"
#include "myko/write.hpp"

namespace gantry::myko {
namespace {

// Answers to what was asked before, and a greeting, may come behind our first event, too: they say
// nothing of it. Whatever else is said shows that the server goes on.
bool tells_nothing(const message& what) {
  if (const auto* command = std::get_if<myko::command>(&what)) {
    return std::holds_alternative<set_client_id>(command->content);
  }
  return std::holds_alternative<query_response>(what) || std::holds_alternative<query_error>(what);
}

}  // namespace

void event_trial::wrote(std::string_view frame, time_point now) {
  if (!first_event_ && is_event(frame)) first_event_ = now;
}

void event_trial::read(std::string_view frame) {
  if (!first_event_ || was_answered_) return;
  const auto parsed = parse(frame);
  was_answered_ = !parsed || !tells_nothing(*parsed);
}

std::optional<event_trial::time_point> event_trial::stands_at() const {
  if (!first_event_) return std::nullopt;
  return *first_event_ + stands_after;
}

bool event_trial::refused_events(const failure& end, time_point now) const {
  const bool closed = end.code == errc::closed_by_server || end.code == errc::connection_lost;
  return closed && first_event_ && !was_answered_ && now < *first_event_ + stands_after;
}

}  // namespace gantry::myko
