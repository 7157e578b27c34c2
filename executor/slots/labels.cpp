#include "executor/slots/labels.hpp"

#include <cctype>

namespace gantry::slots {

std::string container_name(const run_identity& who) {
  // Engines want a letter or a digit first; of both parts all other characters are allowed.
  std::string out = who.service + "." + who.run;
  if (std::isalnum(static_cast<unsigned char>(out.front())) == 0) out.insert(0, "gantry");
  return out;
}

std::optional<run_marks> marks_of(const std::string& name,
                                  const std::map<std::string, std::string>& labels) {
  const auto slot = labels.find(std::string(slot_label));
  const auto run = labels.find(std::string(run_label));
  const auto service = labels.find(std::string(service_label));
  if (slot == labels.end() || run == labels.end() || service == labels.end()) return std::nullopt;
  run_marks out{.who = {.service = service->second, .run = run->second}, .slot = slot->second};
  if (name != container_name(out.who)) return std::nullopt;
  return out;
}

}  // namespace gantry::slots
