// Is the engine there, and are its events heard? Whoever needs that waits here while it is not so.
#pragma once

#include "myko/net/signal.hpp"

namespace gantry::fleet {

class engine_gate {
 public:
  explicit engine_gate(const boost::asio::any_io_executor& executor) : opened_(executor) {}

  void open() {
    is_open_ = true;
    is_heard_ = true;
    ++openings_;
    opened_.notify();
  }
  // The stream of its events was cut; it may still be there, and may be asked.
  void pause() { is_heard_ = false; }
  void close() {
    is_open_ = false;
    is_heard_ = false;
  }
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] bool is_heard() const { return is_heard_; }
  // How often it was opened: another number is another stream of events.
  [[nodiscard]] int openings() const { return openings_; }

  // Until it is open, and heard.
  [[nodiscard]] net::awaitable<void> passage() {
    while (!is_heard_) co_await opened_.wait();
  }

 private:
  bool is_open_ = false;
  bool is_heard_ = false;
  int openings_ = 0;
  net::signal opened_;
};

}  // namespace gantry::fleet
