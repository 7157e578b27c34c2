#include "executor/outbox/record_check.hpp"

#include "model/json.hpp"

namespace gantry::outbox {

bool can_be_told(const record& each) {
  if (each.form > form::value) return false;
  if (each.form == form::notice) return true;
  if (each.stream > engine::stream_kind::tty) return false;
  if (each.time < engine::time_min || each.time > engine::time_max) return false;
  if (each.form != form::data && each.form != form::value) return true;
  const auto body = json::parse(each.body);
  return body && body->IsObject();
}

}  // namespace gantry::outbox
