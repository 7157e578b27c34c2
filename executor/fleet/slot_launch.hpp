// Gets the container of one run going, in the order that loses nothing: create, follow, wait for
// the next exit, attach, start; then the input.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "executor/engine/container_spec.hpp"
#include "executor/engine/container_streams.hpp"
#include "executor/slots/run_record.hpp"
#include "executor/slots/slot_template.hpp"
#include "model/result.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

// A container that was made for a run and is not started yet.
struct slot_container {
  std::string id;
  std::unique_ptr<engine::exit_wait> exit;      // armed
  std::unique_ptr<engine::input_stream> input;  // attached
};

// Sees to it that the image is there, as the template wants it.
using image_source = std::function<net::awaitable<result<void>>(const std::string& image)>;

// Of names for people, for errors: "image x is not on this engine: ...".
[[nodiscard]] net::awaitable<result<void>> have_image(engine::client& engine,
                                                      const slots::slot_template& slot,
                                                      const image_source& pull);

// What was created is removed again when a later step fails.
[[nodiscard]] net::awaitable<result<slot_container>> make_container(engine::client& engine,
                                                                    engine::container_spec spec);

// The run's document and a newline, then the end of input. Fails with disconnected where the engine
// went away, and also where the program ended without having read it all.
[[nodiscard]] net::awaitable<result<void>> hand_over(engine::input_stream& to, std::string input);

}  // namespace gantry::fleet
