// A store on a file of its own, with a clock that stands still, and records to put in there.
#pragma once

#include <gmock/gmock.h>

#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "executor/outbox/store.hpp"
#include "executor/outbox/store_pulses.hpp"
#include "tests/executor/temp_folder.hpp"

namespace gantry::outbox {

inline record make_record(row_id id, const std::string& target, std::uint64_t seq,
                          std::string body) {
  record out;
  out.id = id;
  out.target = model::target_id(target);
  out.emitter = model::emitter_id(target + ":output");
  out.seq = seq;
  out.timestamp = 1'000 + id;
  out.body = std::move(body);
  return out;
}

// One that may be combined.
inline record make_line(row_id id, const std::string& target, std::uint64_t seq, std::string body) {
  record out = make_record(id, target, seq, std::move(body));
  out.form = form::lines;
  out.joins = true;
  out.time = 1'700'000'000'000'000'000 + id;
  return out;
}

inline record make_notice(const record& first, std::uint64_t count, const char* reason) {
  record out;
  out.id = first.id;
  out.target = first.target;
  out.emitter = first.emitter;
  out.seq = first.seq;
  out.count = count;
  out.timestamp = first.timestamp;
  out.form = form::notice;
  out.body = reason;
  return out;
}

inline record sealed(record each) {
  each.sealed = true;
  return each;
}

inline std::vector<record> all_sealed(std::vector<record> all) {
  for (record& each : all) each.sealed = true;
  return all;
}

inline batch of_records(std::vector<record> all) {
  batch out;
  out.records = std::move(all);
  return out;
}

inline batch of_acknowledged(std::vector<row_id> all) {
  batch out;
  out.acknowledged = std::move(all);
  return out;
}

// All that is in a file, seen from outside, without a change.
inline std::vector<record> look_into(const std::string& file) {
  database in;
  in.open(file, database::access::read);
  pulse_table pulses(in);
  std::map<std::string, row_id> seals;
  pulses.each_seal(
      [&](const model::target_id& target, row_id through) { seals[target.value] = through; });
  std::vector<record> out;
  pulses.each_record([&](const record& each) {
    out.push_back(each);
    out.back().sealed = each.id <= seals[each.target.value];
  });
  EXPECT_TRUE(in.ok()) << in.words();
  return out;
}

inline std::ostream& operator<<(std::ostream& out, const record& each) {
  return out << "{id " << each.id << ", " << each.emitter << ", seq " << each.seq << " + "
             << each.count << ", form " << static_cast<int>(each.form)
             << (each.sealed ? ", sealed" : "") << ", \"" << each.body.substr(0, 40) << "\"}";
}

class store_fixture : public testing::Test {
 protected:
  store_fixture() {
    config_.file = folder_.file("gantry.db");
    config_.durability = durability::off;
    config_.now = [this] { return now_; };
  }

  snapshot open() {
    store_.reset();
    store_ = std::make_unique<store>(config_);
    return store_->open();
  }
  totals write(const batch& what) { return store_->write(what); }
  // A second later, so that what is done from time to time is done.
  totals write_later(const batch& what = {}) {
    now_ += 1'000;
    return store_->write(what);
  }
  std::vector<record> load(const std::string& target, row_id after = 0,
                           std::size_t bytes_max = 1U << 30U) {
    std::vector<loaded> all = store_->load({{model::target_id(target), after, bytes_max}});
    EXPECT_EQ(all.size(), 1U);
    more_ = all.at(0).more;
    EXPECT_EQ(all.at(0).target.value, target);
    return std::move(all.at(0).records);
  }

  temp_folder folder_;
  store_config config_;
  std::int64_t now_ = 1'000'000;
  bool more_ = false;  // there was more behind the last load()
  std::unique_ptr<store> store_;
};

}  // namespace gantry::outbox
