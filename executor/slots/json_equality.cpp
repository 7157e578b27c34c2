#include "executor/slots/json_equality.hpp"

#include <cmath>
#include <cstdint>

#include "model/json.hpp"

namespace gantry::slots {
namespace {

// Whole numbers as integers, where a double holds them exactly.
void write_whole_numbers_alike(json::value& value) {
  if (value.IsArray()) {
    for (json::value& each : value.GetArray()) write_whole_numbers_alike(each);
  } else if (value.IsObject()) {
    for (auto& each : value.GetObject()) write_whole_numbers_alike(each.value);
  } else if (value.IsDouble()) {
    constexpr double exact_max = 9.007199254740992e15;  // 2^53
    const double number = value.GetDouble();
    if (std::abs(number) <= exact_max && std::trunc(number) == number) {
      value.SetInt64(static_cast<std::int64_t>(number));
    }
  }
}

}  // namespace

std::string equality_key(const json::value& of) {
  json::document copy;
  static_cast<json::value&>(copy) = json::value(of, copy.GetAllocator());
  write_whole_numbers_alike(copy);
  return json::canonical(copy);
}

}  // namespace gantry::slots
