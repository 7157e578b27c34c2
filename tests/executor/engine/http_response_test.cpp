#include "executor/engine/http_response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

constexpr std::size_t head_bytes_max = 4096;

const std::string chunked =
    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n1;ext=1\r\n \r\nc\r\nworld\r\n\r\n012\r\n0\r\nTrailer: x\r\n\r\n";

TEST(http_response, is_the_same_wherever_it_is_cut) {
  for (std::size_t first = 0; first <= chunked.size(); ++first) {
    for (std::size_t second = first; second <= chunked.size(); ++second) {
      http_response_parser parser(head_bytes_max);
      std::string body;
      for (const auto& piece : {chunked.substr(0, first), chunked.substr(first, second - first),
                                chunked.substr(second)}) {
        const auto fed = parser.feed(piece, body);
        ASSERT_TRUE(fed) << fed.error().message;
      }
      ASSERT_TRUE(parser.complete());
      ASSERT_EQ(body, "hello world\r\n\r\n012");
      ASSERT_EQ(parser.head().field("api-version"), "1.41");
      ASSERT_EQ(parser.head().field("trailer"), "");
    }
  }
}

TEST(http_response, comes_byte_by_byte) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  for (const char byte : chunked) {
    EXPECT_FALSE(parser.complete());
    ASSERT_TRUE(parser.feed(std::string_view(&byte, 1), body));
  }
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(body, "hello world\r\n\r\n012");
}

TEST(http_response, may_come_behind_interim_ones) {
  const std::string interim =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  const std::string all = interim + chunked;
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    http_response_parser parser(head_bytes_max);
    std::string body;
    ASSERT_TRUE(parser.feed(std::string_view(all).substr(0, cut), body));
    EXPECT_EQ(parser.head_complete(), cut >= interim.size() + chunked.find("5\r\nhello"));
    ASSERT_TRUE(parser.feed(std::string_view(all).substr(cut), body));
    ASSERT_TRUE(parser.complete());
    ASSERT_EQ(parser.head().status, 200);
    ASSERT_EQ(parser.head().field("link"), "");
    ASSERT_EQ(body, "hello world\r\n\r\n012");
  }
  http_response_parser parser(head_bytes_max);
  std::string body;
  result<void> fed;
  for (int count = 0; fed && count < 100; ++count) {
    fed = parser.feed("HTTP/1.1 102 Processing\r\n\r\n", body);
  }
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, errc::bad_response);
}

TEST(http_response, keeps_what_follows_a_switch_of_protocols) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  ASSERT_TRUE(parser.feed("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nfirst bytes", body));
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(body, "");
  EXPECT_EQ(parser.take_rest(), "first bytes");
  EXPECT_EQ(parser.take_rest(), "");
}

TEST(http_response, has_its_head_before_its_body) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  ASSERT_TRUE(parser.feed("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\n", body));
  EXPECT_TRUE(parser.head_complete());
  EXPECT_FALSE(parser.complete());
  EXPECT_EQ(parser.head().status, 404);
  EXPECT_EQ(parser.head().reason, "Not Found");
  ASSERT_TRUE(parser.feed("hello, and what is behind the end", body));
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(body, "hello");
}

TEST(http_response, may_have_no_body) {
  for (const char* text : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    http_response_parser parser(head_bytes_max);
    std::string body;
    ASSERT_TRUE(parser.feed(text, body));
    EXPECT_TRUE(parser.complete()) << text;
    EXPECT_EQ(parser.head().field("absent"), "");
  }
}

TEST(http_response, of_http_1_0_ends_with_the_connection) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  ASSERT_TRUE(parser.feed("HTTP/1.0 200 OK\r\n\r\nhel", body));
  ASSERT_TRUE(parser.feed("lo", body));
  EXPECT_FALSE(parser.complete());
  EXPECT_TRUE(parser.closed());
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(body, "hello");
}

TEST(http_response, that_breaks_off_is_a_failure) {
  for (std::size_t size = 0; size < chunked.size(); ++size) {
    http_response_parser parser(head_bytes_max);
    std::string body;
    ASSERT_TRUE(parser.feed(chunked.substr(0, size), body));
    const auto closed = parser.closed();
    ASSERT_FALSE(closed) << size;
    EXPECT_EQ(closed.error().code, errc::disconnected);
    EXPECT_THAT(closed.error().message, testing::HasSubstr("closed the connection"));
  }
}

TEST(http_response, must_be_http) {
  for (const char* text : {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 banana\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    http_response_parser parser(head_bytes_max);
    std::string body;
    const auto fed = parser.feed(text, body);
    ASSERT_FALSE(fed) << text;
    EXPECT_EQ(fed.error().code, errc::bad_response);
  }
}

TEST(http_response, has_a_limited_head) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  const std::string head = "HTTP/1.1 200 OK\r\nX: " + std::string(head_bytes_max, 'x');
  EXPECT_FALSE(parser.feed(head, body));
}

TEST(http_response, has_limited_heads_of_chunks) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  ASSERT_TRUE(parser.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", body));
  EXPECT_FALSE(parser.feed(std::string(head_bytes_max, 'x'), body));
}

TEST(http_response, reserves_no_memory_on_a_promise) {
  http_response_parser parser(head_bytes_max);
  std::string body;
  ASSERT_TRUE(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 999999999999999\r\n\r\nx", body));
  EXPECT_LT(body.capacity(), 1000u);
}

// Not a fuzzer, but it finds a parser that reads behind its input.
TEST(http_response, survives_any_bytes) {
  for (const auto seed : test::seeds(2000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    std::string text = chunked;
    for (auto changes = 1 + random.upto(4); changes > 0; --changes) {
      text[random.upto(text.size() - 1)] = char(random.upto(255));
    }
    http_response_parser parser(head_bytes_max);
    std::string body;
    const std::size_t cut = random.upto(text.size());
    if (!parser.feed(text.substr(0, cut), body)) continue;
    if (!parser.feed(text.substr(cut), body)) continue;
    static_cast<void>(parser.closed().has_value());
  }
}

}  // namespace
}  // namespace gantry::engine
