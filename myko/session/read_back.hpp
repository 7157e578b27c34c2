// What a core holds of what it was told. No core acknowledges an event, and one that does not take
// an item drops it in silence: only asking tells.
//
// Asks a part at a time, so that neither side holds much at once, and cancels each question after
// its first answer. Source: core-2026, Storing and Talking.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/catalogue.hpp"
#include "myko/session/row_query.hpp"

namespace gantry::myko {

using item_key = std::pair<std::string, std::string>;  // type and id

// What is read back of a catalogue: its Instance, Targets, Actions, Emitters and TargetStatuses.
// Not the Machine, whose row may be another's, and no Alerts, which not every core has.
[[nodiscard]] std::set<item_key> keys_of(const model::catalogue& all);
[[nodiscard]] bool publishes(const model::catalogue& all, const item_key& key);

// The questions that find these, with so many ids in each at most.
[[nodiscard]] std::deque<row_choice> questions_for(const std::set<item_key>& keys,
                                                   std::size_t ids_max);
// Those that find what else the core holds under this service: its Targets, and the Actions and
// Emitters of the targets that are published, one target at a time, since all of a large fleet
// would not fit one answer.
[[nodiscard]] std::deque<row_choice> questions_for_others(const model::catalogue& published);
// Has the row the text in its field that was asked for? A core may answer with more.
[[nodiscard]] bool fits(const json::text& item, const row_choice& question);

struct read_back_config {
  std::chrono::milliseconds begin_after{200};  // the echo behind the registration
  std::chrono::milliseconds again_after{500};  // what was missing is asked for once more
  std::chrono::milliseconds answer_within{10'000};
  std::size_t ids_max = 256;                 // of one question
  std::size_t strays_max = 10'000;           // more are left where they are
  std::size_t stray_bytes_max = 16U << 20U;  // the same
};

// A row that the core holds under our service, and that is not published.
struct stray_row {
  std::string type;
  std::string id;
  json::text item;

  bool operator==(const stray_row&) const = default;
};

// What was found, so far. A row that is published or taken back meanwhile counts as it is when its
// answer comes.
struct read_back_result {
  std::set<item_key> missing;
  std::vector<stray_row> strays;
};

// Decides; who uses it sends.
class read_back {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit read_back(const read_back_config& config) : config_(config) {}

  // The registration was read just now: asks for all of this after a while. What was under way is
  // forgotten.
  void begin(const model::catalogue& published, generation server, time_point now);
  void stop();

  // The question that is due, if any; `tx` is used for it if one is.
  [[nodiscard]] std::optional<query> tick(const std::string& tx, time_point now);
  // True if the answer was to our question, which is to be cancelled then. `published` is what is
  // published now.
  [[nodiscard]] bool receive(const query_response& answer, const model::catalogue& published,
                             time_point now);
  [[nodiscard]] bool is_asking(const std::string& tx) const { return open_ && open_->tx() == tx; }
  // The core does not know the query that is open: so be it, the next one is asked.
  void refused(time_point now);

  // Once, when all has been answered.
  [[nodiscard]] std::optional<read_back_result> take_result();
  // Once, the tx of a question that was stopped before its answer: to be cancelled, for the core
  // would go on answering it.
  [[nodiscard]] std::optional<std::string> take_abandoned();
  // Once, when the core has left a question without an answer, and no more is asked.
  [[nodiscard]] bool take_silence();
  [[nodiscard]] std::optional<time_point> next_deadline() const;

 private:
  void note_answer(const model::catalogue& published);
  void next_part(time_point now);
  void finish_round(time_point now);

  read_back_config config_;
  generation server_ = generation::rust;
  std::deque<row_choice> parts_;  // the front one is asked next, or is open
  std::optional<row_query> open_;
  std::optional<time_point> due_;       // to ask
  std::optional<time_point> deadline_;  // of the answer
  bool second_round_ = false;
  read_back_result found_;
  std::size_t stray_bytes_ = 0;
  std::set<std::string> unasked_;  // types of which a core gave more than was asked for
  std::optional<read_back_result> result_;
  std::optional<std::string> abandoned_;
  bool silence_ = false;
};

// "13 of 41 Emitters, 1 of 8 Targets: first/id, second/id, ..." for people; `all` are those that
// should be there, or none: then without "of ...". Ten ids at most.
[[nodiscard]] std::string in_words(const std::set<item_key>& missing,
                                   const std::set<item_key>& all);

}  // namespace gantry::myko
