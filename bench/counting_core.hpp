// The core that a measurement needs: it costs little, so that what is measured is gantry.
//
// Of Myko it speaks what the TypeScript server says to an executor: a client id, and the echo of a
// ws:m:ping behind all that it has read before it. Frames are looked at, not parsed: what gantry
// writes has its keys in a known order, and a quote within a text is escaped.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "myko/session/moment.hpp"

namespace gantry::bench {

struct core_counts {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t pulses = 0;       // with lines in them
  std::uint64_t lines = 0;        // the sum of their counts
  std::uint64_t dropped = 0;      // lines that a notice told of
  std::uint64_t targets = 0;      // times that one was set
  std::uint64_t first_lines = 0;  // in the first pulse of them
  myko::moment first;             // when it was read
  myko::moment last;              // when the last was read
  // From the engine's stamp of a pulse's first line to when it was read, in ms. Only while asked.
  std::vector<double> latencies;
};

// Listens on a free port of 127.0.0.1, the same for its whole life. One thread.
class counting_core {
 public:
  explicit counting_core(boost::asio::any_io_executor executor);
  ~counting_core();  // as stop()
  counting_core(const counting_core&) = delete;
  counting_core& operator=(const counting_core&) = delete;

  void start();
  // Nobody listens, and connections are closed.
  void stop();
  // Counts from zero on.
  void reset(bool with_latencies = false);

  [[nodiscard]] std::string address() const;
  [[nodiscard]] const core_counts& counts() const;

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace gantry::bench
