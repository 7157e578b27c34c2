#include "tests/fault/small_disk.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

namespace gantry::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* filler = "/filler";
constexpr const char* mounted = "mounted by ";

// The helper gives up by itself after an hour.
constexpr const char* hold = R"(mount -t tmpfs -o size="$1" gantry-fault "$2" &&
  echo "mounted by $$" && exec sleep 3600)";

std::vector<std::string> command(const std::string& folder, std::size_t bytes) {
  return {"setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation",
          "private", "sh",          "-c",   hold,      "sh",      std::to_string(bytes),
          folder};
}

}  // namespace

small_disk::small_disk(std::string folder, std::size_t bytes)
    : folder_(std::move(folder)), holder_(command(folder_, bytes), {}, folder_ + ".log") {}

small_disk::state small_disk::now() {
  const std::string log = holder_.log();
  if (const auto found = log.find(mounted); found != std::string::npos && log.ends_with('\n')) {
    const auto begin = found + std::string(mounted).size();
    id_ = log.substr(begin, log.find('\n', begin) - begin);
    return state::ready;
  }
  return holder_.exit_status() ? state::refused : state::starting;
}

std::string small_disk::why_refused() const { return holder_.log(); }

std::vector<std::string> small_disk::enter() const {
  return {"nsenter", "--mount=/proc/" + id_ + "/ns/mnt", "--"};
}

std::string small_disk::seen_from_here() const { return "/proc/" + id_ + "/root" + folder_; }

std::size_t small_disk::free_bytes() const { return fs::space(seen_from_here()).available; }

void small_disk::fill() const {
  std::ofstream out(seen_from_here() + filler, std::ios::binary | std::ios::app);
  const std::string block(4'096, '\0');
  while (out.write(block.data(), static_cast<std::streamsize>(block.size())) && out.flush()) {
  }
}

void small_disk::clear() const {
  std::error_code ignored;  // it may never have been filled
  fs::remove(seen_from_here() + filler, ignored);
}

}  // namespace gantry::test
