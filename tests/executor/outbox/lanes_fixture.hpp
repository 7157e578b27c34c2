// Lanes on a fake clock, and records to put in there.
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "executor/outbox/lanes.hpp"

namespace gantry::outbox {

class lanes_fixture : public testing::Test {
 protected:
  using ids = std::vector<row_id>;
  using milliseconds = std::chrono::milliseconds;

  lanes_fixture() { make({}); }

  void make(lanes_config config, double rate = 60) {
    lanes_.emplace(config, [rate](const model::emitter_id&) { return rate; });
    lanes_->set_open(true);
  }

  record make_record(const std::string& target, std::size_t bytes = 10) {
    record out;
    out.id = ++last_id_;
    out.target = model::target_id(target);
    out.emitter = model::emitter_id(target + ":output");
    out.seq = static_cast<std::uint64_t>(out.id);
    out.form = form::lines;
    out.body = std::string(bytes, '.');
    return out;
  }

  // As one write: whether each was sealed.
  std::vector<bool> write(std::vector<record> all) {
    std::vector<bool> out;
    for (record& each : all) {
      lanes_->admit(each);
      out.push_back(each.sealed);
    }
    for (record& each : all) lanes_->written(std::move(each));
    return out;
  }
  bool write(const std::string& target) { return write({make_record(target)}).front(); }
  void write(const std::string& target, std::size_t count) {
    for (; count > 0; --count) write(target);
  }

  // As the store gives them.
  void load(const std::string& target, std::size_t count, bool more = false) {
    outbox::loaded out{model::target_id(target), {}, more};
    for (; count > 0; --count) {
      out.records.push_back(make_record(target));
      out.records.back().sealed = true;
    }
    lanes_->loaded({std::move(out)});
  }

  // What goes now.
  ids send(std::size_t most = 1'000) {
    ids out;
    for (; most > 0; --most) {
      const record* const next = lanes_->next(now_);
      if (next == nullptr) break;
      out.push_back(next->id);
    }
    return out;
  }
  void pass(milliseconds time) {
    now_.steady += time;
    now_.wall += time;
  }

  // "TARGET after AFTER", ...
  std::vector<std::string> wanted() {
    std::vector<std::string> out;
    for (const load_request& each : lanes_->wanted()) {
      out.push_back(each.target.value + " after " + std::to_string(each.after));
    }
    return out;
  }

  std::optional<lanes> lanes_;
  row_id last_id_ = 0;
  myko::moment now_{lanes::time_point(std::chrono::hours(1)),
                    std::chrono::system_clock::time_point(milliseconds(1'000'000))};
};

}  // namespace gantry::outbox
