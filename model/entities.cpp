#include "model/entities.hpp"

namespace gantry::model {

std::string_view to_string(instance_status status) {
  switch (status) {
    case instance_status::starting:
      return "Starting";
    case instance_status::available:
      return "Available";
    case instance_status::stopping:
      return "Stopping";
    case instance_status::unavailable:
      return "Unavailable";
    case instance_status::error:
      return "Error";
  }
  return "Error";
}

std::string_view to_string(liveness status) {
  return status == liveness::online ? "online" : "offline";
}

status_id id_of(const target_status& status) {
  return make_status_id(status.instance, status.target);
}

}  // namespace gantry::model
