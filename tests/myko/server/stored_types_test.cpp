// Which types there are, and their names in the ids of queries and commands.
#include "myko/server/stored_types.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

TEST(stored_types, are_known_by_their_whole_name) {
  for (const char* type : {"Action", "TargetStatus", "EventTrack", "ValueTrack", "Site", "User"}) {
    EXPECT_TRUE(is_stored(type)) << type;
  }
  for (const char* type : {"", " ", "Act", "ction", "Action ActionStatus", "action", "Alert",
                           "Client", "Composition", "Action "}) {
    EXPECT_FALSE(is_stored(type)) << type;
  }
}

TEST(stored_types, are_found_in_the_ids_of_queries) {
  EXPECT_EQ(type_between("GetAllTargetStatuss", "GetAll", "s"), "TargetStatus");
  EXPECT_EQ(type_between("GetPulsesByIds", "Get", "sByIds"), "Pulse");
  EXPECT_EQ(type_between("GetAllClients", "GetAll", "s"), "Client");
  EXPECT_EQ(type_between("DeleteTargetStatus", "Delete", ""), "TargetStatus");
  for (const char* id : {"GetAlls", "GetAll", "GetAllTarget", "GetAllAlerts", "GetAllTargets2"}) {
    EXPECT_EQ(type_between(id, "GetAll", "s"), std::nullopt) << id;
  }
}

}  // namespace
}  // namespace gantry::myko
