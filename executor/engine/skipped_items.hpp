// What an engine sent and gantry passed over, since it could not be understood or was too large:
// counted, and each kind told once; then again with its count, at each ten times as many.
//
// Thread rule: one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "myko/log.hpp"

namespace gantry::engine {

enum class item_kind { event, list_entry, pull_step, log_frame, exec_frame, measurement };
inline constexpr std::size_t item_kinds = 6;

class skipped_items {
 public:
  // `whose` names the sender, as in "WHOSE sent an event ...". `log` may be empty.
  skipped_items(std::string whose, log_sink log) : whose_(std::move(whose)), log_(std::move(log)) {}
  void is_of(std::string whose) { whose_ = std::move(whose); }

  // `why` may repeat what the engine sent in as far as it cannot be a secret. It is made printable.
  void add(item_kind kind, std::string_view why) { add(kind, 1, why); }
  void add(item_kind kind, std::uint64_t more, std::string_view why);

  [[nodiscard]] std::uint64_t count(item_kind kind) const {
    return counts_.at(static_cast<std::size_t>(kind));
  }

 private:
  std::string whose_;
  log_sink log_;
  std::array<std::uint64_t, item_kinds> counts_{};
};

}  // namespace gantry::engine
