// The database's file: opening it, telling damage from trouble, moving it aside.
#pragma once

#include <string>

#include "executor/outbox/database.hpp"
#include "executor/outbox/store.hpp"
#include "executor/outbox/store_shelf.hpp"

namespace gantry::outbox {

enum class failure {
  none,
  trouble,  // it may work again later
  damage,   // this file never will
};

[[nodiscard]] failure failure_of(const database& in);

// What is wrong, for an operator: a plain word, the file, and what SQLite says.
[[nodiscard]] std::string in_words(const database& in, const std::string& file);

struct opened {
  failure what = failure::none;
  std::string why;
};

// Makes the file if it is not there, brings its tables up to date and reads it.
[[nodiscard]] opened open_file(shelf& out, const std::string& file, durability how,
                               snapshot& found);

// Renames the file, with its log, to FILE.damaged-N, and gives that name; empty if it failed. The
// numbers go up, and three are kept.
[[nodiscard]] std::string set_aside(const std::string& file);

}  // namespace gantry::outbox
