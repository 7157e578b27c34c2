// Chance against a model: whatever is written, given, acknowledged, dropped and crashed, every line
// of every emitter is in exactly one place.
#include <algorithm>
#include <optional>
#include <set>

#include "tests/executor/outbox/failing_disk.hpp"
#include "tests/executor/outbox/store_fixture.hpp"
#include "tests/support/seed.hpp"

namespace gantry::outbox {
namespace {

const std::vector<std::string> targets{"s:a", "s:b", "s:c"};

// A range of an emitter's numbers.
struct span {
  std::uint64_t seq = 0;
  std::uint64_t count = 0;
  auto operator<=>(const span&) const = default;
};

struct emitter_model {
  std::uint64_t next = 1;
  std::vector<span> acknowledged;
};

class store_property : public store_fixture {
 protected:
  store_property() { failing_disk::install(); }
  ~store_property() override {
    failing_disk::set(failing_disk::mode::works);
    store_.reset();
  }

  void begin(std::uint64_t seed) {
    store_.reset();
    dice_.emplace(seed);
    emitters_.clear();
    given_.clear();
    acknowledged_.clear();
    after_.clear();
    last_id_ = 0;
    written_ = told_ = dropped_ = 0;
    lives_ = 0;
    config_.file = folder_.file("seed-" + std::to_string(seed));
    set_limits();
    last_ = open().totals;
  }

  void set_limits() {
    config_.bytes_max = 2'000 + dice_->upto(20'000);
    config_.spill_bytes_max = 1'000 + dice_->upto(20'000);
    config_.pulse_bytes_max = 100 + dice_->upto(2'000);
  }

  static std::string text(const std::string& emitter, std::uint64_t seq) {
    return emitter + "#" + std::to_string(seq) + std::string(seq * 37 % 200, '.');
  }

  record next_record(const std::string& target) {
    last_id_ += 1 + static_cast<row_id>(dice_->upto(2));
    record out = make_line(last_id_, target, 0, "");
    if (dice_->one_in(5)) {
      out.form = form::data;
      out.joins = false;
      out.emitter = model::emitter_id(target + ":run");
    }
    emitter_model& its = emitters_[out.emitter.value];
    out.seq = its.next;
    out.body = text(out.emitter.value, out.seq);
    if (dice_->one_in(12)) {
      out = make_notice(out, dice_->upto(2), reasons::rotated);
    } else {
      written_ += out.count;
      if (dice_->one_in(2)) out.expires = now_ + static_cast<std::int64_t>(dice_->upto(6'000));
      if (dice_->one_in(9)) out.stream = engine::stream_kind::stderr_stream;
      out.truncated = dice_->one_in(15);
    }
    its.next += out.count;
    return out;
  }

  // A change of the database, seen as one: what is told of by an acknowledgement is looked up
  // before.
  void write_some(bool in_trouble) {
    batch what;
    const std::size_t count = dice_->upto(8);
    for (std::size_t each = 0; each < count; ++each) {
      what.records.push_back(next_record(targets[dice_->upto(2)]));
    }
    for (const auto& [name, its] : emitters_) what.seqs[name] = its.next;
    for (auto each = given_.begin(); each != given_.end() && !dice_->one_in(3); ++each) {
      if (acknowledged_.count(each->first) == 0) what.acknowledged.push_back(each->first);
    }
    if (!in_trouble) {
      for (const record& each : look_into(config_.file)) {
        const bool acknowledged =
            std::count(what.acknowledged.begin(), what.acknowledged.end(), each.id) > 0;
        if (acknowledged && each.form != form::notice) told_ += each.count;
      }
    }
    for (const row_id id : what.acknowledged) {
      acknowledged_.insert(id);
      const record& each = given_.at(id);
      emitters_[each.emitter.value].acknowledged.push_back({each.seq, each.count});
    }
    last_ = write(what);
  }

  void drop_target() {
    const std::string& target = targets[dice_->upto(2)];
    for (const record& each : look_into(config_.file)) {
      if (each.target.value == target && each.form != form::notice) told_ += each.count;
    }
    batch what;
    what.dropped_targets = {model::target_id(target)};
    last_ = write(what);
    emitters_.erase(target + ":output");
    emitters_.erase(target + ":run");
    for (const auto& [id, each] : given_) {
      if (each.target.value == target) acknowledged_.insert(id);
    }
  }

  void load_some() {
    std::vector<load_request> wanted;
    for (const std::string& target : targets) {
      if (dice_->one_in(2)) continue;
      const row_id after = dice_->one_in(3) ? 0 : after_[target];
      wanted.push_back({model::target_id(target), after, dice_->upto(3'000)});
    }
    const std::vector<loaded> all = store_->load(wanted);
    last_ = store_->count();
    ASSERT_EQ(all.size(), wanted.size());
    for (std::size_t at = 0; at < all.size(); ++at) {
      ASSERT_EQ(all[at].target, wanted[at].target);
      row_id before = wanted[at].after;
      for (const record& each : all[at].records) {
        ASSERT_GT(each.id, before);
        before = each.id;
        ASSERT_EQ(each.target, wanted[at].target);
        take(each);
      }
      after_[all[at].target.value] = before;
    }
  }

  void take(const record& each) {
    ASSERT_TRUE(each.sealed);
    ASSERT_EQ(acknowledged_.count(each.id), 0U) << "it came back";
    ASSERT_TRUE(each.form == form::notice || each.expires == 0 || each.expires > now_);
    if (each.form == form::lines) {
      std::string body;
      for (std::uint64_t seq = each.seq; seq < each.seq + each.count; ++seq) {
        body += (seq == each.seq ? "" : "\n") + text(each.emitter.value, seq);
      }
      ASSERT_EQ(each.body, body);
      ASSERT_TRUE(each.count == 1 || each.body.size() <= config_.pulse_bytes_max || lives_ > 0);
    }
    const auto known = given_.find(each.id);
    if (known != given_.end() && known->second.form != form::notice && each.form == form::notice) {
      ASSERT_LE(known->second.expires, now_);
      ASSERT_NE(known->second.expires, 0);
      ASSERT_EQ(each, sealed(make_notice(known->second, known->second.count, reasons::expired)));
    } else if (known != given_.end()) {
      ASSERT_EQ(each, known->second) << "it changed";
    }
    given_[each.id] = each;
  }

  // As after kill -9: the files as they are, without a word to the old one.
  void crash() {
    const std::string copy = config_.file + "+";
    for (const char* part : {"", "-wal", "-shm"}) {
      std::filesystem::copy_file(config_.file + part, copy + part);
    }
    config_.file = copy;
    set_limits();
    ++lives_;
    dropped_ += last_.dropped_full + last_.dropped_expired;
    const snapshot found = open();
    EXPECT_EQ(found.notice, "");
    EXPECT_EQ(found.last_id, last_id_);
    std::map<std::string, std::uint64_t> seqs;
    for (const auto& [name, its] : emitters_) seqs[name] = its.next;
    EXPECT_EQ(found.seqs, seqs);
    EXPECT_EQ(found.totals.records, last_.records);
    last_ = found.totals;
  }

  void check() {
    const std::vector<record> all = look_into(config_.file);
    totals sums;
    bool may_go = false;
    std::map<std::string, std::vector<span>> spans;
    std::map<std::string, std::uint64_t> ends;
    for (const record& each : all) {
      ASSERT_EQ(acknowledged_.count(each.id), 0U);
      sums.records += 1;
      sums.lines += each.form == form::notice ? 0 : each.count;
      sums.bytes += cost(each);
      may_go = may_go || (each.form != form::notice && !each.sealed);
      spans[each.emitter.value].push_back({each.seq, each.count});
      // The numbers rise with the ids.
      ASSERT_GE(each.seq, ends[each.emitter.value]);
      ends[each.emitter.value] = each.seq + each.count;
    }
    nothing_may_go_ = !may_go;
    ASSERT_EQ(last_.records, sums.records);
    ASSERT_EQ(last_.lines, sums.lines);
    ASSERT_EQ(last_.bytes, sums.bytes);
    ASSERT_EQ(last_.oldest, all.empty() ? 0 : all.front().timestamp);
    for (const auto& [name, its] : emitters_) {
      std::vector<span>& parts = spans[name];
      parts.insert(parts.end(), its.acknowledged.begin(), its.acknowledged.end());
      std::sort(parts.begin(), parts.end());
      std::uint64_t next = 1;
      for (const span& each : parts) {
        ASSERT_EQ(each.seq, next) << name;
        next += each.count;
      }
      ASSERT_EQ(next, its.next) << name;
    }
  }

  void check_sums() const {
    ASSERT_EQ(written_,
              last_.lines + told_ + dropped_ + last_.dropped_full + last_.dropped_expired);
  }

  std::optional<test::dice> dice_;
  std::map<std::string, emitter_model> emitters_;
  std::map<row_id, record> given_;
  std::set<row_id> acknowledged_;
  std::map<std::string, row_id> after_;
  row_id last_id_ = 0;
  std::uint64_t written_ = 0;  // lines
  std::uint64_t told_ = 0;     // lines that went with an acknowledgement or their target
  std::uint64_t dropped_ = 0;  // lines, in earlier lives
  int lives_ = 0;
  bool nothing_may_go_ = false;  // for want of space: all are sealed, or notices
  totals last_;
};

TEST_F(store_property, EveryLineIsInOnePlace) {
  for (const std::uint64_t seed : test::seeds(40)) {
    SCOPED_TRACE(test::seed_text(seed));
    begin(seed);
    for (int steps = 0; steps < 120 && !HasFatalFailure(); ++steps) {
      now_ += static_cast<std::int64_t>(dice_->one_in(4) ? dice_->upto(3'000) : 0);
      bool wrote = false;
      if (dice_->one_in(60)) {
        drop_target();
      } else if (dice_->one_in(30)) {
        crash();
      } else if (dice_->one_in(3)) {
        load_some();
      } else {
        write_some(false);
        wrote = true;
      }
      check();
      check_sums();
      ASSERT_TRUE(!wrote || last_.bytes <= config_.bytes_max || nothing_may_go_);
    }
    if (HasFailure()) return;
  }
}

TEST_F(store_property, AlsoWhileTheDiskFails) {
  for (const std::uint64_t seed : test::seeds(40)) {
    SCOPED_TRACE(test::seed_text(seed));
    begin(seed);
    for (int steps = 0; steps < 120 && !HasFatalFailure(); ++steps) {
      now_ += static_cast<std::int64_t>(dice_->one_in(3) ? dice_->upto(3'000) : 0);
      if (dice_->one_in(10)) {
        failing_disk::set(static_cast<failing_disk::mode>(dice_->upto(3)),
                          static_cast<int>(dice_->upto(20)));
      } else if (dice_->one_in(3)) {
        load_some();
      } else {
        write_some(true);
      }
    }
    failing_disk::set(failing_disk::mode::works);
    last_ = write_later();
    ASSERT_EQ(last_.trouble, "");
    check();
    if (HasFailure()) return;
    crash();
    check();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::outbox
