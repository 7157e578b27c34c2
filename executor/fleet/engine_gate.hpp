// Is the engine there? Whoever needs it waits here while it is not.
#pragma once

#include "myko/net/signal.hpp"

namespace gantry::fleet {

class engine_gate {
 public:
  explicit engine_gate(const boost::asio::any_io_executor& executor) : opened_(executor) {}

  void open() {
    is_open_ = true;
    ++openings_;
    opened_.notify();
  }
  void close() { is_open_ = false; }
  [[nodiscard]] bool is_open() const { return is_open_; }
  // How often it was opened: another number is another connection.
  [[nodiscard]] int openings() const { return openings_; }

  [[nodiscard]] net::awaitable<void> passage() {
    while (!is_open_) co_await opened_.wait();
  }

 private:
  bool is_open_ = false;
  int openings_ = 0;
  net::signal opened_;
};

}  // namespace gantry::fleet
