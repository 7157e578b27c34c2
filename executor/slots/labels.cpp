#include "executor/slots/labels.hpp"

#include <algorithm>
#include <array>

namespace gantry::slots {

bool is_of_a_run(const std::map<std::string, std::string>& labels) {
  constexpr std::array all = {slot_label, run_label, service_label};
  return std::ranges::all_of(all, [&](auto each) { return labels.contains(std::string(each)); });
}

}  // namespace gantry::slots
