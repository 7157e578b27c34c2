// The engine that a test works with. ctest runs the tests of the integration rung on two engines:
// as they are with Docker, and once more, as podman_NAME, with Podman.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace gantry::test {

struct test_engine {
  bool podman = false;
  std::string variable;  // that names it
  std::string host;      // as DOCKER_HOST; empty: there is none
};

inline test_engine engine_for_tests() {
  test_engine out;
  out.podman = std::getenv("GANTRY_TEST_ON_PODMAN") != nullptr;
  out.variable = out.podman ? "GANTRY_TEST_PODMAN" : "GANTRY_TEST_ENGINE";
  const char* const host = std::getenv(out.variable.c_str());
  if (host != nullptr) out.host = host;
  return out;
}

inline std::string no_engine(const test_engine& engine) {
  return "no engine: set " + engine.variable + " to what scripts/engine start" +
         (engine.podman ? " --podman" : "") + " prints";
}

}  // namespace gantry::test

// What Podman cannot do; docs/ENGINES.md lists it.
#define GANTRY_SKIP_ON_PODMAN(reason) \
  if (::gantry::test::engine_for_tests().podman) GTEST_SKIP() << "Podman: " reason
