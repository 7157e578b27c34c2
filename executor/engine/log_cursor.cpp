#include "executor/engine/log_cursor.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::engine {
namespace {

constexpr std::int64_t version = 1;

// ---- Writing --------------------------------------------------------------------------------

json::text list(std::initializer_list<std::int64_t> numbers) {
  std::string out = "[";
  for (const std::int64_t each : numbers) {
    if (out.size() > 1) out += ',';
    out += std::to_string(each);
  }
  return {out + "]"};
}

json::text written(const log_place& in) { return list({in.time, in.ordinal, in.digest}); }

json::text written(const open_line& in) {
  return list({in.began.time, in.began.ordinal, in.began.digest, in.parts, in.given ? 1 : 0});
}

template <typename T>
json::object written(const of_each_stream<std::optional<T>>& in) {
  json::object out;
  for (const stream_kind stream : all_streams) {
    if (const auto& each = in[index(stream)]) out.set(to_string(stream), written(*each));
  }
  return out;
}

// ---- Reading --------------------------------------------------------------------------------

failure not_understood(const std::string& why) {
  return {make_error_code(boost::system::errc::invalid_argument),
          "a stored place in a log is not understood: " + why};
}

// The numbers of an array of so many, each in its own range; false: it is not that.
struct range {
  std::int64_t least, most;
};
constexpr range any_time = {std::numeric_limits<timestamp>::min() / 2,
                            std::numeric_limits<timestamp>::max() / 2};
constexpr range any_32 = {0, std::numeric_limits<std::uint32_t>::max()};
constexpr range positive_32 = {1, std::numeric_limits<std::uint32_t>::max()};
constexpr range flag = {0, 1};

template <std::size_t Count>
bool read_numbers(const json::value& in, const std::array<range, Count>& ranges,
                  std::array<std::int64_t, Count>& out) {
  if (!in.IsArray() || in.Size() != Count) return false;
  for (rapidjson::SizeType at = 0; at < Count; ++at) {
    if (!in[at].IsInt64()) return false;
    out[at] = in[at].GetInt64();
    if (out[at] < ranges[at].least || out[at] > ranges[at].most) return false;
  }
  return true;
}

bool read(const json::value& in, log_place& out) {
  std::array<std::int64_t, 3> numbers{};
  if (!read_numbers<3>(in, {any_time, positive_32, any_32}, numbers)) return false;
  out = {numbers[0], static_cast<std::uint32_t>(numbers[1]),
         static_cast<std::uint32_t>(numbers[2])};
  return true;
}

bool read(const json::value& in, open_line& out) {
  std::array<std::int64_t, 5> numbers{};
  if (!read_numbers<5>(in, {any_time, positive_32, any_32, positive_32, flag}, numbers)) {
    return false;
  }
  out = {
      {numbers[0], static_cast<std::uint32_t>(numbers[1]), static_cast<std::uint32_t>(numbers[2])},
      static_cast<std::uint32_t>(numbers[3]),
      numbers[4] == 1};
  return true;
}

bool read(const json::value& in, log_tail& out) {
  std::array<std::int64_t, 3> numbers{};
  if (!read_numbers<3>(in, {any_time, positive_32, any_32}, numbers)) return false;
  out = {numbers[0], static_cast<std::uint32_t>(numbers[1]),
         static_cast<std::uint32_t>(numbers[2])};
  return true;
}

bool read(const json::value& in, stream_kind& out) {
  if (!in.IsString()) return false;
  const std::string_view name(in.GetString(), in.GetStringLength());
  const auto found =
      std::ranges::find(all_streams, name, [](auto each) { return to_string(each); });
  if (found == all_streams.end()) return false;
  out = *found;
  return true;
}

template <typename T>
bool read(const json::value& in, of_each_stream<std::optional<T>>& out) {
  if (!in.IsObject()) return false;
  for (const auto& [name, member] : in.GetObject()) {
    stream_kind stream{};
    if (!read(name, stream) || out[index(stream)]) return false;
    if (!read(member, out[index(stream)].emplace())) return false;
  }
  return true;
}

bool read_member(std::string_view name, const json::value& in, log_cursor& out) {
  if (name == "v") return true;  // looked at before
  if (name == "last") return read(in, out.stream);
  if (name == "seen") return read(in, out.seen);
  if (name == "open") return read(in, out.open);
  if (name == "tail") return !out.tail && read(in, out.tail.emplace());
  return false;
}

// Could a decoder have been there?
bool makes_sense(const log_cursor& in) {
  const bool tty = in.stream == stream_kind::tty;
  for (const stream_kind stream : all_streams) {
    const bool seen = in.seen[index(stream)].has_value();
    if (in.open[index(stream)] && !seen) return false;
    if (seen && (!in.last() || (stream == stream_kind::tty) != tty)) return false;
  }
  return tty || !in.tail;
}

}  // namespace

std::string_view to_string(stream_kind stream) {
  switch (stream) {
    case stream_kind::stdout_stream:
      return "stdout";
    case stream_kind::stderr_stream:
      return "stderr";
    case stream_kind::tty:
      return "tty";
  }
  return "unknown";
}

// Eight bytes at a time, since each frame that is read goes through here.
std::uint32_t digest_of(std::string_view text) {
  constexpr std::uint64_t factor = 0x9E37'79B9'7F4A'7C15;
  std::uint64_t out = text.size() * factor;
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(text.size(), sizeof word);
    std::memcpy(&word, text.data(), size);
    text.remove_prefix(size);
    out = (out ^ word) * factor;
    out ^= out >> 32;
  }
  return static_cast<std::uint32_t>(out);
}

std::optional<timestamp> log_cursor::needed_from() const {
  std::optional<timestamp> out;
  const auto need = [&](timestamp time) { out = std::min(out.value_or(time), time); };
  if (last()) need(last()->time);
  for (const auto& line : open) {
    if (line) need(line->began.time);
  }
  if (tail) need(tail->time);
  return out;
}

json::text to_json(const log_cursor& cursor) {
  json::object out;
  out.set("v", version).set("last", to_string(cursor.stream)).set("seen", written(cursor.seen));
  if (cursor.open != log_cursor{}.open) out.set("open", written(cursor.open));
  if (const auto& tail = cursor.tail) {
    out.set("tail", list({tail->time, tail->bytes, tail->digest}));
  }
  return out.to_text();
}

result<log_cursor> parse_log_cursor(std::string_view text) {
  const auto root = json::parse(text);
  if (!root) return not_understood(root.error().message);
  const json::value* found = json::find(*root, "v");
  if (found == nullptr || !found->IsInt64()) return not_understood("it has no version");
  if (found->GetInt64() != version) {
    return not_understood("version " + std::to_string(found->GetInt64()) + ", we know " +
                          std::to_string(version));
  }
  log_cursor out;
  for (const auto& [key, member] : root->GetObject()) {
    const std::string_view name(key.GetString(), key.GetStringLength());
    if (!read_member(name, member, out)) return not_understood("\"" + std::string(name) + "\"");
  }
  for (const std::string_view name : {"last", "seen"}) {
    if (json::find(*root, name) == nullptr) {
      return not_understood("\"" + std::string(name) + "\" is missing");
    }
  }
  if (!makes_sense(out)) return not_understood("its parts contradict each other");
  return out;
}

}  // namespace gantry::engine
