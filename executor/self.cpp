#include "executor/self.hpp"

#include "executor/host.hpp"

namespace gantry {
namespace {

std::string remembered(const std::map<std::string, std::string>& facts, const char* name,
                       const std::string& otherwise) {
  const auto found = facts.find(name);
  return found == facts.end() || found->second.empty() ? otherwise : found->second;
}

}  // namespace

fleet::instance_identity make_self(const config& config,
                                   const std::map<std::string, std::string>& facts) {
  const std::string host = host::name();
  fleet::instance_identity out;
  const std::string machine =
      config.machine_id.empty() ? remembered(facts, self_facts::machine, host) : config.machine_id;
  out.machine = {.id = model::machine_id(machine),
                 .name = host,
                 .dns_name = host,
                 .exec_name = "gantry",
                 .addresses = host::addresses()};
  // Targets belong to a service, and containers of two hosts are not the same targets: so the
  // service is of this host.
  const std::string usual = "gantry-" + model::id_segment(host);
  const model::service_id service(config.service_id.empty()
                                      ? remembered(facts, self_facts::service, usual)
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

std::map<std::string, std::string> facts_of(const fleet::instance_identity& self,
                                            const config& config) {
  std::map<std::string, std::string> out;
  if (config.machine_id.empty()) out[self_facts::machine] = self.machine.id.value;
  if (config.service_id.empty()) out[self_facts::service] = self.instance.service.value;
  return out;
}

}  // namespace gantry
