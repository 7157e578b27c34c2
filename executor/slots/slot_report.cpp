#include "executor/slots/slot_report.hpp"

#include "executor/slots/publishable_schema.hpp"
#include "executor/slots/slot_spec.hpp"

namespace gantry::slots {
namespace {

std::string image_words(const slot_template& slot, image_presence image) {
  const std::string name = "image " + slot.image;
  if (image == image_presence::unknown) return name + " (the engine was not asked)";
  if (image == image_presence::there) {
    return name +
           (slot.pull == pull::always ? " is there, and is pulled for each run" : " is there");
  }
  if (slot.pull == pull::never) {
    return name + " is MISSING: no run can start; pull it, or set pull = \"missing\"";
  }
  return name + " is not there yet: the first run pulls it";
}

std::string policy_words(const slot_template& slot) {
  std::string out = std::to_string(slot.concurrency) + " at a time, then ";
  switch (slot.when_full) {
    case when_full::reject:
      return out + "an error";
    case when_full::replace:
      return out + "the oldest is stopped";
    case when_full::queue:
      return out + "up to " + std::to_string(slot.queue_max) + " wait";
  }
  return out;
}

}  // namespace

bool is_usable(const slot_template& slot, image_presence image) {
  return image != image_presence::missing || slot.pull != pull::never;
}

std::string report(const slot_template& slot, image_presence image) {
  std::string out =
      "slot    " + slot.name + ": " + image_words(slot, image) + "; " + policy_words(slot) + "\n";
  const auto granted = relaxations(slot);
  for (const std::string& each : granted) out += "        relaxed: " + each + "\n";
  if (granted.empty()) out += "        hardened: nothing is relaxed\n";
  return out;
}

std::string report_published(const slot_template& slot, schema_words words) {
  std::string out;
  if (!slot.input) return out;
  for (const std::string& each : publishable_schema(*slot.input, words).notes) {
    out += "note    slot " + slot.name + ": input, at " + each + "\n";
  }
  return out;
}

}  // namespace gantry::slots
