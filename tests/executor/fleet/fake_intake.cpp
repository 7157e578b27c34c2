#include "tests/executor/fleet/fake_intake.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "executor/outbox/render.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

// ---- The database ---------------------------------------------------------------------------

void fake_database::apply(const outbox::batch& what) {
  for (const auto& id : what.containers_gone) containers.erase(id);
  for (const auto& path : what.targets_gone) targets.erase(path);
  for (const auto& name : what.entities_gone) entities.erase(name);
  for (const auto& target : what.dropped_targets) {
    std::erase_if(seqs,
                  [&](const auto& each) { return each.first.starts_with(target.value + ":"); });
  }
  for (const auto& [emitter, next] : what.seqs) seqs[emitter] = next;
  for (const auto& each : what.containers) containers[each.id] = each;
  for (const auto& each : what.targets) targets[each.path] = each;
  for (const auto& each : what.entities) entities[{each.type, each.id}] = each;
  for (const auto& [name, value] : what.facts) {
    if (value.empty()) {
      facts.erase(name);
    } else {
      facts[name] = value;
    }
  }
  records.insert(records.end(), what.records.begin(), what.records.end());
}

earlier_life fake_database::life() const {
  earlier_life out;
  for (const auto& [path, each] : targets) out.targets.push_back(each);
  for (const auto& [id, each] : containers) out.containers.push_back(each);
  for (const auto& [name, each] : entities) out.entities.push_back(each);
  out.facts = facts;
  return out;
}

// ---- Writing --------------------------------------------------------------------------------

class fake_intake::draft final : public outbox::collection {
 public:
  draft(fake_intake& intake, outbox::batch& into)
      : intake_(intake), into_(into), now_(net::now()) {}

  [[nodiscard]] const myko::moment& now() const override { return now_; }
  [[nodiscard]] std::uint64_t number(const model::emitter_id& emitter,
                                     std::uint64_t count) override {
    return intake_.number(emitter, count, into_);
  }
  void add(outbox::record next) override {
    EXPECT_FALSE(next.target.value.empty());
    EXPECT_TRUE(next.emitter.value.starts_with(next.target.value + ":")) << next.emitter.value;
    next.id = ++intake_.last_id_;
    next.seq = number(next.emitter, next.count);
    next.timestamp = myko::unix_ms(now_.wall);
    into_.records.push_back(std::move(next));
  }
  void save(outbox::saved_container state) override {
    EXPECT_FALSE(state.id.empty());
    EXPECT_FALSE(state.path.empty());
    into_.containers.push_back(std::move(state));
  }
  void forget_container(const std::string& id) override { into_.containers_gone.push_back(id); }

 private:
  fake_intake& intake_;
  outbox::batch& into_;
  myko::moment now_;
};

fake_intake::fake_intake(boost::asio::any_io_executor executor)
    : executor_(executor), emptied_(executor) {}

std::uint64_t fake_intake::number(const model::emitter_id& emitter, std::uint64_t count,
                                  outbox::batch& into) {
  std::uint64_t& next = next_seq_.try_emplace(emitter.value, 1).first->second;
  const std::uint64_t first = next;
  next += count;
  into.seqs[emitter.value] = next;
  return first;
}

void fake_intake::write_later() {
  if (under_way_ || std::exchange(waiting_, true)) return;
  boost::asio::post(executor_, [this, life = life_] {
    if (life == life_) begin_write();
  });
}

// One thing after the other, as on a disk.
void fake_intake::begin_write() {
  waiting_ = false;
  write next;
  draft collected(*this, next.batch);
  for (const auto& each : std::exchange(announced_, {})) {
    if (const auto who = each.lock()) who->collect(collected);
  }
  next.fillers = std::exchange(fillers_, {});
  for (const filler& each : next.fillers) each.fill(next.batch);
  for (const auto& target : next.batch.dropped_targets) {
    std::erase_if(next_seq_,
                  [&](const auto& each) { return each.first.starts_with(target.value + ":"); });
  }
  under_way_ = std::move(next);
  boost::asio::post(executor_, [this, life = life_] {
    if (life == life_ && !holds_commits_) end_write();
  });
}

void fake_intake::end_write() {
  if (!under_way_) return;
  const write done = *std::exchange(under_way_, std::nullopt);
  database.apply(done.batch);
  for (const auto& each : done.batch.records) pulses.push_back(outbox::to_pulse(each));
  batches.push_back(done.batch);
  ++writes;
  for (const filler& each : done.fillers) {
    if (each.written) each.written();
  }
  if (!announced_.empty() || !fillers_.empty()) write_later();
}

void fake_intake::hold_commits() { holds_commits_ = true; }

void fake_intake::release_commits() {
  if (!std::exchange(holds_commits_, false)) return;
  boost::asio::post(executor_, [this, life = life_] {
    if (life == life_ && !holds_commits_) end_write();
  });
}

void fake_intake::die() {
  dead_ = true;
  ++life_;
  waiting_ = false;
  announced_.clear();
  fillers_.clear();
  under_way_.reset();
  next_seq_ = database.seqs;
  held_ = 0;
}

// ---- Intake ---------------------------------------------------------------------------------

void fake_intake::announce(const std::shared_ptr<outbox::producer>& who) {
  if (dead_) return;
  announced_.push_back(who);
  write_later();
}

void fake_intake::write_soon(std::function<void(outbox::batch&)> fill,
                             std::function<void()> written) {
  if (dead_) return;
  fillers_.push_back({std::move(fill), std::move(written)});
  write_later();
}

void fake_intake::release(std::size_t bytes) {
  if (dead_) return;
  EXPECT_LE(bytes, held_) << "more is released than was held";
  held_ -= std::min(held_, bytes);
}

void fake_intake::set_full(bool full) {
  full_ = full;
  if (!full) emptied_.notify();
}

boost::asio::awaitable<void> fake_intake::room() {
  while (full_) co_await emptied_.wait();
}

}  // namespace gantry::fleet
