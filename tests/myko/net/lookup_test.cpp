#include "myko/net/lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "myko/net/deadline.hpp"
#include "tests/support/co_test.hpp"

namespace gantry::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A name server that answers when it is told to. Shared with the threads, which may outlive a test.
class hanging_server {
 public:
  [[nodiscard]] name_resolver resolver() const {
    return [state = state_](const std::string&) -> result<addresses> {
      ++state->asked;
      state->asked.notify_all();
      state->released.wait(false);
      ++state->answered;
      return addresses{"192.0.2.1"};
    };
  }
  ~hanging_server() { release(); }

  void release() const {
    state_->released = true;
    state_->released.notify_all();
  }
  void wait_until_asked(int times) const {
    for (int now = state_->asked; now < times; now = state_->asked) state_->asked.wait(now);
  }
  [[nodiscard]] int answered() const { return state_->answered; }

 private:
  struct state {
    std::atomic<int> asked{0};
    std::atomic<bool> released{false};
    std::atomic<int> answered{0};
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
};

class lookup : public testing::Test {
 protected:
  result<addresses> find(const std::string& host, name_resolver resolve,
                         std::chrono::milliseconds limit = 1h) {
    std::optional<result<addresses>> out;
    test::run_script(context_, [&]() -> awaitable<void> {
      auto looking = look_up(host, limit, resolve);
      out.emplace(co_await std::move(looking));
    });
    return out ? *out : failure{{}, "the look-up did not end"};
  }
  // Begins one that nobody waits for.
  void begin(const hanging_server& server, const std::string& host = "hanging.test") {
    ++begun_;
    boost::asio::co_spawn(context_, look_up(host, 1h, server.resolver()),
                          [this](const std::exception_ptr&, const result<addresses>& found) {
                            found_.push_back(found);
                          });
    context_.restart();
    context_.poll();
    server.wait_until_asked(begun_);
  }

  int begun_ = 0;
  std::vector<result<addresses>> found_;
  hanging_server server_;
  boost::asio::io_context context_;
};

TEST_F(lookup, needs_nobody_for_an_address) {
  const name_resolver nobody = [](const std::string&) -> result<addresses> {
    ADD_FAILURE() << "it was looked up";
    return addresses{};
  };
  for (const char* address : {"127.0.0.1", "::1", "fe80::1%lo"}) {
    EXPECT_EQ(find(address, nobody).value(), addresses{address});
  }
}

TEST_F(lookup, asks_the_system) {
  const auto found = find("localhost", resolve_by_system);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(*found, testing::Each(testing::AnyOf("127.0.0.1", "::1")));
  const auto unknown = find("no-such-name.invalid", resolve_by_system);
  EXPECT_THAT(unknown.error().message,
              HasSubstr("the name no-such-name.invalid cannot be resolved: "));
}

TEST_F(lookup, needs_an_address_and_keeps_some) {
  const auto none = find("a.test", [](const std::string&) { return addresses{}; });
  EXPECT_THAT(none.error().message, HasSubstr("it has no address"));
  const auto many = find("a.test", [](const std::string&) { return addresses(1'000, "::1"); });
  EXPECT_EQ(many->size(), 32U);
}

TEST_F(lookup, that_hangs_is_given_up_after_its_deadline) {
  const auto found = find("a.test", server_.resolver(), 50ms);
  EXPECT_EQ(found.error().code, boost::system::errc::timed_out);
  EXPECT_EQ(found.error().message, "resolving the name a.test took longer than 50 ms");
}

TEST_F(lookup, that_hangs_holds_up_no_other) {
  begin(server_);
  EXPECT_EQ(find("b.test", [](const std::string&) { return addresses{"::2"}; }).value(),
            addresses{"::2"});
  EXPECT_TRUE(found_.empty());
}

TEST_F(lookup, gives_an_answer_that_comes_late) {
  begin(server_);
  server_.release();
  context_.restart();
  context_.run_for(test::test_max);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_EQ(found_.front().value(), addresses{"192.0.2.1"});
}

// Asio keeps what it knows of a descriptor for the next one, and with it, where one is closed in
// the same turn in which it became readable, that event: the next one's wait ends for nothing.
TEST_F(lookup, takes_no_event_of_another_descriptor_for_its_answer) {
  std::array<int, 2> first{};
  std::array<int, 2> second{};
  ASSERT_EQ(pipe(first.data()), 0);
  ASSERT_EQ(pipe(second.data()), 0);
  std::array<boost::asio::posix::stream_descriptor, 2> pipes{
      boost::asio::posix::stream_descriptor(context_, first[0]),
      boost::asio::posix::stream_descriptor(context_, second[0])};
  for (std::size_t at : {0U, 1U}) {
    pipes[at].async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [&, other = 1 - at](const boost::system::error_code& error) {
                           if (error) return;
                           pipes[other].close();
                           boost::asio::co_spawn(
                               context_, look_up("hanging.test", 1h, server_.resolver()),
                               [this](const std::exception_ptr&, const result<addresses>& found) {
                                 found_.push_back(found);
                               });
                         });
  }
  for (const int end : {first[1], second[1]}) ASSERT_EQ(write(end, "x", 1), 1);
  context_.poll();
  server_.wait_until_asked(1);
  EXPECT_TRUE(found_.empty());
  server_.release();
  context_.restart();
  context_.run_for(test::test_max);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_EQ(found_.front().value(), addresses{"192.0.2.1"});
  for (const int end : {first[1], second[1]}) close(end);
}

TEST_F(lookup, that_hangs_does_not_hold_up_the_end) {
  {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, look_up("hanging.test", 1h, server_.resolver()),
                          [](const std::exception_ptr&, const result<addresses>&) {});
    context.poll();
    server_.wait_until_asked(1);
  }
  EXPECT_EQ(server_.answered(), 0) << "the context has ended before";
  server_.release();  // and the answer comes to nobody
}

TEST_F(lookup, is_refused_while_too_many_hang) {
  for (std::size_t at = 0; at < lookups_of_a_name_max; ++at) begin(server_, "full.test");
  const auto refused = find("full.test", server_.resolver());
  EXPECT_THAT(refused.error().message, HasSubstr("too many look-ups hang"));
  const auto found = find("b.test", [](const std::string&) { return addresses{"::2"}; });
  EXPECT_EQ(found.value(), addresses{"::2"}) << "of another name they are";
  server_.release();
  context_.restart();
  context_.run_for(test::test_max);
  EXPECT_EQ(found_.size(), lookups_of_a_name_max);
}

// Threads that a test before this one has left behind may still count.
TEST_F(lookup, is_refused_while_too_many_hang_in_all) {
  for (std::size_t at = 0; at <= lookups_max; ++at) {
    const std::string host = std::to_string(at) + ".test";
    boost::asio::co_spawn(context_, look_up(host, 1h, server_.resolver()),
                          [this](const std::exception_ptr&, const result<addresses>& found) {
                            found_.push_back(found);
                          });
  }
  context_.poll();
  ASSERT_FALSE(found_.empty());
  EXPECT_THAT(found_.back().error().message, HasSubstr("too many look-ups hang"));
  server_.release();
  context_.restart();
  context_.run_for(test::test_max);
  EXPECT_EQ(found_.size(), lookups_max + 1);
}

}  // namespace
}  // namespace gantry::net
