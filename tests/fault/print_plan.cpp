#include "tests/fault/print_plan.hpp"

namespace gantry::test {
namespace {

constexpr std::size_t long_bytes = 20'000;  // at least; doubling ends below twice of it
constexpr std::size_t long_each = 400;      // one in so many lines is long

bool is_long(std::size_t number) { return number % long_each == 250; }
bool is_error(std::size_t number) { return number % 10 == 3 || number % 10 == 7; }

std::string doubled(std::string text) {
  while (text.size() < long_bytes) text += text;
  return text;
}

}  // namespace

std::string print_plan::script(const std::string& runs_file) const {
  const std::string each = "\"" + name + " $r $i $t\"";
  // The first process of a container ignores SIGTERM unless it says otherwise.
  std::string out = "trap 'exit 0' TERM; r=0; [ -f " + runs_file + " ] && read r <" + runs_file +
                    "; r=$((r+1)); ";
  out += "echo $r >" + runs_file + "; p=" + std::string(padding, 'x') + "; l=$p; ";
  out += "while [ ${#l} -lt " + std::to_string(long_bytes) + " ]; do l=$l$l; done; i=0; ";
  out += "while [ $i -lt " + std::to_string(lines) + " ]; do t=$p; ";
  if (long_lines) out += "[ $((i%" + std::to_string(long_each) + ")) = 250 ] && t=$l; ";
  if (errors) {
    out += "case $((i%10)) in 3|7) echo " + each + " >&2;; *) echo " + each + ";; esac; ";
  } else {
    out += "echo " + each + "; ";
  }
  out += "i=$((i+1)); ";
  if (pause.count() > 0) {
    out += "[ $((i%" + std::to_string(burst) + ")) = 0 ] && usleep " +
           std::to_string(std::chrono::microseconds(pause).count()) + "; ";
  }
  return out + "done; exit 0";
}

std::vector<printed_line> print_plan::lines_of_run(std::size_t run) const {
  const std::string usual(padding, 'x');
  const std::string wide = doubled(usual);
  const std::string begin = name + " " + std::to_string(run) + " ";
  std::vector<printed_line> out;
  out.reserve(lines);
  for (std::size_t number = 0; number < lines; ++number) {
    const char* stream = errors && is_error(number) ? "stderr" : "stdout";
    out.push_back({tty ? "tty" : stream, begin + std::to_string(number) + " " +
                                             (long_lines && is_long(number) ? wide : usual)});
  }
  return out;
}

}  // namespace gantry::test
