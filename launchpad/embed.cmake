# cmake -DFILES=a;b -DOUT=x.cpp -P embed.cmake: the files as the table embedded_files() of page.hpp.
set(arrays "")
set(table "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  # An array of no elements is not allowed, hence the byte that is not counted.
  string(APPEND arrays "constexpr char file_${number}[] = {${bytes}'\\0'};\n")
  string(APPEND table "    {\"/${name}\", {file_${number}, ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "// Generated from launchpad/page by embed.cmake.
#include \"launchpad/page.hpp\"

namespace gantry::launchpad {
namespace {

${arrays}
constexpr page_file files[] = {
${table}};

}  // namespace

std::span<const page_file> embedded_files() { return files; }

}  // namespace gantry::launchpad
")
