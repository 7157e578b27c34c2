#include "executor/fleet/run_voice.hpp"

#include <utility>

#include "executor/fleet/target_paths.hpp"
#include "executor/outbox/json_line.hpp"
#include "executor/outbox/render.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

bool is_object(const json::text& value) {
  const auto first = value.bytes.find_first_not_of(" \t");
  return first != std::string::npos && value.bytes[first] == '{';
}

}  // namespace

outbox::record run_voice::lines(outbox::record what) const {
  if (what.form != outbox::form::lines) {  // a notice
    what.emitter = model::make_emitter_id(slot_, emitter_names::output);
    return what;
  }
  if (!tells_values()) return tagged(std::move(what), emitter_names::output);
  const bool may_be_value = !what.truncated && what.stream != engine::stream_kind::stderr_stream;
  const auto value = may_be_value ? outbox::as_json(what.body) : std::nullopt;
  if (!value) return tagged(std::move(what), emitter_names::error);
  return told_value(std::move(what), *value);
}

outbox::record run_voice::told_value(outbox::record what, const json::text& value) const {
  what.emitter = model::make_emitter_id(slot_, emitter_names::output);
  if (form_ == slots::output_form::numbered) {
    what.form = outbox::form::data;  // the outbox adds the number
    what.joins = false;
    what.body = event(json::object().set("value", value).to_text()).bytes;
  } else {
    what.form = outbox::form::value;
    what.body = is_object(value) ? value.bytes : json::object().set("value", value).to_text().bytes;
  }
  return what;
}

outbox::record run_voice::tagged(outbox::record what, std::string_view emitter) const {
  what.emitter = model::make_emitter_id(slot_, emitter);
  what.body = event(outbox::lines_body(what)).bytes;
  what.form = outbox::form::data;
  what.joins = false;
  return what;
}

json::text run_voice::event(const json::text& data) const {
  return json::with_member(data, "run", {json::quoted(run_)});
}

}  // namespace gantry::fleet
