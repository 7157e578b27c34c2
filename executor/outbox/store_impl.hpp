// The store's inside: the database on disk, and while that takes nothing a spill beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "executor/outbox/store.hpp"
#include "executor/outbox/store_lane_loader.hpp"
#include "executor/outbox/store_shelf.hpp"
#include "executor/outbox/store_spill.hpp"

namespace gantry::outbox {

class store::impl {
 public:
  explicit impl(store_config config);

  [[nodiscard]] snapshot open();
  [[nodiscard]] totals write(const batch& what);
  void try_again();
  [[nodiscard]] std::vector<loaded> load(const std::vector<load_request>& wanted);
  [[nodiscard]] const totals& count() const { return totals_; }

 private:
  [[nodiscard]] std::int64_t now() const;
  [[nodiscard]] bool write_disk(const batch& what, std::int64_t time);
  void recover(std::int64_t time);
  [[nodiscard]] std::string no_room() const;
  [[nodiscard]] bool load_shelf(shelf& from, const std::vector<load_request>& wanted,
                                std::vector<loaded>& out);
  [[nodiscard]] std::vector<loaded> load_spilling(const std::vector<load_request>& wanted);

  // In store_life.cpp.
  bool open_disk(snapshot& found);
  [[nodiscard]] bool renewed_after_failure();
  bool begin_anew(const std::string& why);
  void close_disk();
  void start_spill();
  void end_spill();
  void add_up();

  store_config config_;
  std::unique_ptr<shelf> disk_;
  std::unique_ptr<spill> spill_;  // null: the disk is written
  bool began_ = false;            // a database was in use, on disk or in memory
  std::int64_t tried_at_ = 0;     // the last time that the disk was looked at
  tally closed_;                  // what was dropped in databases that are not in use any more
  std::string trouble_;
  std::string notice_;
  std::uint64_t renewed_ = 0;
  totals totals_;
};

}  // namespace gantry::outbox
