// The outbox with its real store in a file, on an io_context.
#include "executor/outbox/pulse_outbox.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <utility>

#include "model/json.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/signal.hpp"
#include "myko/net/task_group.hpp"
#include "tests/executor/temp_folder.hpp"
#include "tests/support/co_test.hpp"

namespace gantry::outbox {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using net::awaitable;
using testing::ElementsAre;
using testing::IsEmpty;

// Gives what was put in, at the next collection.
class fake_producer : public producer {
 public:
  explicit fake_producer(const std::string& target) : target_(target) {}

  void put(const std::string& line) {
    record next;
    next.target = target_;
    next.emitter = model::make_emitter_id(target_, "output");
    next.form = form::lines;
    next.joins = true;
    next.body = line;
    waiting_.push_back(std::move(next));
  }
  void collect(collection& into) override {
    ++collections_;
    for (record& each : std::exchange(waiting_, {})) into.add(std::move(each));
    into.save({.id = "c", .path = "a", .cursor = std::to_string(collections_), .runs = ""});
  }
  [[nodiscard]] int collections() const { return collections_; }

 private:
  model::target_id target_;
  std::deque<record> waiting_;
  int collections_ = 0;
};

class outbox_in_a_folder : public testing::Test {
 protected:
  outbox_in_a_folder() : changed_(context_.get_executor()) {
    config_.store.file = folder_.file("gantry.db");
    config_.store.durability = durability::off;
    config_.store.now = [] { return myko::unix_ms(net::now().wall); };
    config_.commit_within = 0ms;
    config_.forget_within = 0ms;
    config_.rate = [](const model::emitter_id&) { return 60.0; };
    config_.time_to_live = [](const model::emitter_id&) { return std::nullopt; };
    first_ = std::make_shared<fake_producer>("s:a");
  }
  ~outbox_in_a_folder() override {
    tasks_.reset();
    outbox_.reset();
  }

  // Ends the life before, as a crash does.
  snapshot begin() {
    outbox_ = std::make_unique<pulse_outbox>(
        context_.get_executor(), config_,
        [this](log_level, const std::string& line) { logs_.push_back(line); });
    outbox_->on_ready([this] { changed_.notify(); });
    return outbox_->open();
  }

  // Runs the outbox beside the script.
  void run(const std::function<awaitable<void>()>& script) {
    test::run_script(context_, [&]() -> awaitable<void> {
      tasks_.emplace(context_.get_executor());
      tasks_->spawn(outbox_->run());
      co_await script();
      co_await end();
    });
  }
  awaitable<void> end() {
    tasks_->cancel();
    co_await tasks_->wait();
  }

  // Whatever changes is told by on_ready(), or by the callbacks of a test.
  awaitable<void> until(std::function<bool()> condition) {
    while (!condition()) co_await changed_.wait();
  }
  // All that can happen without waiting has happened.
  awaitable<void> settle() {
    for (int turns = 0; turns < 100; ++turns) {
      co_await asio::post(context_.get_executor(), asio::use_awaitable);
    }
  }
  awaitable<void> until_on_disk(std::uint64_t records) {
    co_await until([this, records] { return outbox_->waiting().records == records; });
  }

  // The texts of what goes now.
  std::vector<std::string> take() {
    std::vector<std::string> out;
    while (const auto next = outbox_->next(net::now())) {
      const auto data = json::parse(next->data.bytes);
      out.emplace_back(json::find_string(*data, "text").value_or("?"));
    }
    return out;
  }
  // One line comes while the disk is full, and gantry is stopped; by then it is full or not.
  void end_with_a_full_disk(bool full_at_the_end) {
    std::atomic<bool> full = false;
    config_.store.now = [] { return std::int64_t{1'000'000}; };  // no second passes
    config_.store.free_bytes = [&full] { return full ? 0 : std::uint64_t{1} << 40U; };
    (void)begin();
    run([&]() -> awaitable<void> {
      full = true;
      first_->put("one");
      outbox_->announce(first_);
      co_await until([this] { return !outbox_->is_durable(); });
      full = full_at_the_end;
      co_await end();
      co_await outbox_->finish();
    });
    EXPECT_EQ(outbox_->is_durable(), !full_at_the_end);
    outbox_.reset();  // it asks how much is free
    config_.store.free_bytes = nullptr;
  }
  [[nodiscard]] std::uint64_t on_disk() const {
    const auto found = peek(config_.store.file);
    return found ? found->records : 0;
  }

  temp_folder folder_;
  boost::asio::io_context context_;
  net::signal changed_;
  outbox_config config_;
  std::vector<std::string> logs_;
  std::unique_ptr<pulse_outbox> outbox_;
  std::optional<net::task_group> tasks_;
  std::shared_ptr<fake_producer> first_;
};

TEST_F(outbox_in_a_folder, KeepsAPulseUntilItHasArrived) {
  (void)begin();
  run([this]() -> awaitable<void> {
    outbox_->set_open(true);
    first_->put("one");
    first_->put("two");
    outbox_->announce(first_);
    EXPECT_THAT(take(), IsEmpty()) << "it is not written yet";
    co_await until_on_disk(2);
    EXPECT_EQ(on_disk(), 2U);
    EXPECT_THAT(take(), ElementsAre("one", "two"));
    EXPECT_EQ(on_disk(), 2U);
    outbox_->acknowledged(1);
    co_await until_on_disk(1);
    outbox_->rewind();
    EXPECT_THAT(take(), ElementsAre("two"));
    outbox_->acknowledged(1);
    co_await until_on_disk(0);
    EXPECT_EQ(on_disk(), 0U);
  });
}

TEST_F(outbox_in_a_folder, GivesWhatWaitedForACoreCombined) {
  (void)begin();
  run([this]() -> awaitable<void> {
    for (const char* each : {"one", "two", "three"}) first_->put(each);
    outbox_->announce(first_);
    co_await until_on_disk(3);
    EXPECT_THAT(take(), IsEmpty());
    outbox_->set_open(true);
    std::vector<std::string> taken;
    co_await until([&] { return !(taken = take()).empty(); });
    EXPECT_THAT(taken, ElementsAre("one\ntwo\nthree"));
    outbox_->set_open(false);
    first_->put("four");
    outbox_->announce(first_);
    co_await until_on_disk(2);
    outbox_->acknowledged(1);
    co_await until_on_disk(1);
    EXPECT_THAT(take(), IsEmpty());
  });
}

TEST_F(outbox_in_a_folder, GoesOnInAnotherLife) {
  (void)begin();
  run([this]() -> awaitable<void> {
    first_->put("one");
    outbox_->announce(first_);
    co_await until_on_disk(1);
  });
  const snapshot found = begin();
  EXPECT_EQ(found.totals.records, 1U);
  ASSERT_EQ(found.containers.size(), 1U);
  EXPECT_EQ(found.containers[0].cursor, "1");
  run([this]() -> awaitable<void> {
    first_->put("two");
    outbox_->announce(first_);
    co_await until_on_disk(2);
    outbox_->set_open(true);
    std::optional<model::pulse> next;
    co_await until([&] { return (next = outbox_->next(net::now())).has_value(); });
    EXPECT_EQ(next->sequence, 1U);
    EXPECT_NE(next->data.bytes.find(R"("count":2)"), std::string::npos) << "numbered on";
  });
}

TEST_F(outbox_in_a_folder, CollectsOnceWhatIsAnnouncedOften) {
  config_.commit_within = 24h;
  (void)begin();
  run([this]() -> awaitable<void> {
    first_->put("one");
    outbox_->announce(first_);
    outbox_->announce(first_);
    co_await until_on_disk(1);
    EXPECT_EQ(first_->collections(), 1) << "the first at once";
    for (int times = 0; times < 100; ++times) {
      first_->put("more");
      outbox_->announce(first_);
      co_await settle();
    }
    EXPECT_EQ(first_->collections(), 1);
    outbox_->hold(config_.write_bytes);
    co_await until_on_disk(101);
    EXPECT_EQ(first_->collections(), 2) << "much is written at once";
  });
}

TEST_F(outbox_in_a_folder, LeavesOutAProducerThatIsGone) {
  (void)begin();
  run([this]() -> awaitable<void> {
    auto second = std::make_shared<fake_producer>("s:b");
    second->put("lost");
    outbox_->announce(second);
    second.reset();
    first_->put("one");
    outbox_->announce(first_);
    co_await until_on_disk(1);
  });
}

TEST_F(outbox_in_a_folder, LetsProducersWait) {
  (void)begin();
  run([this]() -> awaitable<void> {
    bool has_room = false;
    const auto wait = [&]() -> awaitable<void> {
      co_await outbox_->room();
      has_room = true;
      changed_.notify();
    };
    co_await outbox_->room();  // there is some
    outbox_->hold(config_.held_bytes_max + 10);
    tasks_->spawn(wait());
    co_await settle();
    EXPECT_FALSE(has_room);
    outbox_->release(10);
    co_await settle();
    EXPECT_FALSE(has_room);
    outbox_->release(1);
    co_await until([&] { return has_room; });
  });
}

TEST_F(outbox_in_a_folder, WritesWhatElseThereIsAndTells) {
  (void)begin();
  std::vector<std::string> order;
  run([this, &order]() -> awaitable<void> {
    for (const char* each : {"a", "b"}) {
      outbox_->write_soon(
          [&order, each](batch& into) {
            order.push_back(std::string("fill ") + each);
            into.facts["who"] += each;
          },
          [this, &order, each] {
            order.push_back(std::string("written ") + each);
            changed_.notify();
          });
    }
    co_await until([&] { return order.size() == 4; });
  });
  EXPECT_THAT(order, ElementsAre("fill a", "fill b", "written a", "written b"));
  EXPECT_EQ(begin().facts["who"], "ab");
}

TEST_F(outbox_in_a_folder, NumbersATargetAnewThatWasDroppedAndComesBackAtOnce) {
  (void)begin();
  run([this]() -> awaitable<void> {
    for (const char* each : {"one", "two"}) first_->put(each);
    outbox_->announce(first_);
    co_await until_on_disk(2);
    first_->put("three");
    outbox_->announce(first_);
    outbox_->write_soon([](batch& into) { into.dropped_targets.emplace_back("s:a"); }, nullptr);
    co_await until_on_disk(1);
    outbox_->set_open(true);
    std::optional<model::pulse> next;
    co_await until([&] { return (next = outbox_->next(net::now())).has_value(); });
    EXPECT_NE(next->data.bytes.find(R"("seq":1,)"), std::string::npos) << next->data.bytes;
    first_->put("four");
    outbox_->announce(first_);
    co_await until_on_disk(2);
  });
  EXPECT_EQ(begin().seqs["s:a:output"], 3U);
}

TEST_F(outbox_in_a_folder, WritesTheRestAtTheEnd) {
  config_.commit_within = 24h;
  (void)begin();
  run([this]() -> awaitable<void> {
    outbox_->set_open(true);
    first_->put("one");
    outbox_->announce(first_);
    co_await until_on_disk(1);
    EXPECT_THAT(take(), ElementsAre("one"));
    outbox_->acknowledged(1);
    first_->put("two");
    outbox_->announce(first_);
    co_await end();
    co_await outbox_->finish();
    EXPECT_EQ(outbox_->waiting().records, 1U) << "one is gone, two is there";
  });
  EXPECT_EQ(begin().seqs["s:a:output"], 3U);
}

TEST_F(outbox_in_a_folder, TriesADiskThatWasFullOnceMoreAtTheEnd) {
  end_with_a_full_disk(false);
  EXPECT_EQ(begin().seqs["s:a:output"], 2U);
}

TEST_F(outbox_in_a_folder, SaysThatADiskIsStillFullAtTheEnd) {
  end_with_a_full_disk(true);
  EXPECT_THAT(logs_.back(), testing::HasSubstr("may be told again"));
}

// Wherever it is interrupted: each line is on disk, once.
TEST_F(outbox_in_a_folder, MayEndInTheMiddleOfAWrite) {
  (void)begin();
  const int times = 200;
  for (int each = 0; each < times; ++each) {
    run([this, each]() -> awaitable<void> {
      outbox_->set_open(each % 2 == 0);
      first_->put("line");
      outbox_->announce(first_);
      for (int turns = each % 5; turns > 0; --turns) {
        co_await asio::post(context_.get_executor(), asio::use_awaitable);
      }
      co_await end();
      co_await outbox_->finish();
    });
    ASSERT_EQ(outbox_->waiting().lines, static_cast<std::uint64_t>(each + 1));
  }
  EXPECT_EQ(begin().seqs["s:a:output"], static_cast<std::uint64_t>(times + 1));
}

}  // namespace
}  // namespace gantry::outbox
