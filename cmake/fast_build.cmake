# What makes the build quick, and how it is measured: docs/HACKING.md.
#
# One precompiled header for all libraries and programs, and one more for all tests: each is made
# once, with the flags of whatever uses it. A target with other flags makes the compiler read the
# headers themselves, and say so (-Winvalid-pch).
option(GANTRY_PRECOMPILE "Precompile the headers of cmake/precompiled.hpp" ON)
# Several files of a library or a test program as one: most of what a file costs are the same
# headers and templates.
option(GANTRY_UNITY "Compile the files of a library or test program in batches" OFF)
set(unity_batch 12)

function(compile_in_batches)
  set_target_properties(${ARGN} PROPERTIES
    UNITY_BUILD ${GANTRY_UNITY} UNITY_BUILD_BATCH_SIZE ${unity_batch})
  if(GANTRY_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ takes a file of a batch for a header, where a local type in a coroutine would be a fault.
    foreach(target IN LISTS ARGN)
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endforeach()
  endif()
endfunction()

# precompiled_headers(NAME FILE [LIBRARY...]): for precompile_with(NAME ...).
function(precompiled_headers name file)
  if(NOT GANTRY_PRECOMPILE)
    return()
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/generated/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${name} OBJECT ${source})
  target_link_libraries(${name} PRIVATE project_options asio_beast rapidjson_headers ${ARGN})
  target_precompile_headers(${name} PRIVATE ${file})
  target_compile_options(${name} PRIVATE ${precompiled_options})
endfunction()

# precompile_with(NAME TARGET...)
function(precompile_with name)
  if(NOT GANTRY_PRECOMPILE)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    # The flags of the precompiled header, whatever the target itself uses.
    target_link_libraries(${target} PRIVATE project_options asio_beast rapidjson_headers)
    target_precompile_headers(${target} REUSE_FROM ${name})
    target_compile_options(${target} PRIVATE ${precompiled_options})
  endforeach()
endfunction()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(precompiled_options -fpch-preprocess)  # so that ccache knows what stands in it
endif()

# Of a change in one file the link is the larger part, and gold takes two thirds of the time.
option(GANTRY_FAST_LINK "Link with gold, where it is installed" OFF)
find_program(gold_program ld.gold)
mark_as_advanced(gold_program)
if(GANTRY_FAST_LINK AND gold_program)
  add_link_options(-fuse-ld=gold)
endif()

# The debug information of a program beside it, in NAME.debug, where gdb looks for it.
option(GANTRY_SPLIT_DEBUG "Keep the debug information of programs in a file beside them" OFF)
function(split_debug_information)
  if(NOT GANTRY_SPLIT_DEBUG)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    set(file $<TARGET_FILE_NAME:${target}>)
    add_custom_command(TARGET ${target} POST_BUILD
      WORKING_DIRECTORY $<TARGET_FILE_DIR:${target}>
      COMMAND ${CMAKE_OBJCOPY} --only-keep-debug ${file} ${file}.debug
      COMMAND ${CMAKE_OBJCOPY} --strip-all --add-gnu-debuglink=${file}.debug ${file}
      VERBATIM)
  endforeach()
endfunction()
