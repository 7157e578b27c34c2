// A name service that hangs must hang nothing else: a look-up cannot be cancelled, but abandoned.
#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <cstring>

#include "client_harness.hpp"

namespace {

std::atomic<int> hanging{0};
std::atomic<bool> released{false};

}  // namespace

// Stands before the C library's for this whole test program.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** out) {
  using function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || std::strcmp(node, "hanging.test") != 0) {
    return real(node, service, hints, out);
  }
  ++hanging;
  hanging.notify_all();
  released.wait(false);
  --hanging;
  return EAI_AGAIN;
}

namespace gantry::myko::test {
namespace {

class hanging_name : public testing::Test {
 protected:
  hanging_name() { released = false; }
  ~hanging_name() override {
    released = true;
    released.notify_all();
    harness_.reset();
  }

  void start() {
    harness_->start({client_harness::plain(1, "hanging.test")});
    ASSERT_TRUE(harness_->until([] { return hanging > 0; }));
  }

  std::optional<client_harness> harness_{std::in_place};
};

TEST_F(hanging_name, is_given_up_after_its_deadline) {
  harness_->config_.websocket.connect_within = milliseconds(100);
  start();
  EXPECT_TRUE(harness_->until([this] {
    return harness_->logged("resolving the name hanging.test took longer than 100 ms");
  })) << harness_->whole_log();
}

TEST_F(hanging_name, does_not_keep_the_client_from_leaving) {
  harness_->config_.websocket.connect_within = seconds(3'600);
  start();
  harness_->client_->leave();
  EXPECT_TRUE(harness_->until([this] { return !harness_->running_; }));
}

TEST_F(hanging_name, does_not_keep_the_client_from_being_cancelled) {
  harness_->config_.websocket.connect_within = seconds(3'600);
  start();
  harness_->cancel();
  EXPECT_TRUE(harness_->until([this] { return !harness_->running_; }));
}

}  // namespace
}  // namespace gantry::myko::test
