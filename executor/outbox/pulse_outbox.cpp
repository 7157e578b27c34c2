#include "executor/outbox/pulse_outbox.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <utility>

#include "executor/outbox/disk_watch.hpp"
#include "executor/outbox/draft.hpp"
#include "executor/outbox/pacer.hpp"
#include "executor/outbox/render.hpp"
#include "executor/outbox/unwritten.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"

namespace gantry::outbox {
namespace {

namespace asio = boost::asio;
using net::awaitable;

}  // namespace

class pulse_outbox::impl {
 public:
  impl(const asio::any_io_executor& executor, outbox_config config, log_sink log)
      : config_(std::move(config)),
        log_(std::move(log)),
        store_(config_.store),
        lanes_(config_.lanes, config_.rate),
        pacer_({config_.commit_within, config_.write_bytes, config_.held_bytes_max,
                config_.forget_within}),
        watch_(config_.disk_patience),
        wakeup_(executor),
        patience_(executor),
        room_(executor) {}

  ~impl() { disk_.join(); }

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  snapshot open() {
    snapshot found = store_.open();
    if (!found.notice.empty()) log_(log_level::error, found.notice);
    tell_waiting_at_ = net::now().steady + first_told_after;
    note(found.totals);
    numbers_.next_id = found.last_id + 1;
    for (const auto& [emitter, next] : found.seqs) {
      numbers_.next_seq.emplace(model::emitter_id(emitter), next);
    }
    for (const model::target_id& target : found.waiting) lanes_.found(target);
    if (found.totals.records > 0) {
      log_(log_level::info, "an earlier run has left " + describe(found.totals));
    }
    return found;
  }

  // A write when it is due, then a loading: one at a time, so that each sees the other's result.
  awaitable<void> run() {
    while (true) {
      const auto now = net::now().steady;
      const auto due = pacer_.next_write();
      if ((due && *due <= now) || !unwritten_.empty()) {
        co_await write();
      } else if (auto wanted = lanes_.wanted(); !wanted.empty()) {
        co_await load(std::move(wanted));
      } else {
        auto until = due.value_or(time_point::max());
        if (const auto rested = lanes_.next_due()) until = std::min(until, *rested);
        wakeup_.expires_at(until);
        co_await wakeup_.async_wait(net::token);
      }
      caught_up();
      lanes_.wake(net::now().steady);
      if (ready_) ready_();
    }
  }

  // There is no later try for a disk that failed.
  awaitable<void> finish() {
    co_await on_disk([this] {
      store_.try_again();
      return true;
    });
    co_await write();
    caught_up();
    if (is_durable()) co_return;
    log_(log_level::warning,
         "the disk still fails at the end: what was told since then may be told again");
  }

  void on_ready(std::function<void()> call) { ready_ = std::move(call); }

  void on_renewed(std::function<void()> call) { renewed_ = std::move(call); }

  void on_lost(std::function<void(const std::vector<model::target_id>&)> call) {
    lost_ = std::move(call);
  }

  void on_hang(std::function<void(const std::string&)> call) { hang_ = std::move(call); }

  void set_open(bool open) {
    if (lanes_.is_open() == open) return;
    lanes_.set_open(open);
    if (open && totals_.records > 0) {
      log_(log_level::info, "sending what waited for the core: " + describe(totals_));
    }
    wakeup_.cancel();
  }

  void write_soon(std::function<void(batch&)> fill, std::function<void()> written) {
    fillers_.push_back({std::move(fill), std::move(written)});
    begin_waiting();
  }

  [[nodiscard]] const totals& waiting() const { return totals_; }
  [[nodiscard]] bool is_durable() const { return totals_.trouble.empty() && !is_ahead_; }

  // ---- intake

  void announce(const std::shared_ptr<producer>& who) {
    if (announced_.insert(who).second) begin_waiting();
  }

  void hold(std::size_t bytes) {
    pacer_.hold(bytes);
    if (pacer_.is_much()) wakeup_.cancel();
  }

  void release(std::size_t bytes) {
    pacer_.release(bytes);
    if (!pacer_.is_full()) room_.notify();
  }

  awaitable<void> room() {
    while (pacer_.is_full()) co_await room_.wait();
  }

  // ---- pulse_source

  std::optional<model::pulse> next(const myko::moment& now) {
    const record* const next = lanes_.next(now);
    if (next == nullptr) {
      wakeup_.cancel();  // there may be something to load, or a rate to wait for
      return std::nullopt;
    }
    return to_pulse(*next, config_.frame_bytes_max);
  }

  model::pulse replace_last() { return to_pulse(lanes_.replace_last(), config_.frame_bytes_max); }

  void limit_frames(std::size_t bytes_max) { config_.frame_bytes_max = bytes_max; }

  void acknowledged(std::size_t count) {
    lanes_.acknowledged(count);
    pacer_.arrived(net::now().steady);
    wakeup_.cancel();
  }

  void rewind() { lanes_.rewind(); }

 private:
  using time_point = std::chrono::steady_clock::time_point;
  struct filler {
    std::function<void(batch&)> fill;
    std::function<void()> written;
  };

  // ---- The disk

  // What is under way there is not cancelled: its outcome has to be known. (Of a co_spawn over
  // there the cancellation would go to the other thread, and meet there what has ended meanwhile.)
  template <typename Function>
  auto on_disk(Function function) -> awaitable<decltype(function())> {
    std::optional<decltype(function())> out;
    watch_.begin(net::now().steady);
    look_after_disk();
    const auto back = co_await asio::this_coro::executor;
    const auto begin = [&](auto handler) {
      auto work = asio::make_work_guard(back);
      asio::post(disk_,
                 [&out, &function, work = std::move(work), handler = std::move(handler)]() mutable {
                   out.emplace(function());
                   asio::post(work.get_executor(), std::move(handler));
                 });
    };
    co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(begin,
                                                                         asio::use_awaitable);
    disk_answered();
    co_return std::move(*out);
  }

  awaitable<void> write() {
    unwritten_.add(gather());
    batch next = unwritten_.take();
    // In trouble the store tries the disk again at each write, whatever is to be written.
    const bool more = !totals_.trouble.empty() || totals_.dropping;
    if (!next.empty() || more) co_await put(std::move(next));
    tell_written();
  }

  awaitable<void> put(batch next) {
    writing_ = &next;
    totals now = co_await on_disk([&] { return store_.write(next); });
    writing_ = nullptr;
    for (record& each : next.records) {
      // One that went ahead and is not in memory was not there to be loaded until now.
      if (each.id > ahead_through_ || !each.sealed) lanes_.written(std::move(each));
    }
    note(std::move(now));
  }

  awaitable<void> load(std::vector<load_request> wanted) {
    std::vector<loaded> found = co_await on_disk([&] { return store_.load(wanted); });
    lanes_.loaded(std::move(found));
    for (const record& each : unwritten_.all().records) {
      if (!each.sealed) lanes_.found(each.target);  // it could not see these
    }
  }

  // All that has been announced, numbered, with what belongs to it.
  batch gather() {
    std::vector<filler> fillers = std::exchange(fillers_, {});
    const auto now = net::now();
    pacer_.begin_write(now.steady);
    draft next(now, numbers_, lanes_, config_.time_to_live, config_.frame_bytes_max);
    for (const filler& each : fillers) each.fill(next.rest());
    next.drop_targets();
    for (const auto& each : std::exchange(announced_, {})) {
      if (const auto who = each.lock()) who->collect(next);
    }
    unwritten_.acknowledged(lanes_.take_acknowledged());
    std::move(fillers.begin(), fillers.end(), std::back_inserter(filled_));
    return next.take();
  }

  // Those whose content is with the store, or, while the disk does not answer, here.
  void tell_written() {
    for (const filler& each : std::exchange(filled_, {})) {
      if (each.written) each.written();
    }
  }

  // ---- A disk that does not answer
  //
  // What would be written is kept here, and goes to the core from memory, as it does while a disk
  // is full. What the disk is at just now may end either way: if it is in the database afterwards
  // the cores' acknowledgements take it out again, if gantry is killed before, its lines are read
  // again.

  void look_after_disk() {
    const auto next = watch_.hangs() ? time_when_ahead() : watch_.deadline();
    if (!next) return;
    patience_.expires_at(*next);
    patience_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](const auto& error) {
      if (error || alive.expired()) return;
      if (watch_.tick(net::now().steady)) begin_to_hang();
      if (!watch_.hangs()) return;
      go_ahead();
      look_after_disk();
    });
  }

  // Not for each line: what is collected is put to the rest.
  [[nodiscard]] time_point time_when_ahead() const {
    return net::now().steady + std::max(config_.commit_within, ahead_every);
  }

  void begin_to_hang() {
    const std::string words = "The disk under " + config_.store.file + " has not answered for " +
                              std::to_string(config_.disk_patience.count() / 1'000) + " s";
    log_(log_level::error,
         words +
             ": gantry goes on in memory (outbox.memory_bytes_max), and pauses the reading of "
             "output when that is full; if it is killed, what was not written is told again");
    is_ahead_ = true;
    if (hang_) hang_(words + ": gantry goes on in memory.");
    if (writing_ != nullptr) give(writing_->records);
    tell_written();
  }

  void go_ahead() {
    const auto due = pacer_.next_write();
    unwritten_.acknowledged(lanes_.take_acknowledged());
    const bool has_room = unwritten_.bytes() < config_.lanes.memory_bytes_max;
    if (has_room && due && *due <= net::now().steady) {
      batch next = gather();
      give(next.records);
      unwritten_.add(std::move(next));
      tell_written();
    }
    lanes_.wake(net::now().steady);
    if (ready_) ready_();
  }

  void give(const std::vector<record>& records) {
    for (const record& each : records) {
      if (each.id > ahead_through_) lanes_.written(each);
    }
    if (!records.empty()) ahead_through_ = std::max(ahead_through_, records.back().id);
  }

  // All is with the store.
  void caught_up() {
    if (unwritten_.empty()) is_ahead_ = false;
  }

  void disk_answered() {
    patience_.cancel();
    const auto hung = watch_.end(net::now().steady);
    if (!hung) return;
    log_(log_level::info,
         "the disk answers again, after " + std::to_string(hung->count() / 1'000) + " s");
    if (hang_) hang_("");
  }

  void begin_waiting() {
    pacer_.changed(net::now().steady);
    wakeup_.cancel();
  }

  // ---- What the operator hears

  void note(totals now) {
    if (now.trouble != totals_.trouble) {
      if (now.trouble.empty()) {
        log_(log_level::info, "the outbox is written to disk again");
      } else {
        log_(log_level::error, now.trouble);
      }
    }
    const bool renewed = now.renewed != totals_.renewed;
    if (renewed) {
      log_(log_level::error, now.notice);
      write_soon([this](batch& into) { write_all_numbers(into); }, nullptr);
    }
    const auto dropped = now.dropped_full - totals_.dropped_full;
    const bool first = totals_.dropped_full == 0;
    if (dropped > 0 && (first || now.dropped_full / told_every > totals_.dropped_full / told_every))
      log_(log_level::error, "the outbox is full: " + std::to_string(now.dropped_full) +
                                 " lines were dropped since the start, the oldest first");
    totals_ = std::move(now);
    if (totals_.dropping) begin_waiting();
    tell_how_much_waits();
    if (renewed && renewed_) renewed_();
    if (!totals_.lost_of.empty() && lost_) lost_(totals_.lost_of);
  }

  void write_all_numbers(batch& into) const {
    for (const auto& [emitter, next] : numbers_.next_seq) {
      into.seqs.try_emplace(emitter.value, next);
    }
  }

  // While the core is away; the first time not before it could have come back from a restart.
  void tell_how_much_waits() {
    const auto now = net::now().steady;
    if (lanes_.is_open() || totals_.records == 0) {
      tell_waiting_at_ = now + first_told_after;
    } else if (now >= tell_waiting_at_) {
      tell_waiting_at_ = now + told_again_after;
      log_(log_level::info, "no core takes pulses: " + describe(totals_) + " wait");
    }
  }

  static std::string describe(const totals& what) {
    return std::to_string(what.records) + " pulses with " + std::to_string(what.lines) +
           " lines (" + std::to_string(what.bytes / 1024) + " KiB)";
  }

  static constexpr std::uint64_t told_every = 100'000;
  static constexpr std::chrono::milliseconds ahead_every{20};
  static constexpr auto first_told_after = std::chrono::seconds(10);
  static constexpr auto told_again_after = std::chrono::minutes(10);

  outbox_config config_;
  log_sink log_;
  store store_;  // used on the disk's thread only, after open()
  lanes lanes_;
  pacer pacer_;
  disk_watch watch_;
  unwritten unwritten_;             // empty, unless the disk hangs or has just come back
  const batch* writing_ = nullptr;  // what the disk's thread reads
  row_id ahead_through_ = 0;        // up to this one the lanes know of them
  bool is_ahead_ = false;           // it was told that something is written that is not
  numbering numbers_;
  totals totals_;
  time_point tell_waiting_at_;
  std::function<void()> ready_;
  std::function<void()> renewed_;
  std::function<void(const std::vector<model::target_id>&)> lost_;
  std::function<void(const std::string&)> hang_;

  std::set<std::weak_ptr<producer>, std::owner_less<>> announced_;
  std::vector<filler> fillers_;
  std::vector<filler> filled_;  // and not told yet
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  asio::steady_timer wakeup_;
  asio::steady_timer patience_;
  net::signal room_;
  asio::thread_pool disk_{1};  // last: joined before what it uses goes
};

pulse_outbox::pulse_outbox(asio::any_io_executor executor, outbox_config config, log_sink log)
    : impl_(std::make_unique<impl>(executor, std::move(config), std::move(log))) {}

pulse_outbox::~pulse_outbox() = default;

snapshot pulse_outbox::open() { return impl_->open(); }
awaitable<void> pulse_outbox::run() { return impl_->run(); }
awaitable<void> pulse_outbox::finish() { return impl_->finish(); }
void pulse_outbox::on_ready(std::function<void()> call) { impl_->on_ready(std::move(call)); }
void pulse_outbox::on_renewed(std::function<void()> call) { impl_->on_renewed(std::move(call)); }
void pulse_outbox::on_lost(std::function<void(const std::vector<model::target_id>&)> call) {
  impl_->on_lost(std::move(call));
}
void pulse_outbox::on_hang(std::function<void(const std::string&)> call) {
  impl_->on_hang(std::move(call));
}
void pulse_outbox::set_open(bool open) { impl_->set_open(open); }
void pulse_outbox::write_soon(std::function<void(batch&)> fill, std::function<void()> written) {
  impl_->write_soon(std::move(fill), std::move(written));
}
const totals& pulse_outbox::waiting() const { return impl_->waiting(); }

void pulse_outbox::announce(const std::shared_ptr<producer>& who) { impl_->announce(who); }
bool pulse_outbox::is_durable() const { return impl_->is_durable(); }
void pulse_outbox::hold(std::size_t bytes) { impl_->hold(bytes); }
void pulse_outbox::release(std::size_t bytes) { impl_->release(bytes); }
awaitable<void> pulse_outbox::room() { return impl_->room(); }

std::optional<model::pulse> pulse_outbox::next(myko::moment now) { return impl_->next(now); }
model::pulse pulse_outbox::replace_last() { return impl_->replace_last(); }
void pulse_outbox::limit_frames(std::size_t bytes_max) { impl_->limit_frames(bytes_max); }
void pulse_outbox::acknowledged(std::size_t count) { impl_->acknowledged(count); }
void pulse_outbox::rewind() { impl_->rewind(); }

}  // namespace gantry::outbox
