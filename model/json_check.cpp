#include "model/json_check.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace gantry::json {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Close to the largest double, parsers that sum up digits arrive at infinity where there are more
// than are needed.
bool is_finite(std::string_view number) {
  constexpr std::size_t surely_finite = 300;  // digits
  constexpr double near_the_largest = 1.797e308;
  constexpr std::ptrdiff_t needed = 17;  // digits tell any double from all others
  const std::size_t exponent = number.find_first_of("eE");
  if (exponent == std::string_view::npos && number.size() < surely_finite) return true;
  const double size = std::abs(std::strtod(std::string(number).c_str(), nullptr));
  if (size < near_the_largest) return true;
  return std::isfinite(size) &&
         std::ranges::count_if(number.substr(0, exponent), is_digit) <= needed;
}

// Half of a surrogate pair, \uD800 to \uDFFF, at this place; 0: something else.
unsigned surrogate_at(std::string_view bytes, std::size_t at) {
  if (bytes.size() - at < 6 || bytes[at] != '\\' || bytes[at + 1] != 'u') return 0;
  unsigned code = 0;
  const char* const first = bytes.data() + at + 2;
  const auto [end, error] = std::from_chars(first, first + 4, code, 16);
  return error == std::errc() && end == first + 4 && (code & 0xF800U) == 0xD800U ? code : 0;
}

// Reads one value from its beginning to its end, and keeps nothing but what is open.
class checker {
 public:
  explicit checker(std::string_view in) : in_(in) {}

  result<demands> run() {
    if (!begin_value()) return failure_here();
    while (!open_.empty()) {
      if (!end_value()) return failure_here();
    }
    if (next() == 0 && at_ == in_.size()) return out_;
    why_ = "more than one value";
    return failure_here();
  }

 private:
  // The next byte that is no white space; 0 at the end of the text, and for a NUL.
  char next() {
    at_ = std::min(in_.find_first_not_of(" \t\r\n", at_), in_.size());
    return at_ < in_.size() ? in_[at_] : '\0';
  }
  bool takes(char byte) {
    if (next() != byte) return false;
    ++at_;
    return true;
  }
  bool takes_literal(std::string_view literal) {
    if (!in_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }

  // A whole scalar, or all up to the first scalar within.
  bool begin_value() {
    for (;;) {
      const char first = next();
      if (first == '"') return takes_string();
      if (first == 't') return takes_literal("true");
      if (first == 'f') return takes_literal("false");
      if (first == 'n') return takes_literal("null");
      if (first != '{' && first != '[') return takes_number();
      ++at_;
      const bool object = first == '{';
      if (takes(object ? '}' : ']')) {
        out_.depth = std::max(out_.depth, open_.size() + 1);
        return true;
      }
      open_.push_back(object ? '}' : ']');
      out_.depth = std::max(out_.depth, open_.size());
      if (object && !takes_name()) return false;
    }
  }

  // What stands behind a value: an end, or the next one.
  bool end_value() {
    const char closing = open_.back();
    if (takes(closing)) {
      open_.pop_back();
      return true;
    }
    return takes(',') && (closing == ']' || takes_name()) && begin_value();
  }

  bool takes_name() { return next() == '"' && takes_string() && takes(':'); }

  bool takes_string() {
    for (++at_; at_ < in_.size(); ++at_) {
      const char byte = in_[at_];
      if (byte == '"') return ++at_, true;
      if (static_cast<unsigned char>(byte) < 0x20) return false;
      if (byte == '\\' && !passes_escape()) return false;
    }
    return false;
  }

  // Leaves off at the last byte of it.
  bool passes_escape() {
    constexpr std::string_view short_ones = "\"\\/bfnrt";
    if (at_ + 1 == in_.size()) return false;
    if (short_ones.find(in_[at_ + 1]) != std::string_view::npos) return ++at_, true;
    if (const unsigned half = surrogate_at(in_, at_); half != 0) {
      const unsigned other = surrogate_at(in_, at_ + 6);
      if (half >= 0xDC00U || other < 0xDC00U) {
        why_ = "an escaped half of a surrogate pair";
        return false;
      }
      at_ += 11;
      return true;
    }
    const std::string_view digits = in_.substr(at_ + 2, 4);
    const bool hexadecimal = in_[at_ + 1] == 'u' && digits.size() == 4 &&
                             digits.find_first_not_of("0123456789abcdefABCDEF") == digits.npos;
    at_ += 5;
    return hexadecimal;
  }

  bool takes_digits() {
    const std::size_t before = at_;
    while (at_ < in_.size() && is_digit(in_[at_])) ++at_;
    return at_ > before;
  }

  bool takes_number() {
    const std::size_t begin = at_;
    takes_literal("-");
    if (!takes_literal("0") && !takes_digits()) return false;
    if (takes_literal(".") && !takes_digits()) return false;
    if (takes_literal("e") || takes_literal("E")) {
      if (!takes_literal("+")) takes_literal("-");
      if (!takes_digits()) return false;
    }
    out_.finite = out_.finite && is_finite(in_.substr(begin, at_ - begin));
    return true;
  }

  [[nodiscard]] failure failure_here() const {
    return not_json(std::string(why_) + " at byte " +
                    std::to_string(std::min(at_, in_.size()) + 1));
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::vector<char> open_;  // what closes them
  std::string_view why_ = "unexpected text";
  demands out_;
};

}  // namespace

failure not_json(const std::string& why) {
  return {make_error_code(boost::system::errc::illegal_byte_sequence), "not JSON: " + why};
}

std::optional<failure> byte_order_mark(std::string_view bytes) {
  if (!bytes.starts_with("\xEF\xBB\xBF")) return std::nullopt;
  return not_json("it begins with a byte order mark");
}

result<demands> check(std::string_view bytes) {
  if (auto mark = byte_order_mark(bytes)) return *std::move(mark);
  if (!simdjson::validate_utf8(bytes.data(), bytes.size())) return not_json("it is not UTF-8");
  return checker(bytes).run();
}

std::optional<std::string> without_lone_surrogates(std::string_view bytes) {
  std::string out;
  bool any = false;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t take = bytes[at] == '\\' ? std::min<std::size_t>(2, bytes.size() - at) : 1;
    if (const unsigned code = surrogate_at(bytes, at); code != 0) {
      take = 6;
      const unsigned next = at + 6 < bytes.size() ? surrogate_at(bytes, at + 6) : 0;
      if (code < 0xDC00U && next >= 0xDC00U) {
        take = 12;
      } else {
        any = true;
        out += "\\uFFFD";
        at += take;
        continue;
      }
    }
    out += bytes.substr(at, take);
    at += take;
  }
  if (!any) return std::nullopt;
  return out;
}

}  // namespace gantry::json
