// What a session does with a frame, and with what is too large for one: frame_limit decides.
#include <algorithm>
#include <utility>

#include "model/json.hpp"
#include "myko/printable.hpp"
#include "myko/session/session.hpp"
#include "myko/write.hpp"

namespace gantry::myko {
namespace {

constexpr std::size_t left_out_max = 1'000;  // remembered
constexpr std::size_t left_out_named = 5;

std::string described(const message& what) {
  if (const auto* event = std::get_if<myko::event>(&what)) {
    const auto item = json::parse(event->item.bytes);
    const auto id = item ? json::find_string(*item, "id") : std::nullopt;
    return event->item_type + " " + printable(id.value_or("?"));
  }
  if (std::holds_alternative<command_response>(what)) return "an answer to a command";
  if (std::holds_alternative<command_error>(what)) return "an error in answer to a command";
  if (const auto* query = std::get_if<myko::query>(&what)) return "the question " + query->id;
  return "a message";
}

std::string bytes_in_words(std::size_t bytes) { return std::to_string(bytes) + " bytes"; }

}  // namespace

// How large its frame is; 0: too large.
std::size_t session::send(const message& message, session_actions& out) {
  std::string frame = write(message);
  if (frame.size() > frames_.bytes_max()) {
    send_instead(message, frame.size(), out);
    return 0;
  }
  const bool is_of_any_size = frame.size() > frame_limit::floor;
  return push(std::move(frame), is_of_any_size ? described(message) : "", 0, out);
}

// Every frame goes this way.
std::size_t session::push(std::string frame, std::string_view what, std::uint64_t number,
                          session_actions& out) {
  const std::size_t bytes = frame.size();
  ++sent_;
  ++counters_.frames_sent;
  frames_.sent(sent_, bytes, what, number);
  out.emplace_back(send_frame{std::move(frame)});
  return bytes;
}

// Whoever waits for an answer gets one.
void session::send_instead(const message& message, std::size_t bytes, session_actions& out) {
  constexpr std::size_t words_max = 400;
  if (const auto* answer = std::get_if<command_response>(&message)) {
    send(command_error{answer->tx, "",
                       "it was done, but its answer has " + bytes_in_words(bytes) +
                           ", and a message to this core may have " +
                           std::to_string(frames_.bytes_max())},
         out);
    return;
  }
  const auto* error = std::get_if<command_error>(&message);
  // Shorter with each try: the words, then without the name of the command.
  if (error != nullptr && error->message.size() > words_max) {
    constexpr std::size_t ellipsis = 3;
    send(command_error{error->tx, error->command, printable(error->message, words_max - ellipsis)},
         out);
    return;
  }
  if (error != nullptr && !error->command.empty()) {
    send(command_error{error->tx, "", error->message}, out);
    return;
  }
  leave_out(described(message), bytes);
}

void session::leave_out(const std::string& what, std::size_t bytes) {
  if (left_out_.contains(what)) return;
  log_(log_level::warning, what + " is left out: it has " + bytes_in_words(bytes) +
                               ", and a message to this core may have " +
                               std::to_string(frames_.bytes_max()));
  if (left_out_.size() < left_out_max) left_out_.insert(what);
}

std::string session::pulse_frame(const model::pulse& pulse, moment now) {
  return write(make_event(change_type::set, "Pulse", model::to_item(pulse, client_), now));
}

// How large its frame is; 0: too large.
std::size_t session::send_pulse(const model::pulse& pulse, moment now, session_actions& out) {
  std::string frame = pulse_frame(pulse, now);
  const std::string what = "Pulse " + printable(pulse.emitter.value);
  if (frame.size() > frames_.bytes_max()) {
    leave_out(what, frame.size());
    return 0;
  }
  ++counters_.pulses_sent;
  return push(std::move(frame), what, pulse.sequence, out);
}

// Of the source: what is too large is replaced by a notice. Where not even that fits nothing goes,
// and it counts as read with what goes before it.
void session::send_next_pulse(model::pulse next, moment now, session_actions& out) {
  std::string frame = pulse_frame(next, now);
  if (frame.size() > frames_.bytes_max()) {
    log_(std::exchange(replaced_said_, true) ? log_level::debug : log_level::warning,
         "a notice goes in the place of a pulse of " + printable(next.emitter.value) +
             ", which has " + bytes_in_words(frame.size()) + ": a message to this core may have " +
             std::to_string(frames_.bytes_max()));
    next = source_.replace_last();
    frame = pulse_frame(next, now);
  }
  std::size_t bytes = 0;
  if (frame.size() <= frames_.bytes_max()) {
    ++counters_.pulses_sent;
    bytes = push(std::move(frame), "Pulse " + printable(next.emitter.value), next.sequence, out);
  }
  delivery_.sent(sent_, bytes);
  if (catalogue_.emitters.contains(next.emitter)) last_.set(std::move(next));
}

void session::learn_from_end(end_of_connection how) {
  const frame_limit::lesson lesson = frames_.ended(how == end_of_connection::frame_too_large);
  puzzled_ = lesson.is == frame_limit::lesson::verdict::puzzled;
  if (lesson.is != frame_limit::lesson::verdict::learned) return;
  const std::string why = how == end_of_connection::frame_too_large
                              ? "since a message was too large for it (1009)"
                              : "again and again, each time behind the same large message";
  log_(log_level::error,
       "the core ended the connection " + why + "; the largest on its way was " + lesson.what +
           " with " + bytes_in_words(lesson.bytes) + ". Until gantry is started anew it gets " +
           std::to_string(frames_.bytes_max()) +
           " at the most: what is larger is cut, replaced by a notice or left out. Set "
           "core.frame_bytes_max to what the core takes");
  source_.limit_frames(frames_.bytes_max());
}

// For the Instance's message.
std::string session::frame_words() const {
  std::string out;
  if (puzzled_) {
    out =
        " The core closed the connection since a message was too large for it (1009), though "
        "all were small: look at its limit.";
  }
  if (frames_.is_learned()) {
    out += " The core takes no message of more than " + bytes_in_words(frames_.bytes_max()) +
           ": larger ones are cut, replaced by a notice or left out.";
  }
  if (left_out_.empty()) return out;
  out += " Too large for the core: ";
  std::size_t named = 0;
  for (const std::string& each : left_out_) {
    if (named == left_out_named) break;
    out += (named++ > 0 ? ", " : "") + each;
  }
  const std::size_t more = left_out_.size() - named;
  return out + (more > 0 ? " and " + std::to_string(more) + " more." : ".");
}

void session::say_left_out(moment now, session_actions& out) {
  const std::string words = frame_words();
  if (words == std::exchange(frame_words_said_, words) || published_nothing()) return;
  set_message();
  send_changes(model::difference(published_, catalogue_), now, out);
  published_ = catalogue_;
}

}  // namespace gantry::myko
