#include "executor/engine/podman_log.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <utility>

#include "executor/engine/error.hpp"
#include "run.hpp"

namespace gantry::engine {
namespace {

class scripted_stream final : public log_stream {
 public:
  explicit scripted_stream(std::deque<std::string> chunks) : chunks_(std::move(chunks)) {}

  awaitable<result<std::string_view>> read() override {
    if (chunks_.empty()) co_return std::string_view();
    given_ = std::move(chunks_.front());
    chunks_.pop_front();
    co_return given_;
  }
  timestamp opened_at() const override { return 0; }

 private:
  std::deque<std::string> chunks_;
  std::string given_;
};

container_details running_since(timestamp start) {
  container_details out;
  out.summary.state = container_state::running;
  out.started_at = start;
  return out;
}

class podman_log : public testing::Test {
 protected:
  std::unique_ptr<log_stream> open(std::deque<std::string> chunks) {
    podman_log_source source;
    source.open = [this, chunks]() -> awaitable<result<std::unique_ptr<log_stream>>> {
      ++openings_;
      co_return std::make_unique<scripted_stream>(chunks);
    };
    source.inspect = [this]() -> awaitable<result<container_details>> {
      auto out = answers_.front();
      if (answers_.size() > 1) answers_.pop_front();
      co_return out;
    };
    source.started_at = 7;
    source.asked_at = 100;
    return make_podman_log_stream(std::move(source));
  }

  std::string read(log_stream& stream) { return std::string(run(io_, stream.read()).value()); }

  boost::asio::io_context io_;
  std::deque<result<container_details>> answers_{running_since(7)};
  int openings_ = 0;
};

TEST_F(podman_log, is_opened_with_the_first_read_and_gives_what_a_running_container_printed) {
  const auto log = open({"a", "b"});
  EXPECT_EQ(openings_, 0);
  EXPECT_EQ(log->opened_at(), 100);
  EXPECT_EQ(read(*log), "a");
  EXPECT_EQ(read(*log), "b");
  EXPECT_EQ(read(*log), "");
  EXPECT_EQ(openings_, 1);
}

TEST_F(podman_log, ends_where_the_container_may_have_ended_before) {
  container_details ended = running_since(7);
  ended.summary.state = container_state::exited;
  answers_ = {running_since(7), ended, running_since(8)};
  const auto log = open({"a", "perhaps behind a gap", "c"});
  EXPECT_EQ(read(*log), "a");
  EXPECT_EQ(read(*log), "");
  EXPECT_EQ(read(*log), "") << "it has ended, whatever comes";
}

TEST_F(podman_log, ends_when_another_run_has_begun) {
  answers_ = {running_since(8)};
  EXPECT_EQ(read(*open({"a"})), "");
}

TEST_F(podman_log, fails_with_the_engine) {
  answers_ = {fault(errc::unreachable, "no engine")};
  const auto log = open({"a"});
  EXPECT_EQ(run(io_, log->read()).error().code, errc::unreachable);
}

TEST_F(podman_log, gives_what_comes_of_a_container_that_was_removed) {
  answers_ = {running_since(7), fault(errc::not_found, "no such container")};
  const auto log = open({"a", "b", "c"});
  for (const char* each : {"a", "b", "c", ""}) EXPECT_EQ(read(*log), each);
}

TEST_F(podman_log, counts_a_paused_container_as_running) {
  answers_.front() = [] {
    container_details out = running_since(7);
    out.summary.state = container_state::paused;
    return out;
  }();
  EXPECT_EQ(read(*open({"a"})), "a");
}

}  // namespace
}  // namespace gantry::engine
