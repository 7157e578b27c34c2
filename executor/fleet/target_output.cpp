#include "executor/fleet/target_output.hpp"

#include <utility>

#include "executor/fleet/target_paths.hpp"
#include "executor/outbox/render.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

line_pulses_config config_of(const emitter_policy& policy, const std::optional<run_voice>& voice) {
  line_pulses_config out;
  out.pulses_per_second = policy.pulses_per_second;
  out.combine = policy.combine && !(voice && voice->tells_values());
  return out;
}

}  // namespace

target_output::target_output(const output_services& services, model::target_id target,
                             std::string path, std::optional<run_voice> voice,
                             std::shared_ptr<pulse_rate> rate)
    : services_(services),
      target_(std::move(target)),
      path_(std::move(path)),
      voice_(std::move(voice)),
      output_(model::make_emitter_id(target_, emitter_names::output)),
      lines_(config_of(services.rules.policy_of(path_, emitter_names::output), voice_),
             std::move(rate)),
      due_(services.executor),
      changed_(services.executor) {}

target_output::~target_output() { services_.outbox.release(held_); }

// ---- In -------------------------------------------------------------------------------------

void target_output::line(const engine::log_line& line, const std::string& container,
                         const std::string& run) {
  lines_.add(line, container, net::now().steady, run);
  count_held();
  announce();
}

void target_output::emit(std::string_view emitter, json::text data) {
  if (voice_) data = voice_->event(data);
  outbox::record next;
  next.emitter = model::make_emitter_id(target_, emitter);
  if (class_of(emitter) == delivery::latest) return tell_latest(next.emitter, std::move(data));
  next.body = std::move(data.bytes);
  pulses_.push_back(std::move(next));
  announce();
}

void target_output::set_condition(std::string_view emitter, json::text data) {
  if (voice_) return;
  json::text& last = conditions_[std::string(emitter)];
  if (data == last) return;
  last = data;
  emit(emitter, std::move(data));
}

void target_output::adopt(target_output& other, const std::string& container) {
  other.changed_containers_.erase(container);
  const auto known = other.containers_.extract(container);
  if (!known) return;
  containers_[container] = known.mapped();
  containers_[container].path = path_;
  changed_containers_.insert(container);
  announce();
}

void target_output::continue_run(target_output& other, const std::string& container) {
  lines_.continue_run(other.lines_, container);
  other.count_held();
  other.changed_.notify();
  count_held();
  announce();
}

void target_output::save(const std::string& container, std::string runs) {
  outbox::saved_container& its = containers_[container];
  if (its.runs == runs && its.path == path_) return;
  its.id = container;
  its.path = path_;
  its.runs = std::move(runs);
  changed_containers_.insert(container);
  announce();
}

void target_output::save_all() {
  for (const auto& [id, each] : containers_) changed_containers_.insert(id);
  announce();
}

void target_output::forget(const std::string& container) {
  containers_.erase(container);
  changed_containers_.erase(container);
  gone_containers_.push_back(container);
  announce();
}

// ---- Out ------------------------------------------------------------------------------------

void target_output::announce() {
  if (std::exchange(announced_, true)) return;
  services_.outbox.announce(shared_from_this());
}

void target_output::collect(outbox::collection& into) {
  announced_ = false;
  for (outbox::record& each : std::exchange(pulses_, {})) tell(into, std::move(each));
  std::map<std::string, engine::log_cursor> cursors;
  for (told_lines& each : lines_.take(into.now().steady)) {
    each.what.emitter = output_;
    tell(into, voice_ ? voice_->lines(std::move(each.what)) : std::move(each.what));
    if (each.cursor) cursors.insert_or_assign(std::move(each.container), *each.cursor);
  }
  for (const auto& [id, cursor] : cursors) {
    outbox::saved_container& its = containers_[id];
    its.id = id;
    its.path = path_;
    its.cursor = to_json(cursor).bytes;
    changed_containers_.insert(id);
  }
  for (const std::string& id : std::exchange(changed_containers_, {})) into.save(containers_[id]);
  for (const std::string& id : std::exchange(gone_containers_, {})) into.forget_container(id);
  count_held();
  changed_.notify();
  arm();
}

void target_output::tell(outbox::collection& into, outbox::record next) {
  next.target = target_;
  const std::string_view emitter =
      std::string_view(next.emitter.value).substr(target_.value.size() + 1);
  if (class_of(emitter) != delivery::latest) return into.add(std::move(next));
  into.cut(next);
  next.seq = into.number(next.emitter, next.count);
  tell_latest(next.emitter, outbox::data_of(next));
}

void target_output::tell_latest(const model::emitter_id& emitter, json::text data) {
  services_.core.set_latest(
      {.emitter = emitter, .data = std::move(data), .timestamp = myko::unix_ms(net::now().wall)});
}

delivery target_output::class_of(std::string_view emitter) const {
  return services_.rules.policy_of(path_, emitter).delivery;
}

// Lines that wait for the rate go when their time has come, whatever the reader does.
void target_output::arm() {
  const auto due = lines_.next_due();
  if (!due || armed_) return;
  armed_ = true;
  due_.expires_at(*due);
  due_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    self->armed_ = false;
    self->announce();
  });
}

void target_output::count_held() {
  const std::size_t now = lines_.bytes();
  if (now > held_) services_.outbox.hold(now - held_);
  if (now < held_) services_.outbox.release(held_ - now);
  held_ = now;
}

awaitable<void> target_output::room() {
  while (lines_.full()) co_await changed_.wait();
  co_await services_.outbox.room();
}

awaitable<void> target_output::drained() {
  while (!lines_.empty()) co_await changed_.wait();
}

awaitable<void> target_output::take_turn() {
  const std::uint64_t place = ++last_place_;
  queue_.push_back(place);
  while (turns_ > 0 || queue_.front() != place) co_await changed_.wait();
  queue_.pop_front();
  take();
}

void target_output::give_turn() {
  --turns_;
  changed_.notify();
}

}  // namespace gantry::fleet
