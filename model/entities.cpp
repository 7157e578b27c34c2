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

std::string_view to_string(alert_subject subject) {
  switch (subject) {
    case alert_subject::target:
      return "Target";
    case alert_subject::action:
      return "Action";
    case alert_subject::payload:
      return "Payload";
    case alert_subject::instance:
      return "Instance";
  }
  return "Target";
}

std::string_view to_string(alert_level level) {
  switch (level) {
    case alert_level::info:
      return "info";
    case alert_level::warn:
      return "warn";
    case alert_level::error:
      return "error";
  }
  return "error";
}

status_id id_of(const target_status& status) {
  return make_status_id(status.instance, status.target);
}

alert_id id_of(const alert& alert) { return make_alert_id(alert.entity, alert.instance); }

}  // namespace gantry::model
