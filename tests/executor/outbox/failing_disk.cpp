#include "tests/executor/outbox/failing_disk.hpp"

#include <sqlite3.h>

#include <map>

namespace gantry::outbox::failing_disk {
namespace {

using methods = sqlite3_io_methods;

mode present = mode::works;
int writes_left = 0;
sqlite3_vfs* below = nullptr;

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

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const int code = failure();
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

}  // namespace gantry::outbox::failing_disk
