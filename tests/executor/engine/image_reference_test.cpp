#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"
#include "executor/engine/registry_login.hpp"

namespace gantry::engine {
namespace {

using testing::HasSubstr;

const std::string digest = "sha256:" + std::string(64, 'a');

TEST(image_reference, is_docker_hubs_unless_it_names_a_host) {
  using reference = image_reference;
  const auto read = [](const std::string& text) { return parse_image_reference(text).value(); };
  EXPECT_EQ(read("busybox"), (reference{"docker.io", "library/busybox", "latest", ""}));
  EXPECT_EQ(read("busybox:1.36"), (reference{"docker.io", "library/busybox", "1.36", ""}));
  EXPECT_EQ(read("owner/app"), (reference{"docker.io", "owner/app", "latest", ""}));
  EXPECT_EQ(read("docker.io/busybox"), (reference{"docker.io", "library/busybox", "latest", ""}));
  EXPECT_EQ(read("index.docker.io/o/app"), (reference{"docker.io", "o/app", "latest", ""}));
  EXPECT_EQ(read("ghcr.io/o/app:v1"), (reference{"ghcr.io", "o/app", "v1", ""}));
  EXPECT_EQ(read("localhost/app"), (reference{"localhost", "app", "latest", ""}));
  EXPECT_EQ(read("localhost:5000/app"), (reference{"localhost:5000", "app", "latest", ""}));
  EXPECT_EQ(read("box:5000/a/b/c:2"), (reference{"box:5000", "a/b/c", "2", ""}));
  EXPECT_EQ(read("Box/app"), (reference{"Box", "app", "latest", ""}));
}

TEST(image_reference, has_a_digest_that_counts_more) {
  EXPECT_EQ(parse_image_reference("ghcr.io/o/app@" + digest).value(),
            (image_reference{"ghcr.io", "o/app", "", digest}));
  EXPECT_EQ(parse_image_reference("app:1@" + digest).value(),
            (image_reference{"docker.io", "library/app", "1", digest}));
}

TEST(image_reference, is_no_text_that_would_change_the_request) {
  for (const std::string text :
       {"",       " ",     "App", "a b",    "a//b",  "/a",   "a/",          "../a",
        "a/../b", "a&b=c", "a?b", "a\r\nb", "a:",    "a:.x", "a@sha256:12", "a@b",
        "a:b:c",  "-a",    "a-",  "h.io/",  "h.io/A"}) {
    const auto out = parse_image_reference(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ(out.error().code, errc::refused);
    EXPECT_THAT(out.error().message, HasSubstr("names no image"));
  }
  EXPECT_FALSE(parse_image_reference(std::string(300, 'a')));
}

}  // namespace
}  // namespace gantry::engine
