#include "executor/engine/json_items.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "model/json.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr json_limits small_limits{.item_bytes = 100, .string_bytes = 20};

void drain_items(json_items& items, std::vector<std::string>& out) {
  while (const auto next = items.next()) {
    out.push_back(next->is_large ? "large " + std::to_string(next->bytes)
                                 : std::string(next->text));
  }
}

std::vector<std::string> items_of(json_form form, const std::vector<std::string>& pieces,
                                  json_limits limits = small_limits) {
  json_items items(form, limits);
  std::vector<std::string> out;
  for (const std::string& piece : pieces) {
    items.feed(piece);
    drain_items(items, out);
  }
  items.end();
  drain_items(items, out);
  return out;
}

bool is_whole_list(const std::string& text) {
  json_items items(json_form::list, small_limits);
  items.feed(text);
  while (items.next()) {
  }
  return items.is_whole_list();
}

TEST(json_items, come_out_whole_wherever_they_are_cut) {
  const std::string lines = "{\"a\":1}\n\r\n{\"b\":\"\\\"\\n\"}\r\n{}";
  const std::string list = " [ {\"a\":[1, {}]} ,2,\n\"],\\\"[\" , [[]]\r\n] ";
  for (std::size_t first = 0; first <= list.size(); ++first) {
    for (std::size_t second = first; second <= list.size(); ++second) {
      const auto cut = [&](const std::string& text) {
        const std::size_t left = std::min(first, text.size());
        const std::size_t right = std::min(second, text.size());
        return std::vector<std::string>{text.substr(0, left), text.substr(left, right - left),
                                        text.substr(right)};
      };
      ASSERT_THAT(items_of(json_form::lines, cut(lines)),
                  ElementsAre("{\"a\":1}", "{\"b\":\"\\\"\\n\"}\r", "{}"));
      ASSERT_THAT(items_of(json_form::list, cut(list)),
                  ElementsAre("{\"a\":[1, {}]} ", "2", "\"],\\\"[\" ", "[[]]\r\n"));
      ASSERT_THAT(items_of(json_form::value, cut(list)), ElementsAre(list));
    }
  }
}

TEST(json_items, keep_no_long_strings) {
  const std::string cut = R"({"label":"01234567890123456789","x":"y"})";
  const std::string rest(5'000'000, 'x');
  EXPECT_THAT(items_of(json_form::lines, {R"({"label":"01234567890123456789)", rest, rest,
                                          R"(\"\\\u00e4","x":"y"})"}),
              ElementsAre(cut));
  // Neither a character nor an escape sequence is torn.
  for (const std::string piece : {"\xC3\xA4", "\xE2\x82\xAC", "\\u00e4", "\\\\", "\\\""}) {
    std::string text = "[\"";
    for (int count = 0; count < 40; ++count) text += piece;
    for (std::size_t shift = 0; shift < piece.size(); ++shift) {
      const auto out = items_of(json_form::list, {text + "\"]"});
      ASSERT_EQ(out.size(), 1u);
      EXPECT_TRUE(json::parse(out.front())) << out.front();
      EXPECT_LE(out.front().size(), 30u);
      text.insert(2, "a");
    }
  }
}

TEST(json_items, read_past_what_is_too_large) {
  std::string many = "{";
  for (int each = 0; each < 1'000; ++each) many += "\"" + std::to_string(each) + "\":0,";
  many += "\"timeNano\":17}";
  const std::string large = "large " + std::to_string(many.size());
  EXPECT_THAT(items_of(json_form::lines, {"{}\n" + many, "\n", "1\n" + many + "\n2"}),
              ElementsAre("{}", large, "1", large, "2"));
  EXPECT_THAT(items_of(json_form::list, {"[{}," + many + ",1]"}), ElementsAre("{}", large, "1"));

  json_items items(json_form::lines, {.item_bytes = 2'000});
  items.feed(many + "\n");
  const auto out = items.next();
  ASSERT_TRUE(out && out->is_large);
  EXPECT_EQ(out->text, many.substr(0, json_items::begin_bytes));
  EXPECT_TRUE(many.ends_with(out->end)) << out->end;
  EXPECT_GE(out->end.size(), json_items::end_bytes);
}

TEST(json_items, have_a_limit_of_bytes) {
  EXPECT_THAT(items_of(json_form::lines, {std::string(100, '1') + "\n" + std::string(101, '1')}),
              ElementsAre(std::string(100, '1'), "large 101"));
}

TEST(json_items, begin_anew_with_each_line_whatever_was_before) {
  EXPECT_THAT(items_of(json_form::lines, {"{\"a\n{}\n\"\\\n{}\n}}]\n{}"}),
              ElementsAre("{\"a", "{}", "\"\\", "{}", "}}]", "{}"));
}

TEST(json_items, of_a_list_survive_a_bad_one) {
  EXPECT_THAT(items_of(json_form::list, {"[{}, nonsense, {\"a\":01}, {\"b\"]}, }, ,{\"c\":{}}]"}),
              ElementsAre("{}", "nonsense", "{\"a\":01}", "{\"b\"]}", "}", "{\"c\":{}}"));
}

TEST(json_items, know_a_whole_list) {
  for (const char* text : {"[]", " [1]\n", "[{},[],\"]\"]"})
    EXPECT_TRUE(is_whole_list(text)) << text;
  for (const char* text :
       {"", " ", "[", "[1", "[{}", "[\"]", "{}", "null", "<html>", "[] []", "[]x", "x[]", "[{]"}) {
    EXPECT_FALSE(is_whole_list(text)) << text;
  }
}

// Garbage of every kind between good values; all of these come out, once and in order.
std::string garbage(test::dice& random) {
  switch (random.upto(6)) {
    case 0:
      return std::string(random.upto(300), ' ');
    case 1:
      return "{\"label\":\"" + std::string(random.upto(500), '\\');
    case 2:
      return "<html>" + std::string(random.upto(300), '"');
    case 3:
      return std::string(random.upto(300), '[');
    case 4:
      return std::string(random.upto(300), '}');
    case 5:
      return std::string(random.upto(3), '\xFF') + std::string(1, '\0');
    default:
      return "{\"n\":1e400,\"m\":99999999999999999999}";
  }
}

TEST(json_items, come_out_once_and_in_order_among_garbage) {
  for (const auto seed : test::seeds(300)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    std::string stream;
    std::vector<std::string> good;
    for (std::size_t count = random.upto(60); count > 0; --count) {
      if (random.one_in(2)) {
        stream += garbage(random) + "\n";
        continue;
      }
      good.push_back("{\"id\":" + std::to_string(good.size()) + ",\"label\":\"" +
                     std::string(random.upto(20), 'x') + "\"}");
      stream += good.back() + "\n";
    }
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < stream.size();) {
      pieces.push_back(stream.substr(at, 1 + random.upto(random.one_in(2) ? 3 : 200)));
      at += pieces.back().size();
    }
    std::vector<std::string> out = items_of(json_form::lines, pieces);
    std::erase_if(out, [](const auto& each) { return !each.starts_with("{\"id\":"); });
    EXPECT_EQ(out, good);
  }
}

TEST(json_items, of_a_random_list_come_out_once_and_in_order) {
  for (const auto seed : test::seeds(300)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    const std::vector<std::string> bad = {"nonsense",     "{\"a\":}", "[1,]",
                                          "{\"\xFF\":0}", "01",       "\"\\q\""};
    std::string body = "[";
    std::vector<std::string> good;
    for (std::size_t count = random.upto(60); count > 0; --count) {
      std::string each = bad.at(random.upto(bad.size() - 1));
      if (random.one_in(2)) {
        each = "{\"Id\":" + std::to_string(good.size()) + ",\"L\":{\"],[}{\\\"\":[[]]}}";
        good.push_back(each);
      }
      body += each + (count > 1 ? "," : "");
    }
    json_items items(json_form::list, small_limits);
    std::vector<std::string> out;
    body += "]";
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t size = 1 + random.upto(9);
      items.feed(std::string_view(body).substr(at, size));
      drain_items(items, out);
      at += size;
    }
    EXPECT_TRUE(items.is_whole_list());
    std::erase_if(out, [](const auto& each) { return !each.starts_with("{\"Id\":"); });
    EXPECT_EQ(out, good);
  }
}

}  // namespace
}  // namespace gantry::engine
