#include "tests/executor/outbox/simulation_world.hpp"

#include <algorithm>
#include <utility>

namespace gantry::outbox::simulation {
namespace {

constexpr std::chrono::milliseconds settle_max{600'000};
constexpr std::int64_t fresh_max = 5'000;

}  // namespace

void happenings::add(const happenings& other) {
  heard.pulses += other.heard.pulses;
  heard.resent += other.heard.resent;
  heard.combined += other.heard.combined;
  heard.notices_full += other.heard.notices_full;
  heard.notices_expired += other.heard.notices_expired;
  heard.notices_rotated += other.heard.notices_rotated;
  heard.lost += other.heard.lost;
  crashes += other.crashes;
  crashes_before_sending += other.crashes_before_sending;
  crashes_while_writing += other.crashes_while_writing;
  cuts += other.cuts;
  drops += other.drops;
  joins += other.joins;
  slowest_fresh = std::max(slowest_fresh, other.slowest_fresh);
  slowest_calm = std::max(slowest_calm, other.slowest_calm);
}

world::world(std::uint64_t seed)
    : dice_(seed),
      now_{std::chrono::steady_clock::time_point(std::chrono::hours(1)),
           std::chrono::system_clock::time_point(milliseconds(1'795'251'600'000))},
      lives_(seed << 8U) {
  configure();
}

void world::configure() {
  config_.lanes.memory_bytes_max = 200 + dice_.upto(4'000);
  config_.lanes.load_bytes = 150 + dice_.upto(2'000);
  config_.lanes.load_targets_max = 1 + dice_.upto(3);
  config_.session.delivery.window_bytes = 1 + dice_.upto(4'000);
  config_.rate = 5 + static_cast<double>(dice_.upto(60));
  config_.records_at_once = 1 + dice_.upto(12);
  disk_limits limits;
  limits.pulse_bytes_max = 20 + dice_.upto(300);
  may_drop_ = dice_.one_in(4);
  if (!may_drop_) {  // what notices speak of is known by number only
    may_rotate_ = dice_.one_in(3);
    if (dice_.one_in(3)) limits.bytes_max = 1'500 + dice_.upto(3'000);
    if (dice_.one_in(5)) config_.time_to_live = milliseconds(300 + dice_.upto(4'000));
  }
  disk_.set_limits(limits);
  const std::size_t targets = 1 + dice_.upto(3);
  for (std::size_t at = 0; at < targets; ++at)
    add_log("s:" + std::string(1, static_cast<char>('a' + at)));
}

void world::run() {
  begin_life();
  const std::size_t steps = 40 + dice_.upto(160);
  for (std::size_t at = 0; at < steps && complaints().empty(); ++at) step();
  if (complaints().empty()) settle();
}

void world::run_with_backlog() {
  begin_life();
  print(0, 400);
  for (int writes = 0; writes < 1'000 && !life_->is_quiet(); ++writes) {
    if (life_->disk_is_busy()) life_->disk_is_done();
    pass(milliseconds(25));
  }
  settle();
}

happenings world::seen() const {
  happenings out = seen_;
  out.heard = judge_.all();
  out.joins = disk_.joins();
  return out;
}

// ---- Chance -----------------------------------------------------------------------------------

void world::step() {
  if (!life_ && dice_.one_in(3)) return begin_life();
  if (!up_ && dice_.one_in(4)) return connect();
  const std::size_t what = dice_.upto(99);
  if (what < 10) return print();
  if (what < 28) return pass(milliseconds(dice_.upto(dice_.one_in(8) ? 2'000 : 60)));
  if (what < 50 && life_ && life_->disk_is_busy()) return life_->disk_is_done();
  if (what < 63) return socket_takes(1 + dice_.upto(15));
  if (what < 78) return core_reads(1 + dice_.upto(15));
  if (what < 94) return gantry_reads(1 + dice_.upto(4));
  trouble();
}

void world::trouble() {
  if (!life_) return;
  switch (dice_.upto(9)) {
    case 0:
    case 1:
      return cut();
    case 2:
      cut();
      core_is_back_ = now_ms() + static_cast<std::int64_t>(dice_.upto(5'000));
      return;
    case 3:
    case 4:
      return crash();
    case 5:
      return rotate();
    case 6:
      return forget();
    case 7:
      return print(dice_.upto(current_.size() - 1), 10 + dice_.upto(20));
    default:
      return exchange_all();
  }
}

// ---- The engine -------------------------------------------------------------------------------

void world::add_log(const std::string& target) {
  engine_log log;
  log.target = model::target_id(target);
  log.container = target + "." + std::to_string(logs_.size());
  logs_.push_back(std::move(log));
  current_.push_back(logs_.size() - 1);
}

void world::print() { print(dice_.upto(current_.size() - 1), 1 + dice_.upto(4)); }

void world::print(std::size_t target, std::size_t lines) {
  engine_log& log = logs_[current_[target]];
  using kind = engine_log::kind;
  for (; lines > 0; --lines) {
    engine_log::entry next;
    if (dice_.one_in(7)) next.what = dice_.one_in(2) ? kind::run : kind::finish;
    if (dice_.one_in(6)) next.stream = engine::stream_kind::stderr_stream;
    next.truncated = dice_.one_in(25);
    log.entries.push_back(next);
  }
  if (life_) life_->printed(current_[target]);
}

// The engine forgets the oldest of it, read or not.
void world::rotate() {
  if (!may_rotate_) return;
  engine_log& log = logs_[current_[dice_.upto(current_.size() - 1)]];
  const std::size_t left = log.entries.size() - log.kept_from;
  log.kept_from += dice_.upto(left);
}

// The operator has a target deleted; then it comes back, with another container.
void world::forget() {
  if (!may_drop_ || logs_.size() > 8) return;
  const std::size_t target = dice_.upto(current_.size() - 1);
  const std::size_t old = current_[target];
  logs_[old].gone = true;
  forgotten_.insert(old);
  add_log(logs_[old].target.value);
  current_[target] = current_.back();
  current_.pop_back();
  if (life_) life_->forget(old);
  if (dice_.one_in(2)) print(target, 1 + dice_.upto(3));
  ++seen_.drops;
}

// ---- Gantry -----------------------------------------------------------------------------------

void world::begin_life() {
  ++lives_;
  life_.emplace(
      gantry_life::world{config_, dice_, disk_, judge_, logs_, forgotten_, now_, out_, lives_});
}

void world::crash() {
  lose_wire();
  const bool carried_out = dice_.one_in(2);
  ++seen_.crashes;
  if (life_->disk_is_busy() && !carried_out) ++seen_.crashes_while_writing;
  life_->crash(carried_out);
  if (!disk_.rows().empty()) ++seen_.crashes_before_sending;
  life_.reset();
}

// ---- The network ------------------------------------------------------------------------------

void world::connect() {
  if (up_ || !life_ || now_ms() < core_is_back_) return;
  up_ = true;
  core_ = static_cast<manners>(dice_.upto(dice_.one_in(3) ? 3 : 1));
  judge_.connected();
  life_->connected();
  if (core_ == manners::docs) {
    back_.emplace_back(R"({"event":"ws:m:command","data":{"commandId":"client:setId",)"
                       R"("command":{"clientId":"c"}}})");
  } else if (core_ != manners::rust) {
    back_.emplace_back(R"({"event":"ws:m:command","data":{"commandId":"SetClientId",)"
                       R"("command":{"tx":"t","clientId":"c"}}})");
  }
}

void world::cut() {
  if (!up_) return;
  ++seen_.cuts;
  lose_wire();
  life_->disconnected();
}

// Some of what is on its way arrives.
void world::lose_wire() {
  if (!up_) return;
  core_reads(dice_.upto(wire_.size()));
  if (life_->without_echo()) {
    for (const frame& each : wire_) {
      if (each) judge_.may_be_lost(*each);
    }
  }
  out_.clear();
  wire_.clear();
  back_.clear();
  up_ = false;
}

void world::socket_takes(std::size_t items) {
  std::size_t frames = 0;
  for (; items > 0 && !out_.empty(); --items) {
    if (out_.front()) ++frames;
    wire_.push_back(std::move(out_.front()));
    out_.pop_front();
  }
  if (frames > 0) life_->written(frames);
}

void world::core_reads(std::size_t items) {
  for (; items > 0 && !wire_.empty(); --items) {
    const frame next = std::move(wire_.front());
    wire_.pop_front();
    if (!next) {
      back_.emplace_back(std::nullopt);
    } else if (next->find(R"("ws:m:ping")") == std::string::npos) {
      judge_.heard(*next, now_ms());
    } else if (core_ == manners::rust || core_ == manners::ts) {
      back_.push_back(next);
    }
  }
}

void world::gantry_reads(std::size_t items) {
  for (; items > 0 && !back_.empty(); --items) {
    const frame next = std::move(back_.front());
    back_.pop_front();
    life_->received(next);
  }
}

// ---- Time -------------------------------------------------------------------------------------

void world::pass(milliseconds time) {
  const auto end = now_.steady + time;
  const auto move_to = [this](std::chrono::steady_clock::time_point when) {
    now_.wall +=
        std::chrono::duration_cast<std::chrono::system_clock::duration>(when - now_.steady);
    now_.steady = when;
  };
  for (int wakes = 0; life_; ++wakes) {
    const auto next = life_->next_wakeup();
    if (!next || *next > end) break;
    if (wakes > 1'000) return judge_.complain("gantry wants to be woken without end");
    move_to(std::max(*next, now_.steady));
    life_->time_passed();
    if (life_->gave_up()) cut();
  }
  move_to(end);
}

// The faults are over.
void world::settle() {
  core_is_back_ = 0;
  if (!life_) begin_life();
  connect();
  add_log("s:fresh");
  const std::size_t fresh = logs_.size() - 1;
  print(current_.size() - 1, 1);
  const std::int64_t begin = now_ms();
  while (!is_done() && complaints().empty()) {
    exchange_all();
    if (is_done()) break;
    pass(milliseconds(1 + dice_.upto(25)));
    if (!up_) return judge_.complain("the connection was given up though all is well");
    if (now_ms() - begin > settle_max.count()) {
      return judge_.complain(std::to_string(disk_.rows().size()) + " pulses are stuck");
    }
  }
  seen_.slowest_calm = now_ms() - begin;
  const auto heard = judge_.first_heard(logs_[fresh].container);
  seen_.slowest_fresh = heard.value_or(begin) - begin;
  if (seen_.slowest_fresh > fresh_max) {
    judge_.complain("a fresh line took " + std::to_string(seen_.slowest_fresh) + " ms");
  }
  for (const engine_log& each : logs_) judge_.judge(each);
}

void world::exchange_all() {
  if (!life_) return;
  if (life_->disk_is_busy()) life_->disk_is_done();
  while (!out_.empty() || !wire_.empty() || !back_.empty()) {
    socket_takes(out_.size());
    core_reads(wire_.size());
    gantry_reads(back_.size());
  }
}

bool world::is_done() const { return disk_.rows().empty() && life_->is_quiet(); }

}  // namespace gantry::outbox::simulation
