#include "executor/self.hpp"

#include "executor/host.hpp"

namespace gantry {

fleet::instance_identity make_self(const config& config) {
  const std::string host = host::name();
  fleet::instance_identity out;
  out.machine = {.id = model::machine_id(host),
                 .name = host,
                 .dns_name = host,
                 .exec_name = "gantry",
                 .addresses = host::addresses()};
  // Targets belong to a service, and containers of two hosts are not the same targets: so the
  // service is of this host.
  const model::service_id service(config.service_id.empty() ? "gantry-" + model::id_segment(host)
                                                            : config.service_id);
  out.instance.id = model::make_instance_id(out.machine.id, service);
  out.instance.name = "Gantry on " + host;
  out.instance.service = service;
  out.instance.service_type_code = "gantry";
  out.instance.machine = out.machine.id;
  out.instance.color = config.color;
  out.engine_name = "Containers on " + host;
  return out;
}

}  // namespace gantry
