#include "executor/ending.hpp"

namespace gantry {
namespace {

constexpr const char* read_again =
    "What was not written to the database is read from the containers' logs again by the next "
    "start, and what the core has read since the last write may be told again";

std::string what_is_held(ending_step held) {
  switch (held) {
    case ending_step::starting:
      return "the state folder does not open: its disk does not answer. Nothing was begun";
    case ending_step::working:
      return std::string(
                 "its thread is held by a call of the system, such as reading a file on a disk "
                 "that does not answer. The core was told nothing. ") +
             read_again;
    case ending_step::telling_core:
      return std::string("the connection to the core does not end. ") + read_again;
    case ending_step::ending_work:
      return std::string("what is under way with the engine does not end. ") + read_again;
    case ending_step::writing:
      return std::string("the disk has not taken the last writes. ") + read_again;
    case ending_step::closing:
      return "the database does not close: its disk does not answer. All was written";
  }
  return {};
}

}  // namespace

std::string why_cut_short(ending_step held) {
  return "ended by force, since it was asked to stop and is not done: " + what_is_held(held);
}

}  // namespace gantry
