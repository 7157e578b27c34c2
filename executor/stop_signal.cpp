#include "executor/stop_signal.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <system_error>
#include <utility>

#include "executor/exit_codes.hpp"
#include "myko/net/clock.hpp"

namespace gantry {
namespace {

using namespace std::chrono_literals;

// The log may go to what hangs.
constexpr auto last_word_max = 200ms;

sigset_t asking_signals() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, SIGTERM);
  sigaddset(&out, SIGINT);
  return out;
}

// The next signal; nothing when that time has come.
int next_signal(std::optional<ending::time_point> until) {
  const sigset_t both = asking_signals();
  if (!until) return sigwaitinfo(&both, nullptr);
  const auto rest = std::max<std::chrono::nanoseconds>(*until - net::now().steady, 0ns);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(rest);
  const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (rest - seconds).count()};
  return sigtimedwait(&both, nullptr, &limit);
}

}  // namespace

stop_signal::stop_signal(log_sink log) : log_(std::move(log)) {
  const sigset_t both = asking_signals();
  pthread_sigmask(SIG_BLOCK, &both, nullptr);
  thread_ = std::thread([this] { wait(); });
}

stop_signal::~stop_signal() {
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);  // only wakes it
  thread_.join();
}

void stop_signal::on_asked(std::function<void(int)> call) {
  const std::lock_guard lock(mutex_);
  call_ = std::move(call);
  if (asked_ != 0 && call_) call_(asked_);
}

void stop_signal::wait() {
  while (true) {
    const int number = next_signal(ending_.by());
    if (over_) return;
    if (number < 0 && errno == EINTR) continue;
    if (number < 0) cut_short(why_cut_short(step_));
    if (!ending_.asked(net::now().steady)) cut_short("ended at once, asked again");
    ask(number);
  }
}

void stop_signal::ask(int number) {
  const std::lock_guard lock(mutex_);
  asked_ = number;
  if (call_) call_(number);
}

void stop_signal::cut_short(const std::string& words) {
  try {
    const auto said = std::make_shared<std::promise<void>>();
    std::thread([log = log_, words, said] {
      log(log_level::error, words);
      said->set_value();
    }).detach();
    (void)said->get_future().wait_for(last_word_max);
  } catch (const std::system_error&) {
    // No thread can be had: it ends without a word.
  }
  _exit(exit_codes::cut_short);
}

}  // namespace gantry
