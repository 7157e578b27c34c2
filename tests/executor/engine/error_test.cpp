#include "executor/engine/error.hpp"

#include <gtest/gtest.h>

namespace gantry::engine {
namespace {

TEST(error, of_our_own_is_its_condition) {
  const failure out = fault(errc::unreachable, "text");
  EXPECT_EQ(out.code, errc::unreachable);
  EXPECT_NE(out.code, errc::timed_out);
  EXPECT_EQ(out.message, "text");
  EXPECT_TRUE(out.code.failed());
}

TEST(error, of_http_keeps_the_status_and_has_a_condition) {
  EXPECT_EQ(make_status_code(404).value(), 404);
  EXPECT_EQ(make_status_code(404), errc::not_found);
  EXPECT_EQ(make_status_code(409), errc::conflict);
  EXPECT_EQ(make_status_code(400), errc::refused);
  EXPECT_EQ(make_status_code(499), errc::refused);
  EXPECT_EQ(make_status_code(500), errc::engine_error);
  EXPECT_EQ(make_status_code(403), errc::not_allowed);
  EXPECT_EQ(make_status_code(405), errc::not_allowed);
  EXPECT_EQ(make_status_code(501), errc::engine_error);
  EXPECT_EQ(make_status_code(502), errc::unreachable);
  EXPECT_EQ(make_status_code(503), errc::unreachable);
  EXPECT_EQ(make_status_code(504), errc::unreachable);
  EXPECT_EQ(make_status_code(505), errc::engine_error);
  EXPECT_EQ(make_status_code(301), errc::bad_response);
  EXPECT_NE(make_status_code(404), errc::refused);
}

TEST(error, has_a_text_for_each_value) {
  for (int value = 1; value <= static_cast<int>(errc::engine_error); ++value) {
    EXPECT_NE(engine_category().message(value), "unknown engine error") << value;
  }
  EXPECT_EQ(engine_category().message(99), "unknown engine error");
  EXPECT_EQ(make_status_code(418).message(), "HTTP status 418");
}

}  // namespace
}  // namespace gantry::engine
