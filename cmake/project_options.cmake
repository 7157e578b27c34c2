# Warnings, sanitizers and the include root: every target of the project links this.
add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_features(project_options INTERFACE cxx_std_20)
target_compile_options(project_options INTERFACE
  -Wall -Wextra -Wpedantic -Woverloaded-virtual
  -Wno-missing-field-initializers)
if(GANTRY_WERROR)
  target_compile_options(project_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio's coroutine frames are allocated by one function and freed by its counterpart; optimised,
  # g++ 12 sees only half of that.
  target_compile_options(project_options INTERFACE -fcoroutines -Wno-mismatched-new-delete)
  # A tenth of the time goes into collecting garbage otherwise; it takes 100 MiB more for a file.
  target_compile_options(project_options INTERFACE
    --param=ggc-min-expand=200 --param=ggc-min-heapsize=400000)
endif()

if(GANTRY_SANITIZE)
  add_compile_options(
    -fsanitize=${GANTRY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GANTRY_SANITIZE})
  if(GANTRY_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio uses atomic_thread_fence, which g++ 12 warns about under this sanitizer.
    add_compile_options(-Wno-tsan)
  endif()
endif()
