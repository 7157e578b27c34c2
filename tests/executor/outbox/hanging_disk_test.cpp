// The outbox while the thread of its database hangs: it goes on in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "executor/outbox/pulse_outbox.hpp"
#include "model/json.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/signal.hpp"
#include "myko/net/task_group.hpp"
#include "tests/executor/temp_folder.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/seed.hpp"

namespace gantry::outbox {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using net::awaitable;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The database's thread asks it the time in every call, and waits here for the answer.
class stuck_clock {
 public:
  std::int64_t now() {
    std::unique_lock held(lock_);
    changed_.wait(held, [this] { return !stuck_; });
    return myko::unix_ms(net::now().wall);
  }
  void set(bool stuck) {
    const std::lock_guard held(lock_);
    stuck_ = stuck;
    changed_.notify_all();
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  bool stuck_ = false;
};

class line_producer : public producer {
 public:
  explicit line_producer(const std::string& target) : target_(target) {}

  void put(const std::string& line) {
    record next;
    next.target = target_;
    next.emitter = model::make_emitter_id(target_, "output");
    next.form = form::lines;
    next.body = line;
    waiting_.push_back(std::move(next));
  }
  void collect(collection& into) override {
    for (record& each : std::exchange(waiting_, {})) into.add(std::move(each));
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  model::target_id target_;
  std::deque<record> waiting_;
};

class hanging_disk : public testing::Test {
 protected:
  hanging_disk() : changed_(context_.get_executor()) {
    config_.store.file = folder_.file("gantry.db");
    config_.store.durability = durability::off;
    config_.store.now = [this] { return clock_.now(); };
    config_.commit_within = 0ms;
    config_.forget_within = 0ms;
    config_.disk_patience = 50ms;
    config_.rate = [](const model::emitter_id&) { return 10'000.0; };
    config_.time_to_live = [](const model::emitter_id&) { return std::nullopt; };
  }
  ~hanging_disk() override {
    clock_.set(false);
    tasks_.reset();
    outbox_.reset();
  }

  void begin() {
    outbox_ = std::make_unique<pulse_outbox>(
        context_.get_executor(), config_,
        [this](log_level, const std::string& line) { logs_.push_back(line); });
    outbox_->on_ready([this] { changed_.notify(); });
    outbox_->on_hang([this](const std::string& words) {
      trouble_ = words;
      changed_.notify();
    });
    (void)outbox_->open();
    outbox_->set_open(true);
  }
  void run(const std::function<awaitable<void>()>& script) {
    test::run_script(context_, [&]() -> awaitable<void> {
      tasks_.emplace(context_.get_executor());
      tasks_->spawn(outbox_->run());
      co_await script();
      clock_.set(false);
      tasks_->cancel();
      co_await tasks_->wait();
      co_await outbox_->finish();
    });
  }
  awaitable<void> until(std::function<bool()> condition) {
    while (!condition()) co_await changed_.wait();
  }
  awaitable<void> until_collected(const std::shared_ptr<line_producer>& from) {
    co_await until([&] { return from->waiting() == 0; });
  }
  void put(const std::shared_ptr<line_producer>& into, const std::string& line) {
    into->put(line);
    outbox_->announce(into);
  }
  // The disk hangs from the write of this line on.
  awaitable<void> hang(const std::shared_ptr<line_producer>& into, const std::string& line) {
    clock_.set(true);
    put(into, line);
    co_await until([this] { return !trouble_.empty(); });
  }
  awaitable<void> answer() {
    clock_.set(false);
    co_await until([this] { return trouble_.empty() && outbox_->is_durable(); });
  }
  // "seq text", of what goes now.
  std::vector<std::string> take() {
    std::vector<std::string> out;
    while (const auto next = outbox_->next(net::now())) {
      const auto data = json::parse(next->data.bytes);
      out.push_back(std::to_string(json::find(*data, "seq")->GetUint64()) + " " +
                    std::string(json::find_string(*data, "text").value_or("?")));
    }
    return out;
  }
  void take_and_acknowledge() {
    if (const auto count = take().size(); count > 0) outbox_->acknowledged(count);
  }

  temp_folder folder_;
  asio::io_context context_;
  net::signal changed_;
  stuck_clock clock_;
  outbox_config config_;
  std::unique_ptr<pulse_outbox> outbox_;
  std::optional<net::task_group> tasks_;
  std::vector<std::string> logs_;
  std::string trouble_;
  std::shared_ptr<line_producer> a_ = std::make_shared<line_producer>("s:a");
  std::shared_ptr<line_producer> b_ = std::make_shared<line_producer>("s:b");
};

TEST_F(hanging_disk, lets_through_what_it_has_and_what_comes) {
  begin();
  run([&]() -> awaitable<void> {
    co_await hang(a_, "one");
    EXPECT_THAT(take(), ElementsAre("1 one"));
    EXPECT_FALSE(outbox_->is_durable());
    put(a_, "two");
    put(b_, "first");
    co_await until_collected(b_);
    EXPECT_THAT(take(), testing::UnorderedElementsAre("2 two", "1 first"));
    outbox_->acknowledged(3);
    co_await answer();
    EXPECT_THAT(take(), IsEmpty()) << "nothing is told twice";
    put(a_, "three");
    co_await until_collected(a_);
    co_await until([this] { return outbox_->waiting().records == 1; });
    EXPECT_THAT(take(), ElementsAre("3 three"));
    outbox_->acknowledged(1);
  });
  EXPECT_THAT(logs_, Contains(HasSubstr("has not answered for")));
  EXPECT_THAT(logs_, Contains(HasSubstr("the disk answers again")));
  EXPECT_EQ(peek(config_.store.file)->records, 0U) << "nothing is left in the database";
}

TEST_F(hanging_disk, tells_what_is_written_that_it_is) {
  begin();
  run([&]() -> awaitable<void> {
    co_await hang(a_, "one");
    int filled = 0;
    int written = 0;
    outbox_->write_soon([&](batch& into) { into.facts["f"] = std::to_string(++filled); },
                        [&] {
                          ++written;
                          changed_.notify();
                        });
    co_await until([&] { return written == 1; });
    EXPECT_FALSE(outbox_->is_durable()) << "which is another thing";
    co_await answer();
    EXPECT_EQ(filled, 1);
    EXPECT_EQ(written, 1);
  });
  outbox_.reset();
  begin();
  outbox_.reset();
  store again(config_.store);
  EXPECT_EQ(again.open().facts.at("f"), "1");
}

TEST_F(hanging_disk, takes_no_more_than_memory_may_hold) {
  config_.lanes.memory_bytes_max = 1'000;
  begin();
  run([&]() -> awaitable<void> {
    outbox_->set_open(false);
    co_await hang(a_, "0");
    int put_in = 0;
    while (a_->waiting() == 0) {
      put(a_, std::to_string(++put_in) + std::string(300, '.'));
      for (int turns = 0; turns < 200; ++turns) {
        co_await asio::post(context_.get_executor(), asio::use_awaitable);
      }
      if (put_in <= 2) co_await until_collected(a_);
      EXPECT_LT(put_in, 10);
      if (put_in >= 10) break;
    }
    EXPECT_EQ(a_->waiting(), 1U) << "so its reader pauses, when it has enough";
    co_await answer();
    co_await until_collected(a_);
    outbox_->set_open(true);
    std::vector<std::string> all;
    co_await until([&] {
      for (const std::string& each : take()) {
        all.push_back(each.substr(0, 3));
        outbox_->acknowledged(1);
      }
      return all.size() == static_cast<std::size_t>(put_in) + 1;
    });
    for (std::size_t at = 0; at < all.size(); ++at) {
      EXPECT_EQ(all[at], (std::to_string(at + 1) + " " + std::to_string(at)).substr(0, 3));
    }
  });
}

TEST_F(hanging_disk, has_no_end_as_long_as_a_core_takes_the_lines) {
  config_.lanes.memory_bytes_max = 1'000;
  begin();
  run([&]() -> awaitable<void> {
    co_await hang(a_, "0");
    for (int lines = 0; lines < 50; ++lines) {
      put(a_, std::string(300, '.'));
      co_await until([&] {
        take_and_acknowledge();
        return a_->waiting() == 0;
      });
    }
    co_await answer();
  });
}

TEST_F(hanging_disk, drops_what_is_to_be_dropped) {
  begin();
  run([&]() -> awaitable<void> {
    outbox_->set_open(false);
    co_await hang(a_, "one");
    put(b_, "kept");
    co_await until_collected(b_);
    bool dropped = false;
    outbox_->write_soon([](batch& into) { into.dropped_targets.emplace_back("s:a"); },
                        [&] {
                          dropped = true;
                          changed_.notify();
                        });
    co_await until([&] { return dropped; });
    put(a_, "anew");
    co_await until_collected(a_);
    co_await answer();
    outbox_->set_open(true);
    std::multiset<std::string> all;
    co_await until([&] {
      for (const std::string& each : take()) all.insert(each);
      return all.size() >= 2;
    });
    EXPECT_THAT(all, ElementsAre("1 anew", "1 kept"));
    outbox_->acknowledged(all.size());
  });
}

// ---- Whatever happens, in any order

class hanging_disk_at_random : public hanging_disk,
                               public testing::WithParamInterface<std::uint64_t> {
 protected:
  // Each line of a target arrives once, in its order, but for what a lost connection makes the core
  // hear again.
  void hear() {
    while (const auto next = outbox_->next(net::now())) {
      const auto data = json::parse(next->data.bytes);
      const std::uint64_t seq = json::find(*data, "seq")->GetUint64();
      in_flight_.emplace_back(next->emitter.value, seq);
      EXPECT_EQ(json::find_string(*data, "text"), std::to_string(seq)) << next->emitter.value;
    }
  }
  void acknowledge(std::size_t count) {
    count = std::min(count, in_flight_.size());
    for (std::size_t at = 0; at < count; ++at) {
      const auto& [emitter, seq] = in_flight_.front();
      EXPECT_EQ(seq, ++acknowledged_[emitter]) << emitter;
      in_flight_.pop_front();
    }
    if (count > 0) outbox_->acknowledged(count);
  }
  void lose_connection() {
    if (in_flight_.empty()) return;
    in_flight_.clear();
    outbox_->rewind();
  }

  std::map<std::string, std::uint64_t> acknowledged_;
  std::deque<std::pair<std::string, std::uint64_t>> in_flight_;
};

TEST_P(hanging_disk_at_random, loses_nothing_and_tells_nothing_twice) {
  SCOPED_TRACE(test::seed_text(GetParam()));
  test::dice dice(GetParam());
  config_.lanes = {.memory_bytes_max = 1'000, .load_bytes = 500, .load_targets_max = 2};
  config_.disk_patience = 1ms;
  begin();
  std::map<std::string, int> lines;
  const std::map<std::string, std::shared_ptr<line_producer>> from{{"s:a", a_}, {"s:b", b_}};
  run([&]() -> awaitable<void> {
    for (int step = 0; step < 400; ++step) {
      const auto& [target, its] = *std::next(from.begin(), static_cast<long>(dice.upto(1)));
      switch (dice.upto(7)) {
        case 0:
        case 1:
        case 2:
          put(its, std::to_string(++lines[target]));
          break;
        case 3:
          hear();
          break;
        case 4:
          hear();
          acknowledge(dice.upto(3));
          break;
        case 5:
          clock_.set(dice.one_in(2));
          break;
        case 6:
          if (dice.one_in(4)) lose_connection();
          outbox_->set_open(!dice.one_in(4));
          break;
        default:
          for (std::size_t turns = dice.upto(29); turns > 0; --turns) {
            co_await asio::post(context_.get_executor(), asio::use_awaitable);
          }
          co_await net::sleep(std::chrono::milliseconds(dice.upto(2)));
      }
    }
    outbox_->set_open(true);
    clock_.set(false);
    co_await until([&] {
      hear();
      acknowledge(1'000);
      return acknowledged_["s:a:output"] == static_cast<std::uint64_t>(lines["s:a"]) &&
             acknowledged_["s:b:output"] == static_cast<std::uint64_t>(lines["s:b"]);
    });
  });
  EXPECT_EQ(peek(config_.store.file)->records, 0U);
}

INSTANTIATE_TEST_SUITE_P(seeds, hanging_disk_at_random, testing::ValuesIn(test::seeds(20)));

}  // namespace
}  // namespace gantry::outbox
