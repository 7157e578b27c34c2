// The embedded page.
#include "launchpad/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace gantry::launchpad {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(launchpad_page, is_part_of_the_program) {
  const auto page = find_page(embedded_files(), "/");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->content_type, StartsWith("text/html"));
  EXPECT_THAT(page->body, StartsWith("<!doctype html>"));
  EXPECT_THAT(page->body, testing::EndsWith("</html>\n"));
  EXPECT_THAT(page->body, HasSubstr("Launchpad"));
}

// The content security policy lets nothing else run.
TEST(launchpad_page, refers_to_files_that_are_there) {
  for (const char* path : {"/index.html", "/app.js", "/style.css"}) {
    const auto file = find_page(embedded_files(), path);
    ASSERT_TRUE(file) << path;
    EXPECT_FALSE(file->body.empty()) << path;
  }
}

TEST(launchpad_page, has_content_types_by_extension) {
  static constexpr std::array files{page_file{"/a.js", "1"}, page_file{"/a.svg", "2"},
                                    page_file{"/a", "3"}};
  EXPECT_EQ(find_page(files, "/a.js")->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(find_page(files, "/a.svg")->content_type, "image/svg+xml");
  EXPECT_EQ(find_page(files, "/a")->content_type, "application/octet-stream");
}

TEST(launchpad_page, has_no_other_files) {
  for (const char* path : {"", "app.js", "/../main.cpp", "/app.js/", "/%61pp.js"}) {
    EXPECT_FALSE(find_page(embedded_files(), path)) << path;
  }
}

}  // namespace
}  // namespace gantry::launchpad
