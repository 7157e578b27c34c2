// Logs read by a gantry that is killed again and again: what it has committed is, in the end, the
// log, each line once; and where the log was rotated meanwhile, all that was left of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "executor/engine/log_decoder.hpp"
#include "log_bytes.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

using file = std::vector<stored_message>;

// What the rule says of a log: its lines in the order in which they are given, with the numbers of
// the messages that each is made of.
struct ruled_line {
  log_line line;
  std::vector<std::size_t> messages;
  bool given = false;
};

std::vector<ruled_line> lines_of(const file& log, std::size_t limit) {
  std::vector<ruled_line> out;
  of_each_stream<std::optional<std::size_t>> cut;  // which of `out` goes on
  of_each_stream<std::optional<ruled_line>> open;
  for (std::size_t number = 0; number < log.size(); ++number) {
    const stored_message& each = log[number];
    const bool is_tty = each.stream == stream_kind::tty;
    auto& now = open[index(each.stream)];
    auto& cut_line = cut[index(each.stream)];
    const bool ends = each.text.ends_with('\n');
    if (cut_line) {
      out[*cut_line].messages.push_back(number);
      if (ends) cut_line.reset();
      continue;
    }
    if (!now) now = ruled_line{{each.stream, each.time, "", false, false, {}}, {}};
    now->line.text += each.text.substr(0, each.text.size() - (ends ? 1 : 0));
    now->messages.push_back(number);
    now->line.truncated = now->line.text.size() > limit + (is_tty ? 1 : 0);
    if (now->line.truncated) {
      now->line.text.resize(limit);
      if (!ends) cut_line = out.size();
    } else if (ends && is_tty) {
      now->line.text.pop_back();
    }
    if (!ends && !now->line.truncated) continue;
    out.push_back(*std::exchange(now, std::nullopt));
  }
  for (auto& each : open) {
    if (each) out.push_back(*each);
  }
  return out;
}

enum class stamps { orderly, also_backwards };  // within one stream

// Lines in parts, which all bear the stamp of the first, or on some terminals their own; equal
// stamps; streams that overtake each other by less than a second; at times a long silence. Each
// message tells its number: "<7>".
file random_log(test::dice& random, bool is_tty, stamps order) {
  file out;
  timestamp clock = noon;
  of_each_stream<timestamp> last = {noon, noon, noon};
  of_each_stream<bool> open = {};
  const bool stamps_parts = is_tty && order == stamps::orderly && random.one_in(2);
  const std::size_t size = random.upto(40);
  for (std::size_t number = 0; number < size; ++number) {
    const auto stream = is_tty ? stream_kind::tty : static_cast<stream_kind>(random.upto(1));
    timestamp& stamp = last[index(stream)];
    bool& is_open = open[index(stream)];
    const bool still = random.one_in(3);
    if (!still) clock += static_cast<timestamp>(random.upto(one_second / 3));
    if (random.one_in(15)) clock += static_cast<timestamp>(random.upto(20)) * one_second;
    const auto lag =
        random.one_in(2) ? 0 : static_cast<timestamp>(random.upto(one_second * 9 / 10));
    const bool keeps = still && stamp >= clock - one_second * 9 / 10;
    if ((!is_open || stamps_parts) && !keeps) {
      stamp = order == stamps::orderly ? std::max(stamp, clock - lag) : clock - lag;
    }
    is_open = random.one_in(3);
    const std::string end = is_open ? "" : is_tty ? "\r\n" : "\n";
    out.push_back({stream, stamp,
                   "<" + std::to_string(number) + ">" + std::string(random.upto(20), 'x') + end});
  }
  return out;
}

std::vector<std::size_t> messages_in(std::string_view text) {
  std::vector<std::size_t> out;
  while (true) {
    const std::size_t begin = text.find('<');
    const std::size_t end = text.find('>', begin);
    if (end == std::string_view::npos) return out;
    out.push_back(std::stoul(std::string(text.substr(begin + 1, end - begin - 1))));
    text.remove_prefix(end + 1);
  }
}

enum class rotation { never, at_times };

// One container, its log, and the lives of the gantry that reads it.
class history {
 public:
  history(std::uint64_t seed, rotation rotates)
      : random_(seed),
        rotates_(rotates == rotation::at_times),
        is_tty_(random_.one_in(3)),
        order_(random_.one_in(2) ? stamps::orderly : stamps::also_backwards),
        limit_(random_.one_in(2) ? 20 : 1000),
        filter_(random_.one_in(2) ? since_filter::first_match : since_filter::every_frame),
        log_(random_log(random_, is_tty_, order_)) {}

  void happen() {
    for (auto lives = random_.upto(4); lives > 0; --lives) {
      live();
      if (testing::Test::HasFatalFailure()) return;
    }
    last_life();
  }

  // All that is in the log is committed, in order and once.
  void check() const {
    std::vector<log_line> expected;
    std::vector<log_line> whole;
    for (const ruled_line& each : lines_of(log_, limit_)) {
      if (each.messages.front() >= first_) expected.push_back(each.line);
    }
    for (const log_line& each : committed_) {
      if (messages_in(each.text).front() >= first_ && !rest_of_torn(each)) whole.push_back(each);
    }
    ASSERT_EQ(whole, expected);
    std::set<std::size_t> once;
    for (const log_line& each : committed_) {
      for (const std::size_t number : messages_in(each.text)) {
        ASSERT_TRUE(once.insert(number).second) << number << " came twice";
      }
    }
    check_losses(once);
  }

 private:
  void live() {
    begin_life();
    for (auto openings = random_.upto(3); openings > 0; --openings) {
      open(random_.upto(2));
      if (testing::Test::HasFatalFailure()) return;
      if (openings > 1) reopen();
    }
    commit(random_.upto(given_.size()));
  }

  void last_life() {
    begin_life();
    written_ = log_.size();
    std::vector<log_line> out;
    feed(on_wire(since(stored(), decoder_->since(), filter_)), out);
    decoder_->ended(out);
    decoder_->finish(out);
    take(out);
    commit(given_.size());
  }

  void begin_life() {
    rotate();
    given_.clear();
    gap_expected_ = older_gap_ = false;
    std::optional<log_cursor> cursor;
    if (!stored_cursor_.empty()) cursor = parse_log_cursor(stored_cursor_).value();
    decoder_.emplace(is_tty_, limit_, cursor);
    has_parts_ = false;
    expect_gap();
  }

  void reopen() {
    if (!decoder_->searching()) has_parts_ = true;
    rotate();
    decoder_->reopened();
    expect_gap();
  }

  // One opening of the log, while the container goes on; perhaps cut somewhere.
  void open(std::size_t how) {
    written_ += random_.upto(log_.size() - written_);
    std::string bytes = on_wire(since(stored(), decoder_->since(), filter_));
    const bool cut = how > 0;
    if (cut) bytes.resize(random_.upto(bytes.size()));
    std::vector<log_line> out;
    feed(bytes, out);
    // Engines end logs too early. Where the clock was set back this cannot be told from rotation.
    if (!cut || (order_ == stamps::orderly && random_.one_in(2))) decoder_->ended(out);
    take(out);
  }

  void feed(std::string_view bytes, std::vector<log_line>& out) {
    while (!bytes.empty()) {
      const std::size_t size = std::min(1 + random_.upto(200), bytes.size());
      const auto fed = decoder_->feed(bytes.substr(0, size), out);
      ASSERT_TRUE(fed) << fed.error().message;
      bytes.remove_prefix(size);
    }
  }

  void take(const std::vector<log_line>& lines) {
    for (const log_line& each : lines) {
      SCOPED_TRACE(testing::PrintToString(each));
      given_.push_back(each);
      const bool from_memory = messages_in(each.text).back() < first_;
      if (!each.gap_before) {
        // Only what was pending in memory may come before the word of the gap.
        ASSERT_TRUE(from_memory || !gap_expected_) << "lines are missing in silence";
        continue;
      }
      bool& reason = from_memory && older_gap_ ? older_gap_ : gap_expected_;
      ASSERT_TRUE(std::exchange(reason, false)) << "no line is missing";
    }
  }

  void commit(std::size_t lines) {
    if (lines == 0) return;
    committed_.insert(committed_.end(), given_.begin(), given_.begin() + std::ptrdiff_t(lines));
    stored_cursor_ = to_json(committed_.back().cursor).bytes;
  }

  void rotate() {
    if (!rotates_ || random_.one_in(2)) return;
    first_ += random_.upto(written_ - first_);
    if (committed_.empty()) blind_ = first_;
  }

  // Must the next line say that there is a gap?
  void expect_gap() {
    const log_cursor& cursor = decoder_->cursor();
    if (!cursor.last()) return;
    older_gap_ = gap_expected_;
    const auto gone = [&](stream_kind stream, const log_place& place) {
      return number_of(stream, place) < first_;
    };
    if (gone(cursor.stream, *cursor.last())) gap_expected_ = true;
    for (const stream_kind each : all_streams) {
      const auto& line = cursor.open[index(each)];
      if (!has_parts_ && line && !line->given && gone(each, line->began)) gap_expected_ = true;
    }
  }

  [[nodiscard]] std::size_t number_of(stream_kind stream, const log_place& place) const {
    const auto found = std::ranges::find_if(log_, [&](const stored_message& each) {
      return each.stream == stream && each.time == place.time &&
             digest_of(each.text) == place.digest;
    });
    EXPECT_NE(found, log_.end());
    return static_cast<std::size_t>(found - log_.begin());
  }

  [[nodiscard]] file stored() const {
    return {log_.begin() + std::ptrdiff_t(first_), log_.begin() + std::ptrdiff_t(written_)};
  }

  // Of a line whose begin was removed, or whose begin was given before a rotation.
  [[nodiscard]] bool rest_of_torn(const log_line& line) const {
    const std::size_t number = messages_in(line.text).front();
    for (const ruled_line& each : lines_of(log_, limit_)) {
      if (std::ranges::count(each.messages, number) != 0) return each.messages.front() < first_;
    }
    return false;
  }

  // What was removed before it was committed, the rests of cut lines aside, left a gap that a later
  // line tells of, if there was one.
  void check_losses(const std::set<std::size_t>& arrived) const {
    if (gap_expected_) return;  // nothing came any more
    for (const ruled_line& each : lines_of(log_, limit_)) {
      const std::size_t number = each.messages.front();
      if (number < blind_ || number >= first_ || arrived.count(number) != 0) continue;
      const bool told = std::ranges::any_of(committed_, [&](const log_line& line) {
        return line.gap_before && messages_in(line.text).back() > number;
      });
      ASSERT_TRUE(told) << number << " was lost in silence";
    }
  }

  test::dice random_;
  bool rotates_;
  bool is_tty_;
  stamps order_;
  std::size_t limit_;
  since_filter filter_;
  file log_;
  std::size_t first_ = 0;    // what is before was rotated away
  std::size_t written_ = 0;  // so far

  std::optional<log_decoder> decoder_;
  bool has_parts_ = false;       // the decoder has read its cursor's open lines
  bool gap_expected_ = false;    // before the next line that is not from memory
  bool older_gap_ = false;       // before a line that was pending at a later gap
  std::vector<log_line> given_;  // in this life
  std::vector<log_line> committed_;
  std::string stored_cursor_;
  std::size_t blind_ = 0;  // removed before anything was committed
};

TEST(log_decoder_crash, commits_each_line_once_however_often_it_is_killed) {
  for (const auto seed : test::seeds(2000)) {
    SCOPED_TRACE(test::seed_text(seed));
    history it(seed, rotation::never);
    it.happen();
    ASSERT_FALSE(HasFatalFailure());
    it.check();
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST(log_decoder_crash, commits_all_that_rotation_left_and_tells_of_gaps) {
  for (const auto seed : test::seeds(3000)) {
    SCOPED_TRACE(test::seed_text(seed));
    history it(seed, rotation::at_times);
    it.happen();
    ASSERT_FALSE(HasFatalFailure());
    it.check();
    ASSERT_FALSE(HasFatalFailure());
  }
}

}  // namespace
}  // namespace gantry::engine
