#include "executor/outbox/record_check.hpp"

#include "model/json_check.hpp"
#include "model/json_slices.hpp"

namespace gantry::outbox {
namespace {

// Some levels less than the fewest that a server reads (127), for those of the message around it.
constexpr std::size_t body_depth_max = 100;

bool is_readable_object(std::string_view body) {
  const auto demands = json::check(body);
  return demands && demands->finite && demands->depth <= body_depth_max &&
         json::parts(body).of_object();
}

}  // namespace

bool can_be_told(const record& each) {
  if (each.form > form::value) return false;
  if (each.form == form::notice) return true;
  if (each.stream > engine::stream_kind::tty) return false;
  if (each.time < engine::time_min || each.time > engine::time_max) return false;
  if (each.form != form::data && each.form != form::value) return true;
  return is_readable_object(each.body);
}

}  // namespace gantry::outbox
