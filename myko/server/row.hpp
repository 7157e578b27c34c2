// An item of the rust generation as it is kept: a row.
#pragma once

#include <string>
#include <vector>

#include "myko/messages.hpp"
#include "myko/server/item_intake.hpp"

namespace gantry::myko {

// `kept.body` has the fields that the type has, in a fixed order, and nothing else: rows with equal
// text are equal. `kept.hash` is empty.
struct row {
  std::string type;
  kept_item kept;
  std::vector<std::string> parents;  // ids, in the order of links_of(type); empty: none
};

struct row_event {
  change_type change = change_type::set;
  row of;
};

}  // namespace gantry::myko
