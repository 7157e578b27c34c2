// The states of containers and runs that earlier versions have left are understood.
#include <gmock/gmock.h>

#include "executor/engine/log_cursor.hpp"
#include "executor/fleet/watch_state.hpp"
#include "executor/outbox/store.hpp"
#include "executor/slots/run_record.hpp"
#include "tests/executor/outbox/earlier_states.hpp"

namespace gantry::fleet {
namespace {

class earlier_fleet : public testing::TestWithParam<outbox::earlier_state> {
 protected:
  outbox::snapshot open() {
    outbox::store_config config;
    config.file = GetParam().copy_into(folder_);
    return outbox::store(config).open();
  }

 private:
  temp_folder folder_;
};

TEST_P(earlier_fleet, is_known_with_its_places_in_the_logs_and_its_runs) {
  const outbox::snapshot found = open();
  EXPECT_FALSE(found.containers.empty());
  for (const outbox::saved_container& each : found.containers) {
    const auto state = parse_watch_state(each.runs);
    EXPECT_TRUE(state) << each.path << ": " << state.error().message;
    const auto cursor = engine::parse_log_cursor(each.cursor);
    EXPECT_TRUE(cursor || each.cursor.empty()) << each.path << ": " << cursor.error().message;
  }
  std::vector<std::string> damaged;
  EXPECT_FALSE(slots::records_of(found.facts, damaged).empty());
  EXPECT_THAT(damaged, testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(versions, earlier_fleet, testing::ValuesIn(outbox::earlier_states()),
                         [](const auto& each) { return outbox::name_of(each.param); });

}  // namespace
}  // namespace gantry::fleet
