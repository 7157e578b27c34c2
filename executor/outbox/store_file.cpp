#include "executor/outbox/store_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <set>
#include <system_error>

#include "executor/outbox/schema.hpp"

namespace gantry::outbox {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t set_aside_max = 3;
constexpr const char* damaged = ".damaged-";

// What a container prints may be secret. The log and the shared memory get the file's mode.
// True: the file is a new one.
bool make_private(const std::string& file) {
  const int made = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
  return made >= 0;
}

std::string plainly(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_READONLY:
      return "the disk cannot be written";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "the database cannot be opened";
    case SQLITE_IOERR:
      return "the disk fails";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return "another program holds the database";
    case SQLITE_NOMEM:
      return "there is no memory left";
    default:
      return "the database fails";
  }
}

// The numbers of those that were set aside before.
std::set<unsigned> numbers_of(const fs::path& file) {
  std::set<unsigned> out;
  const std::string first = file.filename().string() + damaged;
  std::error_code error;
  fs::directory_iterator each(file.has_parent_path() ? file.parent_path() : ".", error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    const std::string name = each->path().filename().string();
    if (name.rfind(first, 0) != 0) continue;
    unsigned number = 0;
    const char* end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + first.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end) out.insert(number);
  }
  return out;
}

// They are counted on from there, and sent as JSON.
bool are_numbers_usable(const snapshot& found) {
  constexpr std::uint64_t number_max = 1ULL << 62U;
  const auto is_usable = [](const auto& each) { return each.second <= number_max; };
  return found.last_id >= 0 && static_cast<std::uint64_t>(found.last_id) <= number_max &&
         std::ranges::all_of(found.seqs, is_usable);
}

bool is_empty(const std::string& file) {
  std::error_code error;  // what cannot be looked at is found out otherwise
  return fs::file_size(file, error) == 0 && !error;
}

opened fill(shelf& out, const std::string& file, durability how, snapshot& found) {
  database& in = out.database();
  in.open(file, database::access::write);
  const std::string why = foreign(in);
  if (in.ok() && !why.empty()) return {failure::damage, why};
  prepare(in, how);
  out.read(found);
  if (in.ok() && !are_numbers_usable(found)) {
    return {failure::damage, "it is damaged: a number is out of range"};
  }
  if (in.ok()) return {};
  const failure what = failure_of(in);
  return {what, what == failure::damage ? "it is damaged: " + in.words() : in_words(in, file)};
}

}  // namespace

failure failure_of(const database& in) {
  switch (in.code() & 0xff) {
    case SQLITE_OK:
      return failure::none;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // a table or a column is not there
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      return failure::damage;
    default:
      return failure::trouble;
  }
}

std::string in_words(const database& in, const std::string& file) {
  return plainly(in.code()) + ": " + file + ": " + in.words();
}

opened open_file(shelf& out, const std::string& file, durability how, snapshot& found) {
  if (is_empty(file)) return {failure::damage, "it is empty"};
  const bool is_new = make_private(file);
  opened done = fill(out, file, how, found);
  std::error_code error;  // then it is taken for an empty one the next time
  if (is_new && done.what != failure::none && is_empty(file)) fs::remove(file, error);
  return done;
}

std::string set_aside(const std::string& file) {
  std::set<unsigned> numbers = numbers_of(file);
  const unsigned next = numbers.empty() ? 1 : *numbers.rbegin() + 1;
  std::string to = file + damaged + std::to_string(next);
  std::error_code error;
  fs::rename(file, to, error);
  if (error) return {};
  for (const char* part : {"-wal", "-shm"}) {
    std::error_code missing;  // not every database has them
    fs::rename(file + part, to + part, missing);
  }
  numbers.insert(next);
  for (; numbers.size() > set_aside_max; numbers.erase(numbers.begin())) {
    const std::string oldest = file + damaged + std::to_string(*numbers.begin());
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(oldest + part, error);
  }
  return to;
}

}  // namespace gantry::outbox
