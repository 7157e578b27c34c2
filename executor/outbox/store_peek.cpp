#include <filesystem>
#include <system_error>

#include "executor/outbox/database.hpp"
#include "executor/outbox/schema.hpp"
#include "executor/outbox/store.hpp"
#include "executor/outbox/store_pulses.hpp"

namespace gantry::outbox {

// SQLite creates the files beside a database even for those who only read; where they are missing
// nobody has it open, and it is read as a file that does not change.
std::optional<totals> peek(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return {};
  const bool in_use = std::filesystem::exists(file + "-wal", error);
  if (in_use && !std::filesystem::exists(file + "-shm", error)) return {};
  database in;
  in.open(file, in_use ? database::access::read : database::access::read_idle);
  in.run("BEGIN");  // what is read belongs together
  if (!is_current(in)) return {};
  pulse_table pulses(in);
  pulses.read();
  const usage& waiting = pulses.known().waiting;
  totals out;
  out.records = waiting.records;
  out.lines = waiting.lines;
  out.bytes = waiting.bytes;
  out.oldest = pulses.oldest();
  if (!in.ok()) return {};
  return out;
}

}  // namespace gantry::outbox
