#include "model/ids.hpp"

namespace gantry::model {

std::string id_segment(std::string_view text) {
  static constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  static constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char each : text) {
    if (plain.find(each) != std::string_view::npos) {
      out += each;
    } else {
      const auto byte = static_cast<unsigned char>(each);
      out += {'%', hex[byte >> 4U], hex[byte & 15U]};
    }
  }
  return out;
}

instance_id make_instance_id(const machine_id& machine, const service_id& service) {
  return instance_id(machine.value + ":" + service.value);
}

target_id make_target_id(const service_id& service, std::string_view path) {
  return target_id(service.value + ":" + std::string(path));
}

action_id make_action_id(const target_id& target, std::string_view name) {
  return action_id(target.value + ":" + std::string(name));
}

emitter_id make_emitter_id(const target_id& target, std::string_view name) {
  return emitter_id(target.value + ":" + std::string(name));
}

status_id make_status_id(const instance_id& instance, const target_id& target) {
  return status_id(instance.value + ":" + target.value);
}

alert_id make_alert_id(std::string_view entity, const instance_id& instance) {
  return alert_id(std::string(entity) + instance.value);
}

}  // namespace gantry::model
