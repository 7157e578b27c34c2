#include "executor/slots/ecma_pattern.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace gantry::slots {
namespace {

// White space of ECMA-262 (\s), and all else (\S), as the inside of a class.
constexpr std::string_view space =
    R"(\x{9}-\x{D}\x{20}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})"
    R"(\x{FEFF})";
constexpr std::string_view no_space =
    R"(\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027})"
    R"(\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF})";
constexpr std::string_view anything = R"([\x{0}-\x{10FFFF}])";
constexpr std::string_view nothing = R"([^\x{0}-\x{10FFFF}])";
constexpr std::string_view no_line_end = R"([^\n\r\x{2028}\x{2029}])";

// Their long names in ECMA-262, which RE2 does not know.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> categories{
    {{"Letter", "L"},
     {"Lowercase_Letter", "Ll"},
     {"Uppercase_Letter", "Lu"},
     {"Mark", "M"},
     {"Number", "N"},
     {"Decimal_Number", "Nd"},
     {"digit", "Nd"},
     {"Punctuation", "P"},
     {"punct", "P"},
     {"Symbol", "S"},
     {"Separator", "Z"},
     {"Space_Separator", "Zs"}}};

bool is_digit(char each) { return each >= '0' && each <= '9'; }
bool is_letter(char each) {
  const char lower = static_cast<char>(each | 0x20);
  return lower >= 'a' && lower <= 'z';
}

std::string hexadecimal(std::uint32_t code) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), code, 16).ptr;
  return "\\x{" + std::string(digits.data(), end) + "}";
}

// What a part of a class or an escape stands for: one code point, or several.
struct ecma_atom {
  std::string text;   // for RE2; of several, the inside of a class
  bool one = true;    // it may begin or end a range
  bool bare = false;  // to be used as it is, outside of classes alone
};

class ecma_translator {
 public:
  explicit ecma_translator(std::string_view from) : rest_(from) {}

  result<std::string> run() {
    while (!rest_.empty() && !why_) step();
    if (why_) return failure{make_error_code(boost::system::errc::invalid_argument), *why_};
    return std::move(out_);
  }

 private:
  void step() {
    const char next = rest_.front();
    if (next == '\\') {
      rest_.remove_prefix(1);
      const ecma_atom atom = escape(false);
      out_ += atom.one || atom.bare ? atom.text : "[" + atom.text + "]";
      return;
    }
    if (next == '(') return group();
    if (next == '[') return char_class();
    rest_.remove_prefix(1);
    if (next == '.') {
      out_ += no_line_end;
    } else if (next == '{' && !is_repetition()) {
      out_ += R"(\{)";
    } else if (next == ']') {
      out_ += R"(\])";
    } else {
      out_ += next;
    }
  }

  // Behind the brace: "3}", "3,}" or "3,5}". All else is a brace.
  [[nodiscard]] bool is_repetition() const {
    std::string_view rest = rest_;
    const auto number = [&rest] {
      const auto end = std::ranges::find_if_not(rest, is_digit);
      const bool any = end != rest.begin();
      rest.remove_prefix(static_cast<std::size_t>(end - rest.begin()));
      return any;
    };
    if (!number()) return false;
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
      number();
    }
    return rest.starts_with('}');
  }

  void group() {
    rest_.remove_prefix(1);
    out_ += "(?:";
    if (!rest_.starts_with('?')) return;
    if (take("?:")) return;
    if (rest_.starts_with("?=") || rest_.starts_with("?!") || rest_.starts_with("?<=") ||
        rest_.starts_with("?<!")) {
      return fail("look-around such as (?=...) is not taken: say it by several patterns (allOf)");
    }
    const auto end = rest_.find('>');
    if (!take("?<") || end == rest_.npos) return fail("a group begins with (?:, (?<name> or (");
    rest_.remove_prefix(end - 1);
  }

  void char_class() {
    rest_.remove_prefix(1);
    const bool is_negated = take("^");
    if (take("]")) {
      out_ += is_negated ? anything : nothing;
      return;
    }
    out_ += is_negated ? "[^" : "[";
    while (!rest_.empty() && !why_) {
      if (take("]")) {
        out_ += ']';
        return;
      }
      const ecma_atom first = class_atom();
      out_ += first.text;
      if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') continue;
      rest_.remove_prefix(1);
      const ecma_atom last = class_atom();
      out_ += first.one && last.one ? "-" + last.text : "\\-" + last.text;
    }
    fail("a class lacks its ]");
  }

  ecma_atom class_atom() { return take("\\") ? escape(true) : literal(); }

  // One character, which means itself.
  ecma_atom literal() {
    const char next = rest_.front();
    rest_.remove_prefix(1);
    if (static_cast<unsigned char>(next) < 0x80U) {
      return {hexadecimal(static_cast<unsigned char>(next))};
    }
    std::string out(1, next);  // with the rest of the character
    while (!rest_.empty() && (static_cast<unsigned char>(rest_.front()) & 0xC0U) == 0x80U) {
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    return {out};
  }

  // Behind the backslash.
  ecma_atom escape(bool in_class) {
    if (rest_.empty()) return failed("it ends with a backslash");
    const char kind = rest_.front();
    if (!is_letter(kind) && !is_digit(kind)) return literal();
    rest_.remove_prefix(1);
    switch (kind) {
      case 'd':
        return {"0-9", false};
      case 'D':
        return {R"(\x{0}-\x{2F}\x{3A}-\x{10FFFF})", false};
      case 'w':
        return {"0-9A-Za-z_", false};
      case 'W':
        return {R"(\x{0}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{5E}\x{60}\x{7B}-\x{10FFFF})", false};
      case 's':
        return {std::string(space), false};
      case 'S':
        return {std::string(no_space), false};
      case 'b':
        return in_class ? ecma_atom{hexadecimal(8)} : ecma_atom{R"(\b)", false, true};
      case 'B':
        return in_class ? failed("\\B is no character") : ecma_atom{R"(\B)", false, true};
      case 'p':
      case 'P':
        return property(kind);
      default:
        return character(kind);
    }
  }

  ecma_atom character(char kind) {
    static constexpr std::string_view controls = "t\tn\nv\vf\fr\r";
    if (const auto at = controls.find(kind); at != controls.npos) {
      return {hexadecimal(static_cast<unsigned char>(controls[at + 1]))};
    }
    if (is_digit(kind) || kind == 'k') {
      if (kind == '0' && (rest_.empty() || !is_digit(rest_.front()))) return {hexadecimal(0)};
      return failed("a back-reference such as \\1 is not taken");
    }
    if (kind == 'x') return code(hex_digits(2), R"(\x takes two hexadecimal digits)");
    if (kind == 'u') return unicode();
    if (kind == 'c') {
      if (rest_.empty() || !is_letter(rest_.front())) return failed(R"(\c takes a letter)");
      const auto letter = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      return {hexadecimal(letter & 0x1FU)};
    }
    return failed("\\" + std::string(1, kind) + " is not known");
  }

  ecma_atom unicode() {
    static constexpr const char* how = R"(\u takes four hexadecimal digits, or some in braces)";
    if (take("{")) {
      const auto end = rest_.find('}');
      if (end == rest_.npos || end == 0 || end > 6) return failed(how);
      const auto found = hex_digits(end);
      take("}");
      return code(found, how);
    }
    const auto first = hex_digits(4);
    if (!first || (*first & 0xFC00U) != 0xD800U || !take("\\u")) return code(first, how);
    const auto second = hex_digits(4);
    if (!second || (*second & 0xFC00U) != 0xDC00U) return code(first, how);
    return code(0x10000U + ((*first & 0x3FFU) << 10U) + (*second & 0x3FFU), how);
  }

  ecma_atom code(std::optional<std::uint32_t> found, const char* how) {
    if (!found || *found > 0x10FFFFU) return failed(how);
    if (*found >= 0xD800U && *found <= 0xDFFFU) {
      return failed("half of a surrogate pair is in no text");
    }
    return {hexadecimal(*found)};
  }

  ecma_atom property(char kind) {
    const auto end = rest_.find('}');
    if (!take("{") || end == rest_.npos) return failed(R"(\p takes a property in braces)");
    std::string_view name = rest_.substr(0, end - 1);
    rest_.remove_prefix(end);
    if (const auto equals = name.find('='); equals != name.npos) name.remove_prefix(equals + 1);
    const auto* const known =
        std::ranges::find(categories, name, &decltype(categories)::value_type::first);
    if (known != categories.end()) name = known->second;
    return {"\\" + std::string(1, kind) + "{" + std::string(name) + "}", false};
  }

  std::optional<std::uint32_t> hex_digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    std::uint32_t out = 0;
    const char* const end = rest_.data() + count;
    const auto [stop, error] = std::from_chars(rest_.data(), end, out, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    rest_.remove_prefix(count);
    return out;
  }

  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  void fail(std::string why) {
    if (!why_) why_ = std::move(why);
  }
  ecma_atom failed(std::string why) {
    fail(std::move(why));
    return {};
  }

  std::string_view rest_;
  std::string out_;
  std::optional<std::string> why_;
};

}  // namespace

result<std::string> re2_of_ecma(std::string_view pattern) { return ecma_translator(pattern).run(); }

}  // namespace gantry::slots
