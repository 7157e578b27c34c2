// Put in front of the C library by LD_PRELOAD: while the file that GANTRY_TEST_HANGS_WHILE names is
// there, no read or write of a gantry.db, nor of its log, comes back, and no read of a token.
#include <dlfcn.h>
#include <poll.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

bool is_on_that_disk(int file) {
  std::array<char, 512> name{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  return readlink(link.c_str(), name.data(), name.size() - 1) > 0 &&
         (std::strstr(name.data(), "/gantry.db") != nullptr ||
          std::strstr(name.data(), "/token") != nullptr);
}

void hang(int file) {
  const char* const marker = std::getenv("GANTRY_TEST_HANGS_WHILE");
  if (marker == nullptr || access(marker, F_OK) != 0 || !is_on_that_disk(file)) return;
  while (access(marker, F_OK) == 0) poll(nullptr, 0, 10);
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t read(int file, void* bytes, size_t size) {
  hang(file);
  return next<decltype(read)>("read")(file, bytes, size);
}

ssize_t pread64(int file, void* bytes, size_t size, off64_t at) {
  hang(file);
  return next<decltype(pread64)>("pread64")(file, bytes, size, at);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  hang(file);
  return next<decltype(pwrite64)>("pwrite64")(file, bytes, size, at);
}

// The same by their other names.
ssize_t pread(int file, void* bytes, size_t size, off_t at) {
  return pread64(file, bytes, size, at);
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  return pwrite64(file, bytes, size, at);
}

int fdatasync(int file) {
  hang(file);
  return next<decltype(fdatasync)>("fdatasync")(file);
}

int fsync(int file) {
  hang(file);
  return next<decltype(fsync)>("fsync")(file);
}

}  // extern "C"
