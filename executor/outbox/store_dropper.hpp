// Drops pulses and leaves notices in their places, such that the numbers of every emitter stay
// without a gap. For one go within a transaction.
//
// A sealed record may be on its way: if it expires, its notice stands for it alone and is sealed as
// well, since the acknowledgement of its id may still come, for what was sent.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "executor/outbox/database.hpp"
#include "executor/outbox/store_usage.hpp"

namespace gantry::outbox {

class dropper {
 public:
  dropper(database& in, tally& known) : database_(in), known_(known) {}

  void keep_below(std::uint64_t bytes_max);
  void expire(std::int64_t now, std::size_t rows_max);

 private:
  // A row without its body, but for the reason of a notice.
  struct row {
    row_id id = 0;
    std::int64_t lane = 0;
    std::int64_t emitter = 0;
    std::uint64_t seq = 0;
    std::uint64_t count = 0;
    outbox::form form = form::data;
    std::uint64_t cost = 0;
    bool sealed = false;
    std::string reason;
  };
  // The record of an emitter right before the next one of it; it may take that one in, or not.
  struct last_record {
    row_id notice = 0;  // 0: it is none, or sealed
    std::uint64_t seq = 0;
    std::uint64_t count = 0;
    std::string reason;
    bool changed = false;
  };

  [[nodiscard]] static row read(const query& each);
  [[nodiscard]] static last_record as_last(const row& each);
  [[nodiscard]] std::vector<row> rows_after(row_id id);
  [[nodiscard]] last_record before(const row& next);
  void drop(const row& each, const std::string& reason);
  void replace(const row& each, const std::string& reason);
  void write(const last_record& each);

  database& database_;
  tally& known_;
  std::unordered_map<std::int64_t, last_record> last_;  // by emitter
};

}  // namespace gantry::outbox
