// A stream of JSON objects, one a line, cut anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace gantry::engine {

class json_lines {
 public:
  explicit json_lines(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // Takes bytes as they came. The view of an earlier line ends here.
  void feed(std::string_view bytes);

  // The next line that is not blank; nothing until more bytes come. Fails with bad_response on a
  // line beyond the limit.
  [[nodiscard]] result<std::optional<std::string_view>> next();

  // The stream ended: a last line needs no newline.
  void end() { feed("\n"); }

 private:
  std::string buffer_;
  std::size_t at_ = 0;       // what is before is done with
  std::size_t scanned_ = 0;  // no newline between at_ and here
  std::size_t line_bytes_max_;
};

}  // namespace gantry::engine
