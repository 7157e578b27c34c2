#include "executor/fleet/root_orders.hpp"

#include <utility>

#include "executor/fleet/target_paths.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

// Also when the coroutine is cancelled.
class counted_order {
 public:
  explicit counted_order(int& count) : count_(count) { ++count_; }
  ~counted_order() { --count_; }
  counted_order(const counted_order&) = delete;
  counted_order& operator=(const counted_order&) = delete;

 private:
  int& count_;
};

}  // namespace

root_orders::root_orders(pull_services pulls, engine_gate& gate, const action_policy& policy,
                         net::task_group& tasks, configure_options holds, hooks hooks)
    : services_(std::move(pulls)),
      gate_(gate),
      policy_(policy),
      tasks_(tasks),
      holds_(std::move(holds)),
      hooks_(std::move(hooks)) {}

void root_orders::perform(const myko::action_request& request, const done_handler& done) {
  const auto what = verb_of(request.action);
  if (!what) return done(myko::action_failed{"there is no action " + request.action.value});
  if (!facts_of(*what).of_engine) {
    return done(myko::action_failed{"the engine has no action " + std::string(name_of(*what))});
  }
  if (!policy_.allows(root_path, *what)) {
    return done(myko::action_failed{policy_.why_not(root_path, *what)});
  }
  const auto order = make_order(*what, request.data);
  if (!order) return done(myko::action_failed{order.error().message});
  if (const auto why = why_not_now(*order)) return done(myko::action_failed{*why});
  if (const auto* which = std::get_if<forget_options>(&order->options)) {
    done(describe_forgotten(which->target, hooks_.forget(which->target)));
  } else if (const auto* wanted = std::get_if<configure_options>(&order->options)) {
    done(configure(*wanted));
  } else if (const auto* image = std::get_if<pull_options>(&order->options)) {
    tasks_.spawn(pull(image->image, done));
  } else {
    tasks_.spawn(refresh(done));
  }
}

std::optional<std::string> root_orders::why_not_now(const order& order) const {
  if (order.what != verb::pull && order.what != verb::refresh) return std::nullopt;
  if (!gate_.is_open()) {
    return "the container engine at " + services_.engine.address() +
           " does not answer at the moment";
  }
  if (under_way_ >= under_way_max) {
    return "busy: " + std::to_string(under_way_max) +
           " actions on the engine are under way already; try again when one has ended";
  }
  return std::nullopt;
}

myko::action_outcome root_orders::configure(const configure_options& wanted) {
  hooks_.configure(wanted);
  const configure_options before = holds_;
  if (wanted.log_level) holds_.log_level = wanted.log_level;
  if (wanted.look_again_every) holds_.look_again_every = wanted.look_again_every;
  if (wanted.stats_every) holds_.stats_every = wanted.stats_every;
  services_.log(log_level::info, "configured, until the next start: " + to_json(wanted).bytes);
  return myko::action_done{json::object()
                               .set("ok", true)
                               .set("changed", !(holds_ == before))
                               .set("set", to_json(wanted))
                               .set("holds", to_json(holds_))
                               .set("message", "configured, until the next start of gantry")
                               .to_text()};
}

awaitable<void> root_orders::pull(std::string image, done_handler done) {
  const counted_order one(under_way_);
  // Named: g++ 12 destroys a closure within a co_await expression twice.
  const std::function<void(const std::string&)> progress =
      [log = services_.log](const std::string& note) { log(log_level::debug, note); };
  const auto pulled = co_await pull_image(services_, image, progress);
  co_await net::end_if_cancelled();
  if (!pulled) {
    services_.log(log_level::error, pulled.error().message);
    hooks_.pull_failed(image, pulled.error().message);
    co_return done(myko::action_failed{pulled.error().message});
  }
  const std::string text = "image " + image + " was pulled";
  services_.log(log_level::info, text);
  hooks_.pull_succeeded(image);
  json::object out;
  out.set("ok", true).set("image", image).set("message", text);
  done(myko::action_done{out.to_text()});
}

awaitable<void> root_orders::refresh(done_handler done) {
  const counted_order one(under_way_);
  const auto listed = co_await hooks_.look();
  co_await net::end_if_cancelled();
  if (!listed) co_return done(myko::action_failed{"refresh failed: " + listed.error().message});
  json::object out;
  out.set("ok", true).set("containers", *listed);
  out.set("message", std::to_string(*listed) + " containers of the engine are being inspected");
  done(myko::action_done{out.to_text()});
}

}  // namespace gantry::fleet
