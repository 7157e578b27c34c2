# Debian packages, wrapped so that their headers never raise our warnings, and Asio and Beast
# compiled once: a file that includes them all takes ten seconds.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED) # its headers: no library of it is linked
find_package(simdjson REQUIRED) # 3.0 or later; no version is named, for 3.12 says it is no 3.0
find_package(RapidJSON REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_path(RE2_INCLUDE_DIR re2/re2.h REQUIRED) # Debian 12 has no CMake package of it
find_library(RE2_LIBRARY re2 REQUIRED)
mark_as_advanced(RE2_INCLUDE_DIR RE2_LIBRARY)

add_library(asio_beast STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_beast.cpp)
target_compile_features(asio_beast PUBLIC cxx_std_20)
target_compile_definitions(asio_beast PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(asio_beast PUBLIC -fcoroutines)
endif()
target_link_libraries(asio_beast PUBLIC
  Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

add_library(rapidjson_headers INTERFACE)
target_include_directories(rapidjson_headers SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIRS})
target_compile_definitions(rapidjson_headers INTERFACE RAPIDJSON_HAS_STDSTRING=1)

add_library(re2_library INTERFACE)
target_include_directories(re2_library SYSTEM INTERFACE ${RE2_INCLUDE_DIR})
target_link_libraries(re2_library INTERFACE ${RE2_LIBRARY} Threads::Threads)
