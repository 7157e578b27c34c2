// One write in the making: numbers what is collected, and puts it into a batch.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>

#include "executor/outbox/intake.hpp"
#include "executor/outbox/lanes.hpp"

namespace gantry::outbox {

// Which numbers come next. Goes on over restarts.
struct numbering {
  row_id next_id = 1;
  std::map<model::emitter_id, std::uint64_t> next_seq;  // 1 where there is none
};

class draft final : public collection {
 public:
  using time_to_live =
      std::function<std::optional<std::chrono::milliseconds>(const model::emitter_id&)>;

  // What is added fits into a frame of `frame_bytes_max`.
  draft(const myko::moment& now, numbering& numbers, lanes& lanes, const time_to_live& lives,
        std::size_t frame_bytes_max = static_cast<std::size_t>(-1))
      : now_(now),
        numbers_(numbers),
        lanes_(lanes),
        lives_(lives),
        frame_bytes_max_(frame_bytes_max) {}

  [[nodiscard]] const myko::moment& now() const override { return now_; }
  [[nodiscard]] std::uint64_t number(const model::emitter_id& emitter,
                                     std::uint64_t count) override;
  void cut(record& next) const override;
  void add(record next) override;
  void save(saved_container state) override;
  void forget_container(const std::string& id) override;

  // What else is to be written at the same time.
  [[nodiscard]] batch& rest() { return batch_; }
  // Those that it drops. To be called before anything is added: what is added then is of a target
  // that comes back, numbered from 1.
  void drop_targets();
  [[nodiscard]] batch take() { return std::move(batch_); }

 private:
  void add_each_line(const record& combined);
  void put(record next);

  myko::moment now_;
  numbering& numbers_;
  lanes& lanes_;
  const time_to_live& lives_;
  std::size_t frame_bytes_max_;
  batch batch_;
};

}  // namespace gantry::outbox
