// The JSON values of an engine's answer, one by one, wherever its bytes are cut: so that one of
// them which is foreign, or far too large, costs none of the others, and no memory.
//
// A label may have megabytes, and so may the command of an exec, which is part of its event: long
// strings are cut while they are read, and what is left is JSON as before. Of a value that is too
// long all the same only the begin and the end are kept, until it is over.
//
// Plain bytes in, plain texts out. What is no JSON comes out as it is, for who reads it to refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gantry::engine {

// How the values follow each other.
enum class json_form {
  value,  // there is only one
  lines,  // one a line: events, the steps of a pull
  list,   // as the elements of one array
};

struct json_limits {
  std::size_t item_bytes = 0;           // of a value, once its strings are cut
  std::size_t string_bytes = 32 << 10;  // of a string, as it is written; the rest is cut off
};

struct json_item {
  std::string_view text;    // of a large one its begin: json_items::begin_bytes
  std::string_view end;     // of a large one its end: json_items::end_bytes, or some more
  std::uint64_t bytes = 0;  // that it had, as it came
  bool is_large = false;
};

class json_items {
 public:
  static constexpr std::size_t begin_bytes = 1'024;
  static constexpr std::size_t end_bytes = 256;

  json_items(json_form form, json_limits limits) : form_(form), limits_(limits) {}

  // Takes bytes as they came. The views of an earlier value end here.
  void feed(std::string_view bytes);

  // The answer ended: a last line needs no newline.
  void end() { ended_ = true; }

  // The next whole value that is not blank; nothing until more bytes come. The views of the one
  // before end here.
  [[nodiscard]] std::optional<json_item> next();

  // Is the present value beyond its limit already?
  [[nodiscard]] bool is_large() const { return is_large_; }

  // Of a list: has it begun and ended, with nothing around it? What breaks off is none.
  [[nodiscard]] bool is_whole_list() const { return depth_ == 0 && was_list_ && !is_broken_; }

 private:
  // Both take the next byte; true: a value ended with it.
  bool take(char byte);
  bool take_of_list(char byte);
  void take_of_string(char byte);
  void keep(char byte);
  [[nodiscard]] std::optional<json_item> whole();
  void begin_anew();

  json_form form_;
  json_limits limits_;
  std::string in_;
  std::size_t at_ = 0;  // what is before is done with
  bool ended_ = false;

  std::string text_;  // of the present value
  std::string end_;
  std::uint64_t bytes_ = 0;
  bool is_large_ = false;
  bool given_ = false;  // it was, and is over

  bool in_string_ = false;
  bool cut_ = false;              // the rest of the present string is left out
  std::size_t string_bytes_ = 0;  // of it, kept
  int escape_ = 0;                // so many bytes of an escape sequence are to come

  int depth_ = 0;  // of brackets, in a list
  bool was_list_ = false;
  bool is_broken_ = false;  // it is no list
};

}  // namespace gantry::engine
