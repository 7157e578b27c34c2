// Logs as an engine stores and sends them, for tests.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "executor/engine/log_decoder.hpp"
#include "executor/engine/rfc3339.hpp"

namespace gantry::engine {

inline constexpr timestamp noon = 1'714'564'800'000'000'000;  // 2024-05-01T12:00:00Z
inline constexpr timestamp one_second = 1'000'000'000;

// One message in the engine's log file; without \n it is a part of a line.
struct stored_message {
  stream_kind stream = stream_kind::stdout_stream;
  timestamp time = noon;
  std::string text;
};

inline std::string mux_frame(int type, const std::string& payload) {
  std::string out = {char(type), 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += char((payload.size() >> shift) & 255);
  return out + payload;
}

inline std::string stamped(const stored_message& message) {
  return format_rfc3339(message.time) + " " + message.text;
}

// As GET /logs?timestamps=1 sends it.
inline std::string on_wire(const stored_message& message) {
  if (message.stream == stream_kind::tty) return stamped(message);
  return mux_frame(message.stream == stream_kind::stderr_stream ? 2 : 1, stamped(message));
}

inline std::string on_wire(const std::vector<stored_message>& messages) {
  std::string out;
  for (const auto& each : messages) out += on_wire(each);
  return out;
}

// What `since` is applied to.
enum class since_filter {
  first_match,  // to find the first frame, in file order; all behind it is sent (Docker today)
  every_frame,  // to each frame (Docker 20.10, Podman)
};

inline std::vector<stored_message> since(const std::vector<stored_message>& file,
                                         std::optional<timestamp> time,
                                         since_filter filter = since_filter::first_match) {
  std::vector<stored_message> out;
  for (const auto& each : file) {
    const bool begun = filter == since_filter::first_match && !out.empty();
    if (begun || !time || each.time >= *time) out.push_back(each);
  }
  return out;
}

inline void PrintTo(const log_line& line, std::ostream* out) {
  const std::string text = line.text.size() > 60
                               ? line.text.substr(0, 60) + "... " + std::to_string(line.text.size())
                               : line.text;
  *out << to_string(line.stream) << " " << format_rfc3339(line.time) << " \"" << text << "\""
       << (line.truncated ? " truncated" : "") << (line.gap_before ? " behind a gap" : "");
}

}  // namespace gantry::engine
