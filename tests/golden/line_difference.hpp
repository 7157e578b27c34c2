// Where two texts differ, line by line, in words for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gantry::test {

// Empty when they are equal. Of long lines only what is around the first difference is shown, and
// of many differences the first `shown_max`.
[[nodiscard]] std::string difference(const std::vector<std::string>& expected,
                                     const std::vector<std::string>& actual,
                                     std::size_t shown_max = 20);

}  // namespace gantry::test
