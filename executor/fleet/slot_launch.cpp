#include "executor/fleet/slot_launch.hpp"

#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"

namespace gantry::fleet {

using net::awaitable;

awaitable<result<void>> have_image(engine::client& engine, const slots::slot_template& slot,
                                   const image_source& pull) {
  if (slot.pull == slots::pull::always) co_return co_await pull(slot.image);
  const auto found = co_await engine.inspect_image(slot.image);
  if (!found) co_return found.error();
  if (*found) co_return result<void>();
  if (slot.pull == slots::pull::missing) co_return co_await pull(slot.image);
  co_return engine::fault(engine::errc::not_found,
                          "image " + slot.image +
                              " is not on this engine: pull it, or set pull = "
                              "\"missing\" in the slot " +
                              slot.name);
}

awaitable<result<slot_container>> make_container(engine::client& engine,
                                                 engine::container_spec spec) {
  const auto created = co_await engine.create(std::move(spec));
  if (!created) co_return created.error();
  slot_container out{.id = created->id, .exit = nullptr, .input = nullptr};
  auto exit = co_await engine.wait(out.id, engine::wait_condition::next_exit);
  failure reason = exit ? failure{} : exit.error();
  if (exit) {
    out.exit = *std::move(exit);
    auto input = co_await engine.attach_input(out.id);
    if (input) {
      out.input = *std::move(input);
      co_return std::move(out);
    }
    reason = input.error();
  }
  const engine::removal how{.force = true, .volumes = true};
  (void)co_await engine.remove(out.id, how);  // what is left is found by its label later
  co_return reason;
}

awaitable<result<void>> hand_over(engine::input_stream& to, std::string input) {
  input += '\n';
  auto written = co_await to.write(input);
  if (written) written = co_await to.close_input();
  co_return written;
}

}  // namespace gantry::fleet
