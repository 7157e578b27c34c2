#include "executor/engine/registry_login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/base64.hpp"
#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

result<registry_login> login(const std::string& config, const std::string& image) {
  return find_registry_login(config, parse_image_reference(image).value());
}

// What the engine will read in the header.
std::string decoded(const result<registry_login>& login) {
  return decode_base64(login.value().header).value();
}

// "dXNlcjpwYTpzcw==" is user:pa:ss.
const std::string config = R"({"auths":{
  "https://index.docker.io/v1/":{"auth":"dXNlcjpwYTpzcw=="},
  "ghcr.io":{"auth":"dG9rZW46","identitytoken":"long"},
  "http://box:5000/v2/":{"username":"me","password":"secret"},
  "quay.io":{}}})";

TEST(registry_login, is_found_by_the_images_registry) {
  EXPECT_EQ(decoded(login(config, "busybox")),
            R"({"password":"pa:ss","serveraddress":"https://index.docker.io/v1/",)"
            R"("username":"user"})");
  EXPECT_EQ(decoded(login(config, "ghcr.io/o/app")),
            R"({"identitytoken":"long","serveraddress":"ghcr.io"})");
  EXPECT_EQ(decoded(login(config, "box:5000/app")),
            R"({"password":"secret","serveraddress":"http://box:5000/v2/","username":"me"})");
}

TEST(registry_login, is_of_no_other_registry) {
  for (const char* image : {"other.io/app", "quay.io/app", "box:5001/app", "box.example/app"}) {
    const auto out = login(config, image);
    ASSERT_TRUE(out) << image;
    EXPECT_EQ(out->header, "") << image;
    EXPECT_EQ(out->notice, "") << image;
  }
  EXPECT_EQ(login("{}", "busybox").value().header, "");
}

TEST(registry_login, is_not_asked_of_helpers) {
  const std::string stored = R"({"auths":{"https://index.docker.io/v1/":{}},"credsStore":"pass",
    "credHelpers":{"gcr.io":"gcloud"}})";
  EXPECT_EQ(login(stored, "busybox").value().header, "");
  EXPECT_THAT(login(stored, "busybox").value().notice,
              AllOf(HasSubstr("docker-credential-pass"), HasSubstr("does not run")));
  EXPECT_THAT(login(stored, "gcr.io/p/app").value().notice, HasSubstr("docker-credential-gcloud"));
}

TEST(registry_login, that_is_written_down_needs_no_helper) {
  const std::string both =
      R"({"auths":{"ghcr.io":{"auth":"dXNlcjpwYTpzcw=="}},"credsStore":"pass"})";
  const auto out = login(both, "ghcr.io/o/app").value();
  EXPECT_NE(out.header, "");
  EXPECT_EQ(out.notice, "");
}

TEST(registry_login, is_never_repeated_in_a_failure) {
  for (const std::string broken : {R"({"auths":{"ghcr.io":{"auth":"c2VjcmV0"}}})",
                                   R"({"auths":{"ghcr.io":{"auth":"secret!"}}})", R"(secret)",
                                   R"(["secret"])", R"({"auths":"secret)"}) {
    const auto out = login(broken, "ghcr.io/o/app");
    ASSERT_FALSE(out) << broken;
    EXPECT_EQ(out.error().code, errc::bad_address);
    EXPECT_THAT(out.error().message,
                AllOf(HasSubstr("config.json"), Not(HasSubstr("secret")), Not(HasSubstr("c2Vj"))));
  }
}

}  // namespace
}  // namespace gantry::engine
