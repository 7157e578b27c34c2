// An HTTP/1 response, from bytes to head and body. No I/O.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/result.hpp"

namespace gantry::engine {

struct http_head {
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;

  // The value of a header field, whatever the case of its name; empty if it is not there.
  [[nodiscard]] std::string_view field(std::string_view name) const;
};

class http_response_parser {
 public:
  // The limit of the head, and of what surrounds the body (lengths of chunks, trailers).
  explicit http_response_parser(std::size_t head_bytes_max);
  ~http_response_parser();
  http_response_parser(http_response_parser&&) = delete;

  // Takes bytes as they came; appends what is body to `body`. Interim responses (1xx but 101) are
  // passed over. Fails with bad_response.
  [[nodiscard]] result<void> feed(std::string_view bytes, std::string& body);

  // The engine has closed the connection. Fails with disconnected unless the response is whole.
  [[nodiscard]] result<void> closed();

  [[nodiscard]] bool head_complete() const;
  [[nodiscard]] bool complete() const;

  // Valid once head_complete().
  [[nodiscard]] const http_head& head() const;

  // What was fed beyond the end of the response: the first bytes of a connection that was switched
  // to another protocol (101), which may come with the head.
  [[nodiscard]] std::string take_rest();

 private:
  class impl;  // hides Beast
  void begin(std::size_t head_bytes_max);

  std::unique_ptr<impl> impl_;
  int interim_ = 0;  // responses so far
};

}  // namespace gantry::engine
