#include "executor/fleet/image_pull.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/engine/registry_login.hpp"
#include "executor/fleet/pull_words.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

using std::chrono::milliseconds;
using time_point = std::chrono::steady_clock::time_point;

std::string in_words(milliseconds time) {
  if (time.count() % 60'000 == 0) return std::to_string(time.count() / 60'000) + " minutes";
  return std::to_string(time.count()) + " ms";
}

std::string login_for(const pull_services& services, const std::string& image,
                      const engine::image_reference& reference) {
  const auto text = services.docker_config ? services.docker_config() : std::nullopt;
  if (!text) return "";
  auto login = engine::find_registry_login(*text, reference);
  if (!login) {
    services.log(log_level::warning,
                 "image " + image + " is pulled without a login: " + login.error().message);
    return "";
  }
  if (!login->notice.empty()) services.log(log_level::info, login->notice);
  return std::move(login->header);
}

// How long the engine may take for its next word.
class patience {
 public:
  explicit patience(const pull_limits& limits)
      : limits_(limits), begun_(net::now().steady), moved_(begun_) {}

  void moved() { moved_ = net::now().steady; }
  [[nodiscard]] milliseconds rest() const {
    const auto rest = std::chrono::ceil<milliseconds>(end() - net::now().steady);
    return std::max(rest, milliseconds(0));
  }
  [[nodiscard]] bool is_over() const { return net::now().steady >= end(); }
  [[nodiscard]] failure why() const {
    const bool whole = begun_ + limits_.whole <= moved_ + limits_.without_progress;
    return engine::fault(engine::errc::engine_error,
                         whole ? "it took longer than " + in_words(limits_.whole) +
                                     " and was given up; what is complete is kept, so that another "
                                     "pull goes on from there"
                               : "there was no progress for " + in_words(limits_.without_progress));
  }

 private:
  [[nodiscard]] time_point end() const {
    return std::min(begun_ + limits_.whole, moved_ + limits_.without_progress);
  }

  pull_limits limits_;
  time_point begun_;
  time_point moved_;
};

bool is_late(const failure& error) { return error.code == boost::system::errc::timed_out; }

// ... of a limit of ours, and not one that the client keeps.
failure in_our_words(const failure& error, const patience& left) {
  return is_late(error) && left.is_over() ? left.why() : error;
}

awaitable<result<void>> follow(engine::client& engine, engine::pull_request request, patience left,
                               std::function<void(const std::string& note)> progress) {
  const std::string image = request.image;
  pull_tally tally;
  progress(tally.note(image));
  auto told = net::now().steady;
  auto stream = co_await net::with_deadline(left.rest(), "pull", engine.pull(std::move(request)));
  if (!stream) co_return in_our_words(stream.error(), left);
  left.moved();
  while (!left.is_over()) {
    const auto step = co_await net::with_deadline(left.rest(), "pull", (*stream)->next());
    if (!step) co_return in_our_words(step.error(), left);
    if (!*step) co_return result<void>();
    if (!tally.take(**step)) continue;
    left.moved();
    if (net::now().steady - told < pull_notes_every) continue;
    told = net::now().steady;
    progress(tally.note(image));
  }
  co_return left.why();
}

}  // namespace

awaitable<result<void>> pull_image(pull_services services, std::string image,
                                   std::function<void(const std::string& note)> progress) {
  const auto reference = engine::parse_image_reference(image);
  if (!reference) co_return reference.error();
  engine::pull_request request;
  request.image = image;
  request.registry_auth = login_for(services, image, *reference);
  const bool had_login = !request.registry_auth.empty();
  const auto done = co_await follow(services.engine, std::move(request), patience(services.limits),
                                    std::move(progress));
  if (done) co_return result<void>();
  failure error = done.error();
  error.message = pull_failure_text(image, error.message, *reference, had_login);
  co_return error;
}

}  // namespace gantry::fleet
