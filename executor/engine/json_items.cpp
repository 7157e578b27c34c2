#include "executor/engine/json_items.hpp"

#include <utility>

namespace gantry::engine {
namespace {

constexpr std::string_view json_blanks = " \t\r\n";

bool is_blank(char byte) { return json_blanks.find(byte) != std::string_view::npos; }

// Of a character of UTF-8 that has more than one byte: any but the first.
bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace

void json_items::feed(std::string_view bytes) {
  in_.erase(0, at_);
  at_ = 0;
  in_.append(bytes);
}

std::optional<json_item> json_items::next() {
  if (given_) begin_anew();
  while (at_ < in_.size()) {
    if (!take(in_[at_++])) continue;
    if (auto out = whole()) return out;
    begin_anew();
  }
  return ended_ && form_ != json_form::list ? whole() : std::nullopt;
}

bool json_items::take(char byte) {
  if (form_ == json_form::lines && byte == '\n') return true;  // in no string of JSON
  if (in_string_) {
    take_of_string(byte);
    return false;
  }
  if (form_ == json_form::list) return take_of_list(byte);
  in_string_ = byte == '"';
  keep(byte);
  return false;
}

bool json_items::take_of_list(char byte) {
  if (depth_ == 0) {
    if (is_blank(byte)) return false;
    if (byte != '[' || std::exchange(was_list_, true)) {
      is_broken_ = true;
    } else {
      depth_ = 1;
    }
    return false;
  }
  if (depth_ == 1 && (byte == ',' || byte == ']')) {
    if (byte == ']') depth_ = 0;
    return true;
  }
  if (text_.empty() && is_blank(byte)) return false;
  in_string_ = byte == '"';
  if (byte == '{' || byte == '[') ++depth_;
  if ((byte == '}' || byte == ']') && depth_ > 1) --depth_;
  keep(byte);
  return false;
}

void json_items::take_of_string(char byte) {
  const bool may_be_cut = escape_ == 0 && !continues_character(byte);
  if (escape_ > 0) {
    --escape_;
    if (byte == 'u' && escape_ == 0 && text_.ends_with('\\')) escape_ = 4;  // and its four digits
  } else if (byte == '"') {
    in_string_ = cut_ = false;
    string_bytes_ = 0;
    return keep(byte);
  } else if (byte == '\\') {
    escape_ = 1;
  }
  cut_ = cut_ || (may_be_cut && string_bytes_ >= limits_.string_bytes);
  if (cut_) {
    ++bytes_;
  } else {
    ++string_bytes_;
    keep(byte);
  }
}

void json_items::keep(char byte) {
  ++bytes_;
  if (!is_large_ && text_.size() < limits_.item_bytes) {
    text_ += byte;
    return;
  }
  if (!is_large_) {
    is_large_ = true;
    if (text_.size() > begin_bytes) text_.resize(begin_bytes);
    text_.shrink_to_fit();
  }
  end_ += byte;
  if (end_.size() >= 2 * end_bytes) end_.erase(0, end_.size() - end_bytes);
}

// Nothing if it is blank.
std::optional<json_item> json_items::whole() {
  given_ = true;
  if (!is_large_ && text_.find_first_not_of(json_blanks) == std::string::npos) return std::nullopt;
  return json_item{text_, end_, bytes_, is_large_};
}

void json_items::begin_anew() {
  text_.clear();
  end_.clear();
  bytes_ = 0;
  is_large_ = given_ = in_string_ = cut_ = false;
  string_bytes_ = 0;
  escape_ = 0;
}

}  // namespace gantry::engine
