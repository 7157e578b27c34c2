#include "tests/executor/outbox/failing_disk.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <system_error>

namespace gantry::outbox::failing_disk {
namespace {

using methods = sqlite3_io_methods;

mode present = mode::works;
int writes_left = 0;
sqlite3_vfs* below = nullptr;

std::uint64_t capacity = 0;       // 0: any
std::set<std::string> all_files;  // that were opened

// SQLite's own methods, of which there are some sets, by those that we put in their place.
std::map<const methods*, const methods*>& originals() {
  static std::map<const methods*, const methods*> all;
  return all;
}

const methods& original(sqlite3_file* file) { return *originals().at(file->pMethods); }

int failure() {
  if (present == mode::works || writes_left-- > 0) return SQLITE_OK;
  writes_left = 0;
  switch (present) {
    case mode::full:
      return SQLITE_FULL;
    case mode::read_only:
      return SQLITE_READONLY;
    default:
      return SQLITE_IOERR_WRITE;
  }
}

std::uint64_t used() {
  std::uint64_t out = 0;
  for (const std::string& each : all_files) {
    std::error_code error;
    const auto size = std::filesystem::file_size(each, error);
    if (!error) out += size;
  }
  return out;
}

// Where there is no room any more only what is there can be written over.
bool has_room(sqlite3_file* file, sqlite3_int64 end) {
  if (capacity == 0) return true;
  sqlite3_int64 size = 0;
  original(file).xFileSize(file, &size);
  return end <= size || static_cast<std::uint64_t>(end - size) <= free_bytes();
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const int code = has_room(file, at + size) ? failure() : SQLITE_FULL;
  return code != SQLITE_OK ? code : original(file).xWrite(file, bytes, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = failure();
  return code != SQLITE_OK ? code : original(file).xTruncate(file, size);
}

int sync(sqlite3_file* file, int flags) {
  const int code = failure();
  return code != SQLITE_OK ? SQLITE_IOERR_FSYNC : original(file).xSync(file, flags);
}

int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 at) {
  if (present == mode::unreadable) return SQLITE_IOERR_READ;
  return original(file).xRead(file, bytes, size, at);
}

int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = below->xOpen(below, name, file, flags, out);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  if (name != nullptr) all_files.insert(name);
  static std::map<const methods*, methods> replaced;
  const methods* own = file->pMethods;
  auto found = replaced.find(own);
  if (found == replaced.end()) {
    methods ours = *own;
    ours.xWrite = write;
    ours.xTruncate = truncate;
    ours.xSync = sync;
    ours.xRead = read;
    found = replaced.emplace(own, ours).first;
    originals()[&found->second] = own;
  }
  file->pMethods = &found->second;
  return code;
}

}  // namespace

void install() {
  set(mode::works);
  set_capacity(0);
  all_files.clear();
  if (below != nullptr) return;
  below = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs ours = *below;
  ours.zName = "failing";
  ours.xOpen = open;
  sqlite3_vfs_register(&ours, 1);
}

void set(mode now, int writes_left_now) {
  present = now;
  writes_left = writes_left_now;
}

void set_capacity(std::uint64_t bytes) { capacity = bytes; }

std::uint64_t free_bytes() {
  if (capacity == 0) return std::uint64_t{1} << 40U;
  const std::uint64_t taken = used();
  return capacity > taken ? capacity - taken : 0;
}

}  // namespace gantry::outbox::failing_disk
