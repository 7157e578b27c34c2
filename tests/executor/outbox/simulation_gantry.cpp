#include "tests/executor/outbox/simulation_gantry.hpp"

#include <algorithm>
#include <utility>

#include "executor/outbox/render.hpp"

namespace gantry::outbox::simulation {

// ---- A log ----------------------------------------------------------------------------------

void log_reader::collect(collection& into, std::size_t records_max, test::dice& dice) {
  if (told_ < log_->kept_from) {
    record notice;
    notice.target = log_->target;
    notice.emitter = model::make_emitter_id(log_->target, "output");
    notice.form = form::notice;
    notice.count = 0;
    notice.body = reasons::rotated;
    into.add(std::move(notice));
    told_ = log_->kept_from;
  }
  for (; records_max > 0 && has_more(); --records_max) into.add(next_record(dice));
  into.save({log_->container, log_->target.value, std::to_string(told_), ""});
}

record log_reader::next_record(test::dice& dice) {
  record out;
  out.target = log_->target;
  const engine_log::entry& first = log_->entries[told_];
  if (first.what != engine_log::kind::line) {
    const bool run = first.what == engine_log::kind::run;
    out.emitter = model::make_emitter_id(log_->target, run ? "run" : "finish");
    out.body = R"({"name":")" + log_->name_of(told_++) + "\"}";
    return out;
  }
  out.emitter = model::make_emitter_id(log_->target, "output");
  out.form = form::lines;
  out.stream = first.stream;
  out.truncated = first.truncated;
  out.joins = !first.truncated && !dice.one_in(8);
  out.body = log_->name_of(told_++);
  while (out.joins && has_more() && dice.one_in(3)) {
    const engine_log::entry& next = log_->entries[told_];
    if (next.what != first.what || next.stream != first.stream || next.truncated) break;
    out.body += "\n" + log_->name_of(told_++);
    ++out.count;
  }
  return out;
}

// ---- The beginning, and the end ---------------------------------------------------------------

gantry_life::gantry_life(world around)
    : world_(around),
      chance_(around.life << 32U),
      lanes_(around.config.lanes, [rate = around.config.rate](const auto&) { return rate; }),
      pacer_(around.config.pacer),
      lives_([life = around.config.time_to_live](const auto&) { return life; }),
      session_(
          around.config.session, *this, [this] { return chance_ += 0x9E3779B97F4A7C15ULL; },
          [](log_level, const std::string&) {}) {
  recover();
  model::catalogue all;
  all.instance.id = model::instance_id("m:s");
  perform(session_.publish(std::move(all), world_.now));
}

void gantry_life::recover() {
  const snapshot found = world_.disk.open();
  numbers_.next_id = found.last_id + 1;
  for (const auto& [emitter, next] : found.seqs) {
    numbers_.next_seq.emplace(model::emitter_id(emitter), next);
  }
  for (const model::target_id& target : found.waiting) lanes_.found(target);
  for (std::size_t at = 0; at < world_.logs.size(); ++at) {
    const engine_log& log = world_.logs[at];
    if (log.gone) continue;
    const auto saved = std::find_if(found.containers.begin(), found.containers.end(),
                                    [&](const auto& each) { return each.id == log.container; });
    readers_.emplace(
        at, log_reader(log, saved == found.containers.end() ? 0 : std::stoul(saved->cursor)));
    if (readers_.at(at).has_more()) announce(at);
  }
  for (const std::size_t log : world_.forgotten) forget(log);
  run();
}

void gantry_life::crash(bool carried_out) {
  if (!job_ || !carried_out) return;
  if (const auto* what = std::get_if<batch>(&*job_)) {
    carry_out_write(*what);
  } else {
    (void)world_.disk.load(std::get<load_job>(*job_), myko::unix_ms(world_.now.wall));
  }
}

// ---- As pulse_outbox does ---------------------------------------------------------------------

void gantry_life::run() {
  for (int turns = 0; !job_; ++turns) {
    if (turns > 100) return world_.judge.complain("the outbox turns without end");
    if (waiting_until_) {
      if (!woken_ && world_.now.steady < *waiting_until_) return;
      waiting_until_.reset();
      woken_ = false;
      lanes_.wake(world_.now.steady);
      perform(session_.pump(world_.now));
    }
    const auto due = pacer_.next_write();
    if (due && *due <= world_.now.steady) {
      batch what = gather();
      if (!what.empty()) {
        job_ = std::move(what);
      } else {
        lanes_.wake(world_.now.steady);
        perform(session_.pump(world_.now));
      }
    } else if (auto wanted = lanes_.wanted(); !wanted.empty()) {
      job_ = std::move(wanted);
    } else {
      waiting_until_ = std::min(due.value_or(lanes::time_point::max()),
                                lanes_.next_due().value_or(lanes::time_point::max()));
    }
  }
}

batch gantry_life::gather() {
  pacer_.begin_write(world_.now.steady);
  draft next(world_.now, numbers_, lanes_, lives_);
  if (std::exchange(wants_to_drop_, false)) forget_now(next.rest());
  next.drop_targets();
  for (const std::size_t log : std::exchange(announced_, {})) {
    const auto reader = readers_.find(log);
    if (reader == readers_.end()) continue;
    reader->second.collect(next, 1 + world_.dice.upto(world_.config.records_at_once - 1),
                           world_.dice);
    if (reader->second.has_more()) announce(log);
  }
  batch out = next.take();
  out.acknowledged = lanes_.take_acknowledged();
  return out;
}

void gantry_life::forget_now(batch& into) {
  for (const std::size_t log : world_.forgotten) {
    into.dropped_targets.push_back(world_.logs[log].target);
    into.containers_gone.push_back(world_.logs[log].container);
  }
}

void gantry_life::carry_out_write(const batch& what) {
  world_.disk.write(what, myko::unix_ms(world_.now.wall));
  world_.judge.committed(what);
  for (const std::string& gone : what.containers_gone) {
    std::erase_if(world_.forgotten,
                  [&](std::size_t each) { return world_.logs[each].container == gone; });
  }
}

void gantry_life::disk_is_done() {
  const auto job = *std::exchange(job_, std::nullopt);
  if (const auto* what = std::get_if<batch>(&job)) {
    carry_out_write(*what);
    std::uint64_t bytes = 0;
    for (const record& each : what->records) {
      bytes += cost(each);
      lanes_.written(each);
    }
    batch_bytes_max_ = std::max(batch_bytes_max_, bytes);
  } else {
    auto found = world_.disk.load(std::get<load_job>(job), myko::unix_ms(world_.now.wall));
    std::uint64_t largest = 0;
    for (const loaded& each : found) {
      for (const record& one : each.records) largest = std::max(largest, cost(one));
    }
    batch_bytes_max_ = std::max(batch_bytes_max_, largest * found.size());
    lanes_.loaded(std::move(found));
  }
  check_memory();
  lanes_.wake(world_.now.steady);
  perform(session_.pump(world_.now));
  run();
}

void gantry_life::check_memory() {
  const std::size_t most = world_.config.lanes.memory_bytes_max + batch_bytes_max_;
  if (lanes_.bytes() > most) {
    world_.judge.complain("lanes hold " + std::to_string(lanes_.bytes()) + " bytes of " +
                          std::to_string(most));
  }
}

std::optional<model::pulse> gantry_life::next(myko::moment now) {
  const record* const found = lanes_.next(now);
  if (found == nullptr) {
    wake();
    return std::nullopt;
  }
  if (found->form != form::notice && found->expires != 0 &&
      found->expires <= myko::unix_ms(now.wall)) {
    world_.judge.complain("row " + std::to_string(found->id) + " is sent though it is too old");
  }
  return to_pulse(*found);
}

model::pulse gantry_life::replace_last() { return to_pulse(lanes_.replace_last()); }

void gantry_life::acknowledged(std::size_t count) {
  lanes_.acknowledged(count);
  pacer_.arrived(world_.now.steady);
  wake();
}

void gantry_life::announce(std::size_t log) {
  announced_.insert(log);
  pacer_.changed(world_.now.steady);
  wake();
}

// ---- What happens -----------------------------------------------------------------------------

void gantry_life::printed(std::size_t log) {
  if (!readers_.contains(log)) readers_.emplace(log, log_reader(world_.logs[log], 0));
  announce(log);
  run();
}

void gantry_life::forget(std::size_t log) {
  readers_.erase(log);
  wants_to_drop_ = true;
  pacer_.changed(world_.now.steady);
  wake();
  run();
}

void gantry_life::time_passed() {
  perform(session_.tick(world_.now));
  run();
}

void gantry_life::connected() {
  gave_up_ = false;
  perform(session_.connected(world_.now));
  run();
}

void gantry_life::written(std::size_t frames) {
  perform(session_.written(frames, world_.now));
  run();
}

void gantry_life::received(const frame& what) {
  if (what) {
    perform(session_.received(*what, world_.now));
  } else {
    session_.heard(myko::sign_of_life::pong, world_.now);
  }
  run();
}

void gantry_life::disconnected() {
  session_.disconnected(world_.now);
  perform({});
  run();
}

void gantry_life::perform(const myko::session_actions& actions) {
  for (const myko::session_action& each : actions) {
    if (const auto* text = std::get_if<myko::send_frame>(&each)) {
      world_.out.emplace_back(text->text);
    } else if (std::holds_alternative<myko::send_control_ping>(each)) {
      world_.out.emplace_back(std::nullopt);
    } else if (std::holds_alternative<myko::drop_connection>(each)) {
      gave_up_ = true;
    }
  }
  if (lanes_.is_open() == session_.takes_pulses()) return;
  lanes_.set_open(session_.takes_pulses());
  wake();
}

bool gantry_life::is_quiet() const {
  return !job_ && announced_.empty() && !pacer_.next_write() && lanes_.bytes() == 0 &&
         session_.in_flight() == 0;
}

std::optional<lanes::time_point> gantry_life::next_wakeup() const {
  auto out = session_.next_wakeup();
  if (!job_ && waiting_until_) out = std::min(out.value_or(*waiting_until_), *waiting_until_);
  return out;
}

}  // namespace gantry::outbox::simulation
