#include "executor/engine/image_messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(image_messages, ask_for_one_version_of_an_image) {
  const auto target = [](const std::string& image) {
    return pull_request_of({image, ""}).value().target;
  };
  EXPECT_EQ(target("busybox"), "/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest");
  EXPECT_EQ(target("box:5000/app:2"), "/images/create?fromImage=box%3A5000%2Fapp&tag=2");
  const std::string hex(64, 'b');
  EXPECT_EQ(target("app:2@sha256:" + hex),
            "/images/create?fromImage=docker.io%2Flibrary%2Fapp&tag=sha256%3A" + hex);
  EXPECT_EQ(inspect_image_request("box:5000/app:2").target, "/images/box:5000/app:2/json");
  EXPECT_EQ(inspect_image_request("a b?c").target, "/images/a%20b%3Fc/json");
}

TEST(image_messages, keep_the_login_out_of_sight) {
  const auto request = pull_request_of({"app", "c2VjcmV0"}).value();
  EXPECT_THAT(request.name + request.target + request.body, Not(HasSubstr("c2VjcmV0")));
  EXPECT_THAT(to_http(request, "1.41", "box"), HasSubstr("\r\nX-Registry-Auth: c2VjcmV0\r\n"));
}

TEST(image_messages, let_no_login_change_the_request) {
  const auto request = pull_request_of({"app", "secret\r\nHost: evil"});
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, errc::refused);
  EXPECT_THAT(request.error().message, Not(HasSubstr("secret")));
  EXPECT_FALSE(pull_request_of({"app&tag=x", ""}));
}

TEST(image_messages, describe_an_image) {
  const auto image = parse_image(R"({"Id":"sha256:1","Architecture":"arm64","Os":"linux"})");
  EXPECT_EQ(image->id, "sha256:1");
  EXPECT_EQ(image->architecture, "arm64");
  EXPECT_EQ(image->os, "linux");
  for (const char* text : {"", "{}", "[]"}) {
    EXPECT_EQ(parse_image(text).error().code, errc::bad_response);
  }
}

TEST(pull_lines, tell_of_progress) {
  auto step = parse_pull_line(R"({"status":"Downloading","id":"4f1","progress":"[=> ]",
      "progressDetail":{"current":528,"total":25000000000}})")
                  .value();
  ASSERT_TRUE(step);
  EXPECT_EQ(step->id, "4f1");
  EXPECT_EQ(step->status, "Downloading");
  EXPECT_EQ(step->current, 528);
  EXPECT_EQ(step->total, 25'000'000'000);
  step = parse_pull_line(R"({"status":"Status: Image is up to date"})").value();
  EXPECT_EQ(step->id, "");
  EXPECT_EQ(step->total, 0);
  EXPECT_FALSE(parse_pull_line(R"({"progressDetail":{},"aux":{"ID":"x"}})").value());
}

TEST(pull_lines, tell_of_errors_behind_a_status_of_200) {
  for (const char* line : {R"({"errorDetail":{"message":"no space left"},"error":"no space left"})",
                           R"({"errorDetail":{"code":401,"message":"no space left"}})",
                           R"({"error":"no space left"})"}) {
    const auto out = parse_pull_line(line);
    ASSERT_FALSE(out) << line;
    EXPECT_EQ(out.error().code, errc::engine_error);
    EXPECT_EQ(out.error().message, "no space left");
  }
  EXPECT_EQ(parse_pull_line(R"({"errorDetail":{}})").error().message,
            "the engine does not say why");
  EXPECT_EQ(parse_pull_line("nonsense").error().code, errc::bad_response);
}

}  // namespace
}  // namespace gantry::engine
