#include "executor/outbox/render.hpp"

#include "executor/engine/rfc3339.hpp"
#include "executor/outbox/frame_fit.hpp"
#include "executor/outbox/json_line.hpp"
#include "executor/outbox/record_check.hpp"
#include "model/json_object.hpp"

namespace gantry::outbox {
namespace {

// The line a second time, as it is, beside its text.
bool has_room_for_json(const record& from, std::size_t bytes_max) {
  const std::size_t once = from.body.size();
  return once <= bytes_max / 7 || escaped_bytes(from.body) + once <= bytes_max;
}

json::object lines_object(const record& from, std::size_t bytes_max) {
  json::object out;
  if (!from.run.empty()) out.set("run", from.run);
  out.set("count", from.count).set("text", from.body);
  out.set("stream", engine::to_string(from.stream));
  out.set("time", engine::format_rfc3339(from.time));
  if (from.truncated) {
    out.set("truncated", true);
  } else if (from.count == 1 && has_room_for_json(from, bytes_max)) {
    if (const auto json = as_json(from.body)) out.set("json", *json);
  }
  return out;
}

json::text notice_data(const record& from, const std::string& reason) {
  json::object out;
  if (from.count == 0) {
    out.set_null("suppressed").set_null("from").set_null("to");
  } else {
    out.set("suppressed", from.count).set("from", from.seq).set("to", from.seq + from.count - 1);
  }
  return out.set("reason", reason).to_text();
}

}  // namespace

json::text data_of(const record& from, std::size_t bytes_max) {
  if (!can_be_told(from)) return notice_data(from, reasons::unreadable);
  switch (from.form) {
    case form::data:
      return json::with_member({from.body}, "seq", {std::to_string(from.seq)});
    case form::lines:
      return lines_object(from, bytes_max).set("seq", from.seq).to_text();
    case form::notice:
      return notice_data(from, from.body);
    case form::value:
      return {from.body};
  }
  return {};
}

json::text lines_body(const record& from) { return lines_object(from, unbounded).to_text(); }

model::pulse to_pulse(const record& from, std::size_t frame_bytes_max) {
  return {.emitter = from.emitter,
          .data = data_of(from, data_room(from.emitter, frame_bytes_max)),
          .timestamp = from.timestamp,
          .sequence = static_cast<std::uint64_t>(from.id)};
}

}  // namespace gantry::outbox
